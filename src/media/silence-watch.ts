/** Tells once when a far end has sent nothing for too long (media timeout, hold timeout). Owned by rtp-port.ts. */
import type { PortOptions } from './api.js';

export class SilenceWatch {
  readonly #limitMs: number;
  readonly #holdLimitMs: number;
  #since: number;
  #state: 'watching' | 'told' = 'watching';

  constructor(options: PortOptions, now: number) {
    this.#limitMs = options.mediaTimeoutMs ?? 0;
    this.#holdLimitMs = options.mediaHoldTimeoutMs ?? 0;
    this.#since = now;
  }

  /** A packet came, or the direction changed: the time counts anew. */
  restart(now: number): void {
    this.#since = now;
  }

  /** `isHeld`: we do not want to receive, so the hold limit counts. A limit of 0 is never reached. */
  check(now: number, isHeld: 'held' | 'open'): 'silent-too-long' | 'fine' {
    const limit = isHeld === 'held' ? this.#holdLimitMs : this.#limitMs;
    if (this.#state === 'told' || limit === 0 || now - this.#since < limit) return 'fine';
    this.#state = 'told';
    return 'silent-too-long';
  }
}
