/**
 * When a trunk's registration is sent again: before it runs out, or later and later while the carrier refuses. Pure; the
 * switch sends the REGISTER and keeps the value.
 */
import type { Instant } from '../values/ids.js';

export interface RegistrationStatus {
  readonly state: 'trying' | 'registered' | 'failed';
  readonly nextTryAt: Instant;
  /** Refusals and silences in a row. */
  readonly failures: number;
  readonly expiresAt?: Instant;
  /** Why the last try failed. */
  readonly why?: string;
}

export type RegisterAnswer =
  | { readonly kind: 'granted'; readonly expiresSeconds: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'silent' }
  /** Nothing left: our own signalling server is away. */
  | { readonly kind: 'unsent' };

const FIRST_BACK_OFF_MS = 5000;
const UNSENT_MS = 1000;
const LONGEST_BACK_OFF_MS = 300_000;
/** Carriers lock accounts that keep on sending a wrong password. */
const LEAST_AFTER_REFUSED_MS = 60_000;
const REFUSALS_OF_ACCOUNT: readonly number[] = [401, 403, 404, 407];
/** A REGISTER may take 32 s to fail (timer F); a refresh leaves room for a second one where the term allows. */
const ROOM_MS = 40_000;

export const NEVER_REGISTERED: RegistrationStatus = { state: 'trying', nextTryAt: 0, failures: 0 };

export function afterRegister(
  status: RegistrationStatus,
  answer: RegisterAnswer,
  now: Instant,
): RegistrationStatus {
  if (answer.kind === 'granted') {
    const termMs = answer.expiresSeconds * 1000;
    const nextTryAt = now + Math.max(termMs / 2, termMs - ROOM_MS);
    return { state: 'registered', nextTryAt, failures: 0, expiresAt: now + termMs };
  }
  if (answer.kind === 'unsent') return { ...status, nextTryAt: now + UNSENT_MS };
  return afterFailure(status, answer, now);
}

function afterFailure(
  { failures, expiresAt = 0, state }: RegistrationStatus,
  answer: Failure,
  now: Instant,
): RegistrationStatus {
  const wait = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 10));
  const nextTryAt = now + (isOfAccount(answer) ? Math.max(wait, LEAST_AFTER_REFUSED_MS) : wait);
  // A refresh that failed leaves the binding as it was until it runs out.
  const stands = state === 'registered' && answer.kind !== 'refused' && expiresAt > now;
  return {
    state: stands ? 'registered' : 'failed',
    nextTryAt: stands ? Math.min(nextTryAt, Math.max(expiresAt, now + FIRST_BACK_OFF_MS)) : nextTryAt,
    failures: failures + 1,
    why: whyOf(answer),
    ...(stands && { expiresAt }),
  };
}

type Failure = Extract<RegisterAnswer, { kind: 'refused' | 'silent' }>;

function isOfAccount(answer: Failure): boolean {
  return answer.kind === 'refused' && REFUSALS_OF_ACCOUNT.includes(answer.status);
}

function whyOf(answer: Failure): string {
  if (answer.kind === 'silent') return 'the registrar did not answer';
  return isOfAccount(answer)
    ? `the registrar refused the account with ${answer.status}`
    : `the registrar answered ${answer.status}`;
}
