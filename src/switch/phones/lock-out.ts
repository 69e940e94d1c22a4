/**
 * Wrong passwords counted by user and address, so that a guesser is locked out and the user's own phone elsewhere is not.
 * What is remembered expires, and so is bounded.
 */
import type { Clock } from '../../app/ports/ports.js';

export interface LockOutTerms {
  /** Wrong passwords within `windowSeconds` that lock. */
  readonly failures: number;
  readonly windowSeconds: number;
  readonly lockSeconds: number;
}

export const DEFAULT_LOCK_OUT: LockOutTerms = { failures: 8, windowSeconds: 300, lockSeconds: 600 };

/** Guessers of many names from many addresses: beyond this the oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

interface Guesser {
  readonly failures: number;
  readonly state: 'counted' | 'locked';
  readonly cancelExpiry: () => void;
}

export class LockOut {
  readonly #clock: Clock;
  readonly #terms: LockOutTerms;
  readonly #guessers = new Map<string, Guesser>();

  constructor(clock: Clock, terms: LockOutTerms = DEFAULT_LOCK_OUT) {
    this.#clock = clock;
    this.#terms = terms;
  }

  isLocked(who: string): boolean {
    return this.#guessers.get(who)?.state === 'locked';
  }

  failed(who: string): 'locked' | 'counted' {
    const failures = (this.#guessers.get(who)?.failures ?? 0) + 1;
    const state = failures >= this.#terms.failures ? 'locked' : 'counted';
    const seconds = state === 'locked' ? this.#terms.lockSeconds : this.#terms.windowSeconds;
    this.succeeded(who);
    if (this.#guessers.size >= MAX_REMEMBERED) this.succeeded([...this.#guessers.keys()][0] ?? '');
    const cancelExpiry = this.#clock.after(seconds * 1000, () => this.#guessers.delete(who));
    this.#guessers.set(who, { failures, state, cancelExpiry });
    return state;
  }

  succeeded(who: string): void {
    this.#guessers.get(who)?.cancelExpiry();
    this.#guessers.delete(who);
  }

  close(): void {
    for (const { cancelExpiry } of this.#guessers.values()) cancelExpiry();
    this.#guessers.clear();
  }
}
