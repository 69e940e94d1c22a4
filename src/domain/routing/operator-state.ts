/**
 * Whether an operator is to be rung: what he said (keys, page, API), what his calls said, and his schedule. Pure; the
 * row is stored by app/operators, which asks `standingOf` before anybody is rung.
 *
 *   on ──paused by key, API or unanswered calls──► paused ──key, API──► on        off: not at work today
 */
import type { Instant } from '../values/ids.js';

export const DUTIES = ['on', 'paused', 'off'] as const;
export type Duty = (typeof DUTIES)[number];

export interface OperatorState {
  readonly operator: string;
  readonly duty: Duty;
  readonly changedAt: Instant;
  /** `api`, `phone`, `unanswered`, or whose key. */
  readonly changedBy: string;
  /** After a talk. */
  readonly wrapUpUntil?: Instant;
  /** After a call that he declined or let ring. */
  readonly restingUntil?: Instant;
  /** Calls in a row that he let ring. */
  readonly unanswered: number;
  readonly lastTalkAt?: Instant;
  /** Talks on the UTC day of `lastTalkAt`. */
  readonly talks: number;
}

/** Who never said anything is on duty: being named in a group is enough. */
export function freshState(operator: string): OperatorState {
  return { operator, duty: 'on', changedAt: 0, changedBy: 'settings', unanswered: 0, talks: 0 };
}

/** Coming back to duty forgets what kept him from it. */
export function withDuty(state: OperatorState, duty: Duty, by: string, at: Instant): OperatorState {
  const { operator, talks, lastTalkAt } = state;
  const kept = { operator, talks, ...(lastTalkAt === undefined ? {} : { lastTalkAt }) };
  return duty === 'on'
    ? { ...kept, duty, changedAt: at, changedBy: by, unanswered: 0 }
    : { ...state, duty, changedAt: at, changedBy: by };
}

export function afterTalk(state: OperatorState, endedAt: Instant, wrapUpSeconds: number): OperatorState {
  return {
    ...state,
    unanswered: 0,
    lastTalkAt: endedAt,
    talks: talksOn(state, endedAt) + 1,
    wrapUpUntil: endedAt + wrapUpSeconds * 1000,
  };
}

export function talksOn({ talks, lastTalkAt }: OperatorState, at: Instant): number {
  return lastTalkAt !== undefined && dayOf(lastTalkAt) === dayOf(at) ? talks : 0;
}

function dayOf(at: Instant): number {
  return Math.floor(at / 86_400_000);
}

export interface RestTerms {
  readonly rejectDelaySeconds?: number;
  readonly noAnswerDelaySeconds?: number;
  readonly maxNoAnswer?: number;
}

export function afterDeclined(state: OperatorState, at: Instant, terms: RestTerms): OperatorState {
  return resting({ ...state, unanswered: 0 }, at, terms.rejectDelaySeconds ?? 0);
}

/** A phone that rings with nobody there, or one that is answered and stays silent. Too often, and he is paused. */
export function afterUnanswered(state: OperatorState, at: Instant, terms: RestTerms): OperatorState {
  const unanswered = state.unanswered + 1;
  const rested = resting({ ...state, unanswered }, at, terms.noAnswerDelaySeconds ?? 0);
  const tooOften = terms.maxNoAnswer !== undefined && unanswered >= terms.maxNoAnswer;
  return tooOften && state.duty === 'on' ? withDuty(rested, 'paused', 'unanswered', at) : rested;
}

function resting(state: OperatorState, at: Instant, seconds: number): OperatorState {
  return seconds === 0 ? state : { ...state, restingUntil: at + seconds * 1000 };
}

export type Standing =
  | { readonly kind: 'free' }
  | { readonly kind: 'busy' | 'paused' | 'off-duty' | 'unreachable' }
  | { readonly kind: 'wrap-up' | 'resting'; readonly until: Instant };

export interface Presence {
  readonly now: Instant;
  /** Inside his own working hours; `yes` when he has none. */
  readonly scheduled: 'yes' | 'no';
  readonly reachable: 'yes' | 'no';
  /** One of his phones is in a call of ours. */
  readonly engaged: 'yes' | 'no';
}

/** The order is the order in which a person would explain it. */
export function standingOf(state: OperatorState, { now, scheduled, reachable, engaged }: Presence): Standing {
  if (state.duty === 'off' || scheduled === 'no') return { kind: 'off-duty' };
  if (state.duty === 'paused') return { kind: 'paused' };
  if (reachable === 'no') return { kind: 'unreachable' };
  return engaged === 'yes' ? { kind: 'busy' } : restOf(state, now);
}

function restOf({ wrapUpUntil = 0, restingUntil = 0 }: OperatorState, now: Instant): Standing {
  if (wrapUpUntil > now) return { kind: 'wrap-up', until: wrapUpUntil };
  return restingUntil > now ? { kind: 'resting', until: restingUntil } : { kind: 'free' };
}
