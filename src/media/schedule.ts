/**
 * The one clockwork of the room: a sub-tick every 5 ms at t0 + k·5 ms, on absolute times so that errors never add up.
 * Each port belongs to one of four groups and is served on every fourth sub-tick: packets leave every 20 ms, and the
 * system calls are spread (a quarter of the burst halves p99). Owned by open-media.ts.
 */
import type { MediaClock } from './api.js';
import { FRAME_MS } from './frame.js';
import { PacingMeter } from './pacing-meter.js';

export const GROUPS = 4;
const STEP_MS = FRAME_MS / GROUPS;
/** A timer that fires this much early is taken: re-arming it would cost a whole millisecond. */
const EARLY_MS = 0.5;

export interface ScheduleOptions {
  readonly clock: MediaClock;
  readonly hasPorts: (group: number) => boolean;
  /** Serves the group once. `skippedFrames`: so many of its ticks before this one fell out; never made up by a burst. */
  readonly serve: (group: number, skippedFrames: number) => void;
}

export class Schedule {
  readonly meter = new PacingMeter();
  readonly #options: ScheduleOptions;
  readonly #origin: number;
  /** Number of the first sub-tick not yet served. */
  #next = 0;
  #cancel: (() => void) | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#origin = options.clock.now();
  }

  /** Call when a port was added; a running schedule goes on undisturbed. */
  start(): void {
    if (this.#cancel) return;
    this.#next = Math.ceil((this.#options.clock.now() - this.#origin) / STEP_MS);
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    for (let empty = 0; empty < GROUPS && !this.#options.hasPorts(this.#next % GROUPS); empty += 1) {
      this.#next += 1;
    }
    const wait = this.#dueAt(this.#next) - this.#options.clock.now();
    this.#cancel = this.#options.clock.after(Math.max(0, wait), () => {
      this.#wake();
    });
  }

  #wake(): void {
    const now = this.#options.clock.now();
    const last = Math.floor((now + EARLY_MS - this.#origin) / STEP_MS);
    const first = this.#next;
    // Served before the groups run, so that a port opened or closed by them finds the schedule consistent.
    this.#next = Math.max(first, last + 1);
    for (let step = Math.max(first, last - GROUPS + 1); step <= last; step += 1) {
      const skipped = Math.floor((step - first) / GROUPS);
      this.#serve(step % GROUPS, skipped, now - this.#dueAt(step - skipped * GROUPS));
    }
    if (this.#cancel) this.#arm();
  }

  #serve(group: number, skipped: number, lateMs: number): void {
    if (!this.#options.hasPorts(group)) return;
    this.meter.tick(lateMs, skipped);
    this.#options.serve(group, skipped);
  }

  #dueAt(step: number): number {
    return this.#origin + step * STEP_MS;
  }
}
