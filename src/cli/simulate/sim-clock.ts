/** Virtual time and seeded chance for simulations. Time moves only when nothing else does. */
import { mulberry32 } from '../../domain/simulation/mulberry32.js';
import type { Clock, Random } from '../../app/ports/ports.js';
import type { Instant } from '../../domain/values/ids.js';

interface Timer {
  readonly at: Instant;
  readonly order: number;
  action: (() => void) | undefined;
}

export class SimClock implements Clock {
  private time: Instant;
  private order = 0;
  /** What the program's clock shows beyond the true time: somebody set it, or a time server did. */
  private jump = 0;
  private readonly timers = new TimerHeap();

  constructor(start: Instant) {
    this.time = start;
  }

  /** What the program reads. */
  now(): Instant {
    return this.time + this.jump;
  }

  /** True time: what the phones' log is written in. */
  trueNow(): Instant {
    return this.time;
  }

  /** From now on the program's clock is this far from the true time; timers that are set keep their length. */
  jumpTo(offsetMs: number): void {
    this.jump = offsetMs;
  }

  after(ms: number, action: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, ms), order: (this.order += 1), action };
    this.timers.add(timer);
    return () => {
      timer.action = undefined;
    };
  }

  /** Time of the next timer. */
  nextAt(): Instant | undefined {
    return this.timers.first()?.at;
  }

  /** Runs the next timer and lets everything that follows from it settle. False when there is none until `limit`. */
  async step(limit: Instant): Promise<boolean> {
    const timer = this.timers.first();
    if (timer === undefined || timer.at > limit) return false;
    this.timers.removeFirst();
    this.time = Math.max(this.time, timer.at);
    timer.action?.();
    await settled();
    return true;
  }
}

/** By time, then by order of setting. Timers that were called off are dropped when they come to the top. */
class TimerHeap {
  private readonly heap: Timer[] = [];

  first(): Timer | undefined {
    while (this.heap[0] !== undefined && this.heap[0].action === undefined) this.removeFirst();
    return this.heap[0];
  }

  add(timer: Timer): void {
    let at = this.heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isEarlier(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    let at = 0;
    for (let child = this.earlierChild(at); child !== undefined; child = this.earlierChild(at)) {
      if (!this.isEarlier(child, at)) return;
      this.swap(child, at);
      at = child;
    }
  }

  private earlierChild(at: number): number | undefined {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    if (left >= this.heap.length) return undefined;
    return right < this.heap.length && this.isEarlier(right, left) ? right : left;
  }

  private isEarlier(a: number, b: number): boolean {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(a: number, b: number): void {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one === undefined || other === undefined) return;
    this.heap[a] = other;
    this.heap[b] = one;
  }
}

/** Everything in the simulation waits on microtasks only, so one turn of the event loop empties them all. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** mulberry32. */
export class SimRandom implements Random {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = mulberry32(seed);
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
