/**
 * The life of a channel from its first state to its last (switch_core_session_run). Started once for each accepted
 * INVITE by sip/sofia-profile.ts; the promise settles when the channel is destroyed.
 */
import { channelHeaders } from './channel-headers.js';
import type { Channel } from './channel.js';
import { actionsFor } from './dialplan.js';
import { execute } from './execute.js';
import { appendHangupReport } from './hangup-report.js';
import { exchangeMedia, hibernate, softExecute } from './leg-pair.js';
import { appendMediaStatistics } from './media-statistics.js';
import { park } from './park.js';
import { runMessages } from './serve.js';
import type { ChannelState } from './states.js';

type StateHandler = (channel: Channel) => Promise<void> | void;

const HANDLERS: Partial<Record<ChannelState, StateHandler>> = {
  CS_ROUTING: route,
  CS_EXECUTE: runActions,
  CS_HIBERNATE: hibernate,
  CS_SOFT_EXECUTE: softExecute,
  CS_EXCHANGE_MEDIA: exchangeMedia,
  CS_PARK: park,
};

export async function runChannel(channel: Channel): Promise<void> {
  channel.enterState();
  channel.moveTo('CS_INIT');
  channel.enterState();
  channel.moveTo('CS_ROUTING');
  channel.fireWithVariables('CHANNEL_CREATE', 'create');
  while (channel.isUp) {
    channel.enterState();
    await runState(channel);
    // A BYE that came while the channel ended by itself is answered after our own (finish).
    if (channel.state !== 'CS_HANGUP') await runMessages(channel);
  }
  await finish(channel);
}

/** A fault of ours in one leg ends that leg, not the others' talks. */
async function runState(channel: Channel): Promise<void> {
  try {
    await HANDLERS[channel.state]?.(channel);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error), { code: 'CHANNEL_FAULT' });
    channel.hangup('DESTINATION_OUT_OF_ORDER', 'application');
  }
}

function route(channel: Channel): void {
  if (channel.profile.dialplan === 'XML') {
    const address = channel.variables.get('sip_h_X-esl-outbound');
    if (address !== undefined) channel.variables.set('DP_MATCH', [address, address]);
  }
  channel.variables.set('call_uuid', channel.callUuid);
  channel.moveTo('CS_EXECUTE');
}

async function runActions(channel: Channel): Promise<void> {
  const actions = actionsFor(channel);
  if (channel.profile.rdnis !== undefined) comeBackFromTransfer(channel);
  if (actions.length === 0) {
    channel.hangup('NO_ROUTE_DESTINATION', 'application');
    return;
  }
  for (const action of actions) {
    if (!channel.isReady) return;
    await execute(channel, action);
  }
  if (channel.isReady) channel.hangup('NORMAL_CLEARING', 'application');
}

/** The extension has been found: the profile shows the number dialled first again, and an answered call is active. */
function comeBackFromTransfer(channel: Channel): void {
  const { rdnis, ...profile } = channel.profile;
  channel.profile = { ...profile, destination: rdnis ?? profile.destination };
  if (channel.answerState === 'answered') channel.setCallState('ACTIVE');
}

async function finish(channel: Channel): Promise<void> {
  channel.enterState();
  channel.stampTimes({ hangup: channel.core.clock.now() });
  channel.pair?.part();
  channel.digitMachine?.clear('all');
  await Promise.all([...channel.recordings.values()].map((recording) => recording.stop('success-silence')));
  if (channel.hangupCause !== undefined) channel.signalling.end(channel.hangupCause);
  channel.setCallState('HANGUP');
  for (const watcher of [...channel.watchers]) watcher.channelOver();
  channel.moveTo('CS_REPORTING');
  channel.enterState();
  appendHangupReport(channel);
  appendMediaStatistics(channel);
  channel.fire('CHANNEL_HANGUP_COMPLETE', 'hangupComplete', (headers) => {
    headers['Hangup-Cause'] = channel.hangupCause ?? 'NORMAL_CLEARING';
    channelHeaders(headers, channel);
  });
  channel.moveTo('CS_DESTROY');
  channel.fireWithVariables('CHANNEL_DESTROY', 'destroy');
  channel.core.channels.delete(channel.uuid);
  await channel.port?.close();
  channel.enterState();
  await runMessages(channel);
}
