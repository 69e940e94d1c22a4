/** What both kinds of transaction are given by the stack, and the durations of their timers. */
import type { SipMessage } from '../wire/sip-types.js';
import type { SipAddress, SipClock, SipTimers } from './api.js';
import type { ClientTimer, ServerTimer } from './transaction-tables.js';

export interface TransactionContext {
  readonly clock: SipClock;
  readonly timers: SipTimers;
  /** Puts a message on the wire; returns its size. */
  send(message: SipMessage, remote: SipAddress, local: SipAddress): number;
}

export interface TimerUse {
  readonly isReliable: boolean;
  /** How often the resending timer (A, E, G) has fired before. */
  readonly repeats: number;
}

type Duration = (timers: SipTimers, use: TimerUse) => number | undefined;

const growing: Duration = ({ t1, t2 }, use) =>
  use.isReliable ? undefined : Math.min(t1 * 2 ** use.repeats, t2);
const lingering: Duration = ({ t4 }, use) => (use.isReliable ? 0 : t4);
const limit: Duration = ({ transactionLimit }) => transactionLimit;

/** RFC 3261 table 4, RFC 6026 §7. `undefined`: the timer does not run on this transport. */
const DURATIONS: Readonly<Record<ClientTimer | ServerTimer, Duration>> = {
  A: ({ firstInviteResend }, use) => (use.isReliable ? undefined : firstInviteResend * 2 ** use.repeats),
  B: limit,
  C: limit,
  D: ({ timerD }, use) => (use.isReliable ? 0 : timerD),
  E: growing,
  F: limit,
  G: growing,
  H: limit,
  I: lingering,
  J: ({ transactionLimit }, use) => (use.isReliable ? 0 : transactionLimit),
  K: lingering,
  L: limit,
  M: limit,
  abandon: limit,
};

/** Milliseconds, or `undefined` when the timer does not run on this transport. */
export function durationOf(
  timer: ClientTimer | ServerTimer,
  timers: SipTimers,
  use: TimerUse,
): number | undefined {
  return DURATIONS[timer](timers, use);
}
