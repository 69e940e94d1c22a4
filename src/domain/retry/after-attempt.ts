/**
 * How a callback goes on after an attempt: final, or again at a time. Pure; every chain of attempts ends, because an
 * attempt either rang the client (at most `maxAttempts`) or did not (at most `maxNoOperator`).
 */
import type { CallDisposition, LegDisposition } from '../calls/call.js';
import type { Attempt, LeadReason } from '../leads/lead.js';
import type { CallbackPolicy } from '../routing/telephony.js';
import type { Instant } from '../values/ids.js';

export interface AttemptResult {
  readonly disposition: CallDisposition;
  /** Was the client's phone invited? `unknown`: the process died and nobody can tell. */
  readonly clientRung: 'yes' | 'no' | 'unknown';
  readonly clientDisposition?: LegDisposition;
  readonly operatorDecision?: 'accepted' | 'later' | 'not-mine' | 'spam' | 'no-input';
}

/** Attempts so far, the one that just ended included. */
export interface AttemptCounts {
  readonly clientRung: number;
  readonly clientNotRung: number;
}

export interface RetryTerms {
  readonly policy: CallbackPolicy;
  readonly operatorRingSeconds: number;
  readonly now: Instant;
  /** 0 ≤ x < 1: spreads attempts that ended together. */
  readonly random: number;
  /** First moment at or after `at` when the group is open; undefined when it never is. */
  readonly nextOpen: (at: Instant) => Instant | undefined;
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

export function countAttempts(attempts: readonly Pick<Attempt, 'clientRung'>[]): AttemptCounts {
  const clientNotRung = attempts.filter(({ clientRung }) => clientRung === 'no').length;
  return { clientRung: attempts.length - clientNotRung, clientNotRung };
}

/** What ends a lead whatever its policy says; undefined when the policy decides. */
export function finalByItself(result: AttemptResult): AfterAttempt | undefined {
  if (result.disposition === 'answered') return { kind: 'final', status: 'reached', reason: 'reached' };
  if (result.operatorDecision === 'spam') return { kind: 'final', status: 'blocked', reason: 'spam' };
  return result.operatorDecision === 'not-mine' ? unreached('not-mine') : undefined;
}

export function afterAttempt(result: AttemptResult, counts: AttemptCounts, terms: RetryTerms): AfterAttempt {
  const final = finalByItself(result);
  if (final !== undefined) return final;
  const { maxAttempts, maxNoOperator } = terms.policy;
  if (counts.clientRung >= maxAttempts || counts.clientNotRung >= maxNoOperator)
    return unreached('attempts-used-up');
  const wait =
    result.clientRung === 'no'
      ? waitForOperator(result, terms.policy)
      : waitForClient(result, counts, terms.policy);
  return wait === 'stop' ? unreached('client-stopped') : again(wait, result, terms);
}

/** Longest time a phone of this policy may ring. */
export function longestRingSeconds(policy: CallbackPolicy, operatorRingSeconds: number): number {
  return Math.max(policy.clientRingSeconds, operatorRingSeconds);
}

interface Wait {
  readonly seconds: number;
  readonly reason: LeadReason;
}

function waitForOperator(result: AttemptResult, policy: CallbackPolicy): Wait {
  return result.operatorDecision === 'later'
    ? { seconds: policy.laterSeconds, reason: 'operator-later' }
    : { seconds: policy.noOperatorSeconds, reason: 'no-operator' };
}

/** The n-th attempt that rang the client takes the n-th delay; the last one repeats. */
function waitForClient(result: AttemptResult, counts: AttemptCounts, policy: CallbackPolicy): Wait | 'stop' {
  const schedule = policy.retry[scheduleOf(result)];
  if (schedule === 'stop') return 'stop';
  const seconds = schedule?.[Math.min(counts.clientRung, schedule.length) - 1] ?? UNNAMED_RETRY_SECONDS;
  return { seconds, reason: 'retry-wait' };
}

/** A client who answered but never talked was cut off by our side: the schedule of given-up rings serves him. */
function scheduleOf({ clientRung, clientDisposition }: AttemptResult): LegDisposition {
  if (clientRung === 'unknown') return 'unknown';
  return clientDisposition === undefined || clientDisposition === 'answered'
    ? 'cancelled'
    : clientDisposition;
}

function again(wait: Wait, result: AttemptResult, terms: RetryTerms): AfterAttempt {
  const least = mayStillRing(result)
    ? longestRingSeconds(terms.policy, terms.operatorRingSeconds) + AFTER_UNKNOWN_SECONDS
    : 0;
  const seconds = Math.max(wait.seconds * (1 + SPREAD * terms.random), least);
  const wanted = terms.now + Math.ceil(seconds * 1000);
  const at = terms.nextOpen(wanted);
  if (at === undefined) return unreached('outside-hours');
  return { kind: 'again', at, reason: at > wanted ? 'outside-hours' : wait.reason };
}

function mayStillRing({ disposition, clientRung }: AttemptResult): boolean {
  return clientRung === 'unknown' || disposition === 'unknown' || disposition === 'lost';
}

function unreached(reason: LeadReason): AfterAttempt {
  return { kind: 'final', status: 'unreached', reason };
}
