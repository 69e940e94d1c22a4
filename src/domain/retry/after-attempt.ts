/**
 * How a callback goes on after an attempt: final, or again at a time. Pure; every chain of attempts ends, because an
 * attempt either rang the client (at most `maxAttempts`) or did not (at most `maxNoOperator`).
 */
import type { CallDisposition, LegDisposition } from '../calls/call.js';
import type { Attempt, LeadReason } from '../leads/lead.js';
import type { CallbackPolicy, RetryCause, RetryDelay } from '../routing/telephony.js';
import { nextDayAt } from '../schedule/call-window.js';
import type { Instant } from '../values/ids.js';

export interface AttemptResult {
  readonly disposition: CallDisposition;
  /** Was the client's phone invited? `unknown`: the process died and nobody can tell. */
  readonly clientRung: 'yes' | 'no' | 'unknown';
  readonly clientDisposition?: LegDisposition;
  readonly operatorDecision?: 'accepted' | 'later' | 'not-mine' | 'spam' | 'no-input';
  /** `cut`: nobody ended it, and nothing says that it was over. */
  readonly talk?: 'cut';
}

/** Attempts so far, the one that just ended included. */
export interface AttemptCounts {
  readonly clientRung: number;
  readonly clientNotRung: number;
  /** Of `clientRung`, those on the client's day today. Absent: not counted by days. */
  readonly today?: number;
  /** Attempts that ended like this one. Absent: as many as rang the client. */
  readonly alike?: number;
  /** `before`: an earlier attempt came to a talk, which was cut. */
  readonly talked?: 'before';
}

export interface RetryTerms {
  readonly policy: CallbackPolicy;
  readonly operatorRingSeconds: number;
  readonly now: Instant;
  /** 0 ≤ x < 1: spreads attempts that ended together. */
  readonly random: number;
  /** First moment at or after `at` when the client may be called; undefined when there is none. */
  readonly nextOpen: (at: Instant) => Instant | undefined;
  /** The client's own; whose `next-day` and whose days are meant. Absent: UTC. */
  readonly zone?: string;
}

export type AfterAttempt =
  | {
      readonly kind: 'final';
      readonly status: 'reached' | 'unreached' | 'blocked';
      readonly reason: LeadReason;
    }
  | { readonly kind: 'again'; readonly at: Instant; readonly reason: LeadReason };

/** For a disposition that the policy's schedule does not name. */
export const UNNAMED_RETRY_SECONDS = 300;
/** After an attempt whose end nobody saw, a phone may still ring: its longest ring and this much more must pass. */
export const AFTER_UNKNOWN_SECONDS = 60;
/** Attempts are spread over this part of their delay. */
const SPREAD = 0.1;
/** All of yesterday's clients at 10:00 sharp would be more than there are operators. */
const NEXT_DAY_SPREAD_SECONDS = 300;

/** A carrier that failed rang nobody: such an attempt is not counted as one of the client's. */
export function countAttempts(
  attempts: readonly Pick<Attempt, 'clientRung' | 'disposition'>[],
): AttemptCounts {
  const clientNotRung = attempts.filter((attempt) => !countsAsRing(attempt)).length;
  return { clientRung: attempts.length - clientNotRung, clientNotRung };
}

export function countsAsRing({
  clientRung,
  disposition,
}: Pick<Attempt, 'clientRung' | 'disposition'>): boolean {
  return clientRung !== 'no' && disposition !== 'carrier-failure';
}

const REACHED: AfterAttempt = { kind: 'final', status: 'reached', reason: 'reached' };

/** What ends a lead whatever its policy says; undefined when the policy decides. */
export function finalByItself(result: AttemptResult): AfterAttempt | undefined {
  if (result.disposition === 'answered') return REACHED;
  if (result.operatorDecision === 'spam') return { kind: 'final', status: 'blocked', reason: 'spam' };
  return result.operatorDecision === 'not-mine' ? unreached('not-mine') : undefined;
}

/** Whoever was talked with is reached, whatever comes of calling him again. */
export function afterAttempt(result: AttemptResult, counts: AttemptCounts, terms: RetryTerms): AfterAttempt {
  const after = goOn(result, counts, terms);
  const hasTalked = result.talk === 'cut' || counts.talked === 'before';
  return hasTalked && after.kind === 'final' && after.status === 'unreached' ? REACHED : after;
}

