/**
 * A talk that nobody ended: a server, a line or its media was lost under it, and the parties were cut off. It stays
 * `answered`; what follows from it is the tag `cut`, the event `call.cut` and the policy's `retry.cut`. Pure.
 */
import type { Instant } from '../values/ids.js';
import type { LegRecord } from './call.js';

interface EndedTalk {
  readonly bridgedAt?: Instant;
  readonly unbridgedAt: Instant;
}

/** What goes down takes both legs, each noticed by itself; whoever was lost earlier had his talk go on with somebody. */
const TOGETHER_MS = 5000;

/** The leg whose loss ended the talk. `legs`: those whose own end was seen; of others nobody knows who ended them. */
export function cutLeg(
  { bridgedAt, unbridgedAt }: EndedTalk,
  legs: readonly LegRecord[],
): LegRecord | undefined {
  if (bridgedAt === undefined) return undefined;
  return legs.find(
    ({ role, answeredAt, endedAt, disposition, ending }) =>
      disposition === 'lost' &&
      ending?.reason !== 'killed' && // By hand.
      role !== 'supervisor' &&
      answeredAt !== undefined &&
      endedAt !== undefined &&
      Math.abs(endedAt - unbridgedAt) <= TOGETHER_MS,
  );
}

/** Somebody said during the talk what it came to: then it was over, or nearly. */
export function mayGoOn(mark: string | undefined): boolean {
  return mark === undefined || mark === 'target';
}
