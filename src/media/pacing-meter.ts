/**
 * How late the ticks of the schedule were, as a histogram: constant memory however long the process runs. Written by
 * schedule.ts, read through `Media.pacing`.
 */
import type { Pacing } from './api.js';

const BUCKET_MS = 0.05;
const BUCKETS = 2000;

export class PacingMeter {
  readonly #counts = new Uint32Array(BUCKETS);
  #ticks = 0;
  #max = 0;
  #skipped = 0;

  tick(lateMs: number, skippedFrames: number): void {
    const late = Math.max(0, lateMs);
    const bucket = Math.min(Math.floor(late / BUCKET_MS), BUCKETS - 1);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#ticks += 1;
    this.#max = Math.max(this.#max, late);
    this.#skipped += skippedFrames;
  }

  read(): Pacing {
    return {
      ticks: this.#ticks,
      p50Ms: this.#quantile(0.5),
      p99Ms: this.#quantile(0.99),
      maxMs: this.#max,
      skipped: this.#skipped,
    };
  }

  reset(): void {
    this.#counts.fill(0);
    this.#ticks = 0;
    this.#max = 0;
    this.#skipped = 0;
  }

  /** Upper edge of the bucket that holds the quantile; never beyond the largest value seen. */
  #quantile(share: number): number {
    const wanted = Math.ceil(this.#ticks * share);
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= wanted) return Math.min((bucket + 1) * BUCKET_MS, this.#max);
    }
    return this.#max;
  }
}
