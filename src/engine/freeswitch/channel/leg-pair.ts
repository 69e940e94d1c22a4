/**
 * Two legs that talk (uuid_bridge): how they are brought together, joined, and what each does when the other leaves.
 * The originator's thread runs the bridge; the other's follows. Called by api/bridge.ts and run-channel.ts.
 */
import type { CallerProfile } from './caller-profile.js';
import type { Channel } from './channel.js';
import type { Digit } from './digit-queue.js';
import type { CallingSite } from '../events/calling-sites.js';
import { channelHeaders } from './channel-headers.js';
import { serve, serveFor } from './serve.js';
import { noteOrigin, noteTransfer } from './transfer.js';

/** FreeSWITCH lets both threads come to rest before it joins them. */
const SETTLE_MS = 40;

export class LegPair {
  readonly a: Channel;
  readonly b: Channel;
  #state: 'arranged' | 'joined' | 'over' = 'arranged';

  constructor(a: Channel, b: Channel) {
    this.a = a;
    this.b = b;
  }

  get state(): 'arranged' | 'joined' | 'over' {
    return this.#state;
  }

  peerOf(channel: Channel): Channel {
    return channel === this.a ? this.b : this.a;
  }

  join(): void {
    this.#state = 'joined';
    const bridged = this.a.core.clock.now();
    for (const leg of [this.a, this.b]) leg.stampTimes({ bridged });
    if (this.a.port && this.b.port && this.a !== this.b)
      this.a.port.bridge(this.b.port, { passDigits: 'no' });
    this.b.moveTo('CS_EXCHANGE_MEDIA');
  }

  /** Once, by whichever leg leaves first. */
  part(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.a.port?.unbridge();
    this.a.thread.stir();
    this.b.thread.stir();
  }
}

/** uuid_bridge: takes both legs out of what they do. They are joined about 60 ms later. */
export function arrangeBridge(a: Channel, b: Channel): void {
  for (const leg of [a, b]) leg.pair?.part();
  const pair = new LegPair(a, b);
  a.pair = pair;
  b.pair = pair;
  a.variables.set('uuid_bridge', b.uuid);
  bindVariables(a, b);
  bindVariables(b, a);
  exchangeProfiles(a, b);
  for (const leg of [a, b]) leg.moveTo('CS_HIBERNATE');
}

function bindVariables(leg: Channel, other: Channel): void {
  leg.variables.setAll({ bridge_channel: other.name, bridge_uuid: other.uuid, signal_bond: other.uuid });
}

/** Each leg gets a new profile and sees the other's; a leg without caller number is `Unknown` to the originator. */
function exchangeProfiles(a: Channel, b: Channel): void {
  const seenByB = a.profile;
  const seenByA = b.profile;
  renewProfile(a, b);
  renewProfile(b, a);
  noteOrigin(a, {
    destination: seenByB.destination,
    callerIdName: seenByB.callerIdName,
    callerIdNumber: seenByB.callerIdNumber,
  });
  const unknownNumber = seenByA.callerIdNumber ?? 'Unknown';
  const unknownName = seenByA.callerIdNumber === undefined ? 'Unknown' : seenByA.callerIdName;
  noteOrigin(b, {
    destination: seenByA.destination,
    callerIdName: unknownName,
    callerIdNumber: unknownNumber,
  });
  for (const leg of [a, b]) noteTransfer(leg);
  a.otherLeg = {
    type: 'originatee',
    profile: { ...withoutTransfer(b), callerIdName: unknownName, callerIdNumber: unknownNumber },
  };
  if (a !== b)
    b.otherLeg = {
      type: 'originator',
      profile: {
        ...seenByB,
        times: { ...b.profile.times, created: 0, profileCreated: 0, answered: 0, progressMedia: 0 },
      },
    };
  else a.profile = { ...a.profile, callerIdName: unknownName, callerIdNumber: unknownNumber };
}

function withoutTransfer(leg: Channel): CallerProfile {
  const profile: { -readonly [Name in keyof CallerProfile]: CallerProfile[Name] } = { ...leg.profile };
  delete profile.transferSource;
  return profile;
}

function renewProfile(leg: Channel, other: Channel): void {
  const { clock, ids } = leg.core;
  const now = clock.now();
  leg.profile = {
    ...leg.profile,
    calleeIdName: leg.profile.callerIdName,
    transferSource: `${Math.floor(now / 1000)}:${ids.uuid()}:uuid_br:${other.uuid}`,
    index: leg.profile.index + 1,
    times: { ...leg.profile.times, profileCreated: now },
  };
}

