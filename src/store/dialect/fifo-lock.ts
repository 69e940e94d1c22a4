/**
 * One holder at a time, in order of arrival. The SQLite driver guards its only connection with it: a transaction holds
 * it from BEGIN to COMMIT, any other statement for itself.
 */
export class FifoLock {
  readonly #waiting: (() => void)[] = [];
  #held: 'free' | 'held' = 'free';

  /** Resolves when it is the caller's turn; the caller must `release` exactly once. */
  async acquire(): Promise<void> {
    if (this.#held === 'free') {
      this.#held = 'held';
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the lock over without freeing it, so that nobody can slip in between. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = 'free';
    else next();
  }
}
