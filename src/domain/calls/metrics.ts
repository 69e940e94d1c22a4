/**
 * Durations of legs and calls as folds over their times. Seconds, never negative: clocks of two processes may disagree
 * by a little. Called by reports, the call record and the console.
 */
import type { CallRecord, LegRecord } from './call.js';
import type { Instant } from '../values/ids.js';

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, (to - from) / 1000);
}

type LegTimes = Pick<LegRecord, 'invitedAt' | 'ringingAt' | 'answeredAt' | 'endedAt'>;
type CallTimes = Pick<CallRecord, 'startedAt' | 'bridgedAt' | 'unbridgedAt' | 'endedAt'>;

/** Post-dial delay: INVITE to the first 18x, or to the answer when none came. Undefined when neither came. */
export function postDialDelaySeconds(leg: LegTimes): number | undefined {
  const heardAt = leg.ringingAt ?? leg.answeredAt;
  return heardAt === undefined ? undefined : secondsBetween(leg.invitedAt, heardAt);
}

/** From the 18x until the answer or the end. 0 when it never rang. */
export function ringSeconds(leg: LegTimes): number {
  const until = leg.answeredAt ?? leg.endedAt;
  return leg.ringingAt === undefined || until === undefined ? 0 : secondsBetween(leg.ringingAt, until);
}

/** From the answer until the end. 0 when it was never answered or has not ended. */
export function answeredSeconds(leg: LegTimes): number {
  return leg.answeredAt === undefined || leg.endedAt === undefined
    ? 0
    : secondsBetween(leg.answeredAt, leg.endedAt);
}

export function callSeconds(call: CallTimes): number {
  return call.endedAt === undefined ? 0 : secondsBetween(call.startedAt, call.endedAt);
}

/** Talk: both parties bridged. Never longer than the call. */
export function talkSeconds(call: CallTimes): number {
  const until = call.unbridgedAt ?? call.endedAt;
  if (call.bridgedAt === undefined || until === undefined) return 0;
  return Math.min(secondsBetween(call.bridgedAt, until), callSeconds(call));
}

export interface LegTotals {
  /** Answer-seizure ratio: answered legs of all that left. 0 without legs. */
  readonly asr: number;
  /** Mean answered seconds of answered legs. 0 without any. */
  readonly acdSeconds: number;
}

export function legTotals(legs: readonly LegTimes[]): LegTotals {
  const answered = legs.filter((leg) => leg.answeredAt !== undefined);
  const seconds = answered.reduce((sum, leg) => sum + answeredSeconds(leg), 0);
  return {
    asr: legs.length === 0 ? 0 : answered.length / legs.length,
    acdSeconds: answered.length === 0 ? 0 : seconds / answered.length,
  };
}
