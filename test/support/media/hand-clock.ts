/** A clock turned by hand: timers fire, in order, when the test moves the time over them. */
import type { MediaClock } from '../../../src/media/api.js';

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

export class HandClock implements MediaClock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + ms, action };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Every timer that is due by then fires at its own time. */
  advanceTo(time: number): void {
    for (let next = this.#earliest(time); next; next = this.#earliest(time)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = time;
  }

  /** The process was stopped: time passes first, then the timers that are due fire late. */
  stallUntil(time: number): void {
    this.#now = time;
    this.advanceTo(time);
  }

  #earliest(time: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.at <= time);
    return due.reduce<Timer | undefined>(
      (first, each) => (first && first.at <= each.at ? first : each),
      undefined,
    );
  }
}