function goOn(result: AttemptResult, counts: AttemptCounts, terms: RetryTerms): AfterAttempt {
  const final = result.talk === 'cut' ? undefined : finalByItself(result);
  if (final !== undefined) return final;
  const { maxAttempts, maxNoOperator } = terms.policy;
  if (counts.clientRung >= maxAttempts || counts.clientNotRung >= maxNoOperator)
    return unreached('attempts-used-up');
  const wait =
    result.clientRung === 'no'
      ? waitForOperator(result, terms.policy)
      : waitForClient(result, counts, terms.policy);
  return wait === 'stop' ? unreached('client-stopped') : again(wait, result, counts, terms);
}

/** Longest time a phone of this policy may ring. */
export function longestRingSeconds(policy: CallbackPolicy, operatorRingSeconds: number): number {
  return Math.max(policy.clientRingSeconds, operatorRingSeconds);
}

interface Wait {
  /** Without the spread of chance. */
  readonly delay: Exclude<RetryDelay, 'stop'>;
  readonly reason: LeadReason;
}

function waitForOperator(result: AttemptResult, policy: CallbackPolicy): Wait {
  return result.operatorDecision === 'later'
    ? { delay: policy.laterSeconds, reason: 'operator-later' }
    : { delay: policy.noOperatorSeconds, reason: 'no-operator' };
}

/** The n-th attempt that ended in this way takes the n-th delay; the last one repeats. */
function waitForClient(result: AttemptResult, counts: AttemptCounts, policy: CallbackPolicy): Wait | 'stop' {
  const schedule = policy.retry[causeOf(result)];
  if (schedule === 'stop') return 'stop';
  const n = Math.max(1, counts.alike ?? counts.clientRung);
  const delay = schedule?.[Math.min(n, schedule.length) - 1] ?? UNNAMED_RETRY_SECONDS;
  return delay === 'stop' ? 'stop' : { delay, reason: result.talk === 'cut' ? 'cut-off' : 'retry-wait' };
}

/** A client who answered but never talked was cut off by our side: the schedule of given-up rings serves him. */
export function causeOf({ disposition, clientRung, clientDisposition, talk }: AttemptResult): RetryCause {
  if (talk === 'cut') return 'cut';
  if (disposition === 'voicemail') return 'voicemail';
  if (clientRung === 'unknown') return 'unknown';
  return clientDisposition === undefined || clientDisposition === 'answered'
    ? 'cancelled'
    : clientDisposition;
}

function again(wait: Wait, result: AttemptResult, counts: AttemptCounts, terms: RetryTerms): AfterAttempt {
  const free = result.talk === 'cut' ? terms.now : freeDay(counts, terms);
  const wanted = Math.max(delayedTo(wait, result, terms), free);
  const at = terms.nextOpen(wanted);
  if (at === undefined) return unreached('outside-hours');
  return { kind: 'again', at, reason: at > wanted ? 'outside-hours' : wait.reason };
}

function delayedTo({ delay }: Wait, result: AttemptResult, terms: RetryTerms): Instant {
  const { now, random, zone = 'UTC' } = terms;
  const least = mayStillRing(result)
    ? longestRingSeconds(terms.policy, terms.operatorRingSeconds) + AFTER_UNKNOWN_SECONDS
    : 0;
  if (typeof delay !== 'number') {
    const spread = Math.ceil(NEXT_DAY_SPREAD_SECONDS * 1000 * random);
    return Math.max(nextDayAt(zone, now, delay.nextDayAt) + spread, now + least * 1000);
  }
  return now + Math.ceil(Math.max(delay * (1 + SPREAD * random), least) * 1000);
}

/** A client whose day has had its rings waits for the next one; not with whom we were talking. */
function freeDay({ today = 0 }: AttemptCounts, { policy, now, zone = 'UTC' }: RetryTerms): Instant {
  return policy.maxPerDay !== undefined && today >= policy.maxPerDay ? nextDayAt(zone, now, 0) : now;
}

function mayStillRing({ disposition, clientRung }: AttemptResult): boolean {
  return clientRung === 'unknown' || disposition === 'unknown' || disposition === 'lost';
}

function unreached(reason: LeadReason): AfterAttempt {
  return { kind: 'final', status: 'unreached', reason };
}
