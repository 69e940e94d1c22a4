/** At most so many requests a second, first come first served, with a second's worth at once after a rest (GCRA). */
import type { Clock } from '../app/ports/ports.js';
import type { Instant } from '../domain/values/ids.js';

export class TokenBucket {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #intervalMs: number;
  readonly #burstMs: number;
  #freeAt: Instant = 0;

  constructor(clock: Pick<Clock, 'now' | 'after'>, perSecond: number) {
    this.#clock = clock;
    this.#intervalMs = 1000 / perSecond;
    this.#burstMs = 1000 - this.#intervalMs;
  }

  /** Resolves when the request may leave. */
  take(): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(this.#freeAt, now - this.#burstMs);
    this.#freeAt = at + this.#intervalMs;
    if (at <= now) return Promise.resolve();
    return new Promise((resolve) => void this.#clock.after(at - now, resolve));
  }
}
