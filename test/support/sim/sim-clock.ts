/** Virtual time and seeded chance for simulations. Time moves only when nothing else does. */
import type { Clock, Random } from '../../../src/app/ports/ports.js';
import type { Instant } from '../../../src/domain/values/ids.js';

interface Timer {
  readonly at: Instant;
  readonly order: number;
  readonly action: () => void;
}

export class SimClock implements Clock {
  private time: Instant;
  private order = 0;
  /** Sorted by time, then by order of setting: a binary heap is not worth it at these sizes. */
  private timers: Timer[] = [];

  constructor(start: Instant) {
    this.time = start;
  }

  now(): Instant {
    return this.time;
  }

  after(ms: number, action: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, ms), order: (this.order += 1), action };
    const later = this.timers.findIndex((other) => other.at > timer.at);
    this.timers.splice(later === -1 ? this.timers.length : later, 0, timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  /** Time of the next timer. */
  nextAt(): Instant | undefined {
    return this.timers[0]?.at;
  }

  /** Runs the next timer and lets everything that follows from it settle. False when there is none until `limit`. */
  async step(limit: Instant): Promise<boolean> {
    const [timer] = this.timers;
    if (timer === undefined || timer.at > limit) return false;
    this.timers.shift();
    this.time = Math.max(this.time, timer.at);
    timer.action();
    await settled();
    return true;
  }
}

/** Everything in the simulation waits on microtasks only, so one turn of the event loop empties them all. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** mulberry32. */
export class SimRandom implements Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)] as T;
  }
}
