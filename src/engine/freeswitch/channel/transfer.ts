/** Sending a channel to another extension of its dialplan (switch_ivr_session_transfer), and the traces it leaves. */
import type { Channel } from './channel.js';

export interface TransferTarget {
  readonly extension: string;
  readonly dialplan: string;
  readonly context: string;
}

interface BeforeTransfer {
  readonly destination: string;
  readonly callerIdName: string;
  readonly callerIdNumber: string | undefined;
}

/** What the call was before it was first sent elsewhere. */
export function noteOrigin(channel: Channel, before: BeforeTransfer): void {
  channel.variables.setAll({
    original_destination_number: before.destination,
    original_caller_id_name: before.callerIdName,
    original_caller_id_number: before.callerIdNumber,
  });
}

/** The transfer source of the profile, in the history too. */
export function noteTransfer(channel: Channel): void {
  channel.variables.push('transfer_history', channel.profile.transferSource ?? '');
  channel.variables.set('transfer_source', channel.profile.transferSource);
}

export function transfer(channel: Channel, target: TransferTarget): void {
  const { clock, ids } = channel.core;
  const now = clock.now();
  const source = `${Math.floor(now / 1000)}:${ids.uuid()}:bl_xfer:${target.extension}/${target.context}/${target.dialplan}`;
  const wasFollower = channel.pair?.b === channel;
  leaveBridge(channel);
  channel.profile = {
    ...channel.profile,
    dialplan: target.dialplan,
    context: target.context,
    destination: target.extension,
    rdnis: channel.profile.destination,
    transferSource: source,
    index: channel.profile.index + 1,
    times: { ...channel.profile.times, profileCreated: now, bridged: 0 },
  };
  channel.variables.push('transfer_history', source);
  channel.variables.set('max_forwards', String(Number(channel.variables.get('max_forwards') ?? '70') - 1));
  channel.variables.set('transfer_source', source);
  if (wasFollower)
    channel.variables.setAll({
      pre_transfer_caller_id_name: channel.profile.callerIdName,
      channel_cid_flipped: 'yes',
    });
  channel.moveTo('CS_ROUTING');
}

function leaveBridge(channel: Channel): void {
  channel.otherLeg = undefined;
  channel.variables.set('signal_bond', undefined);
  channel.variables.set('bridge_to', undefined);
  channel.callUuid = channel.uuid;
}
