/**
 * Which channels of the switch belong together, by what it tells of them: bridged, in one conference, the two ends of a tie
 * line. Pure; for what outlived the process that made it.
 */
import type { LegRecord } from '../../../domain/calls/call.js';
import type { LiveChannel } from '../../ports/switch.js';

export interface Talk {
  readonly legs: readonly LegRecord[];
  /** Channels that are nobody's leg and carry it. */
  readonly ties: readonly string[];
}

/** The answered legs of a call that still hear each other; undefined: fewer than two do. */
export function talkAmong(legs: readonly LegRecord[], channels: readonly LiveChannel[]): Talk | undefined {
  const up = answered(legs);
  for (const { identity } of up) {
    const company = companyOf(identity.channelUuid, channels);
    const inIt = up.filter((leg) => company.has(leg.identity.channelUuid ?? ''));
    if (inIt.length < 2) continue;
    const own = new Set(inIt.map((leg) => leg.identity.channelUuid));
    return { legs: inIt, ties: [...company].filter((uuid) => !own.has(uuid)) };
  }
  return undefined;
}

/** Two answered legs of a call are there, and nothing joins them yet, or any more. */
export function seemsApart(legs: readonly LegRecord[], channels: readonly LiveChannel[]): boolean {
  const here = new Set(channels.map(({ uuid }) => uuid));
  const up = answered(legs).filter(({ identity }) => here.has(identity.channelUuid ?? ''));
  return up.length > 1 && talkAmong(legs, channels) === undefined;
}

function answered(legs: readonly LegRecord[]): readonly LegRecord[] {
  return legs.filter(({ state }) => state === 'answered' || state === 'held');
}

/** With the channel itself; empty when it is not there. */
function companyOf(uuid: string | undefined, channels: readonly LiveChannel[]): ReadonlySet<string> {
  const company = new Set<string>();
  let found = channels.filter((channel) => channel.uuid === uuid);
  while (found.length > 0) {
    for (const channel of found) company.add(channel.uuid);
    const last = found;
    found = channels.filter(
      (other) => !company.has(other.uuid) && last.some((channel) => areTogether(channel, other)),
    );
  }
  return company;
}

function areTogether(one: LiveChannel, other: LiveChannel): boolean {
  return (
    one.bridgedTo === other.uuid ||
    (one.room !== undefined && one.room === other.room) ||
    (one.tie !== undefined && one.tie === other.tie)
  );
}

/** Whom a channel serves beside itself: a tie line's end stands in no record of a leg. */
export function servedBy(channel: LiveChannel, channels: readonly LiveChannel[]): readonly string[] {
  const company = companyOf(channel.uuid, channels);
  return channel.hears === undefined ? [...company] : [...company, channel.hears];
}