/** CS_HIBERNATE: the leg has left its application and waits to be joined. */
export async function hibernate(channel: Channel): Promise<void> {
  await serveFor(channel, SETTLE_MS);
  if (channel.isReady) channel.moveTo('CS_SOFT_EXECUTE');
}

/** CS_SOFT_EXECUTE: the originator runs the talk, the other leg waits to be taken along. */
export async function softExecute(channel: Channel): Promise<void> {
  const { pair } = channel;
  if (pair === undefined || pair.a === pair.b) afterBridge(channel, undefined);
  else if (channel === pair.a) await runBridge(pair);
  else await waitForOriginator(channel, pair);
}

async function waitForOriginator(channel: Channel, pair: LegPair): Promise<void> {
  channel.variables.set('call_uuid', channel.callUuid);
  announceExecute(channel, pair.a, 'bridgeExecuteB');
  pair.a.thread.stir();
  await serve(channel, { until: () => pair.state !== 'arranged' || !pair.a.isUp });
  if (channel.isReady) afterBridge(channel, pair.a);
}

/** CS_EXCHANGE_MEDIA: the other leg while it talks. */
export async function exchangeMedia(channel: Channel): Promise<void> {
  const { pair } = channel;
  if (pair === undefined) {
    afterBridge(channel, undefined);
    return;
  }
  followPeer(channel, pair.a, 'UNKNOWN');
  await serve(channel, {
    until: () => pair.state === 'over',
    onDigit: (digit) => passDigit(channel, pair.a, digit),
  });
  leave(channel, pair);
  if (channel.isReady) afterBridge(channel, pair.a);
}

async function runBridge(pair: LegPair): Promise<void> {
  const { a, b } = pair;
  a.variables.set('uuid_bridge', undefined);
  announceExecute(a, b, 'bridgeExecuteA');
  await serve(a, { until: () => b.runningState === 'CS_SOFT_EXECUTE' || !b.isUp || pair.state === 'over' });
  if (a.isReady && b.isReady) await talk(pair);
  else pair.part();
  if (a.isReady) afterBridge(a, b);
}

async function talk(pair: LegPair): Promise<void> {
  const { a, b } = pair;
  pair.join();
  fireBridge(pair, 'CHANNEL_BRIDGE', 'bridge');
  followPeer(a, b, b.profile.destination);
  await serve(a, { until: () => pair.state === 'over', onDigit: (digit) => passDigit(a, b, digit) });
  leave(a, pair);
  fireBridge(pair, 'CHANNEL_UNBRIDGE', 'unbridge');
}

function announceExecute(channel: Channel, other: Channel, site: CallingSite): void {
  channel.fireWithVariables('CHANNEL_EXECUTE', site, {
    Application: 'uuid_bridge',
    'Application-Data': other.uuid,
  });
}

function fireBridge({ a, b }: LegPair, name: string, site: CallingSite): void {
  a.fire(name, site, (headers) => {
    headers['Bridge-A-Unique-ID'] = a.uuid;
    headers['Bridge-B-Unique-ID'] = b.uuid;
    channelHeaders(headers, a);
  });
}

function followPeer(channel: Channel, peer: Channel, calleeNumber: string): void {
  if (channel.pair?.b === channel) {
    channel.callUuid = peer.uuid;
    channel.variables.set('call_uuid', peer.uuid);
  }
  channel.variables.setAll({
    bridge_to: peer.uuid,
    last_bridge_to: peer.uuid,
    bridge_channel: peer.name,
    bridge_uuid: peer.uuid,
    signal_bond: peer.uuid,
    last_sent_callee_id_name: 'unknown',
    last_sent_callee_id_number: calleeNumber,
  });
}

function passDigit(channel: Channel, peer: Channel, { digit, duration }: Digit): void {
  if (!channel.variables.isTrue('bridge_filter_dtmf')) void peer.port?.sendDigits(digit, duration / 8);
}

function leave(channel: Channel, pair: LegPair): void {
  pair.part();
  channel.variables.set('bridge_to', undefined);
  channel.callUuid = channel.uuid;
}

/** The other leg has gone and nobody sent this one elsewhere: it parks or ends, as park_after_bridge says. */
function afterBridge(channel: Channel, peer: Channel | undefined): void {
  const cause = peer?.hangupCause ?? 'NORMAL_CLEARING';
  channel.pair = undefined;
  channel.variables.setAll({
    last_bridge_hangup_cause: cause,
    last_bridge_proto_specific_hangup_cause: peer?.variables.get('proto_specific_hangup_cause'),
    bridge_hangup_cause: cause,
    call_uuid: channel.uuid,
  });
  if (channel.variables.isTrue('park_after_bridge')) channel.moveTo('CS_PARK');
  else channel.hangup(cause, 'application');
}
