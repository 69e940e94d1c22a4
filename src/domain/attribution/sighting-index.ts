/**
 * The sightings of one number, ordered for counting how many are in each band at a moment: the recent ones are looked
 * at one by one, the long gone ones are counted by where their last sign of life lies. Used to learn from months.
 */
import type { Instant } from '../values/ids.js';
import { bandOf, OLD_BANDS, RECENT_MS, type Band, type Sighting } from './sighting.js';

export class SightingIndex {
  private readonly byTaken: readonly Sighting[];
  /** Last signs of life, ascending. */
  private readonly lefts: readonly Instant[];
  private readonly longestStay: number;

  constructor(sightings: readonly Sighting[]) {
    this.byTaken = [...sightings].sort((one, other) => one.takenAt - other.takenAt);
    this.lefts = sightings.map(({ seenAt }) => seenAt).sort((one, other) => one - other);
    this.longestStay = sightings.reduce((most, { takenAt, seenAt }) => Math.max(most, seenAt - takenAt), 0);
  }

  inBands(at: Instant): ReadonlyMap<Band, number> {
    const counts = new Map<Band, number>();
    for (const { name, startMs, endMs } of OLD_BANDS) {
      const count = this.leftBefore(at - startMs) - this.leftBefore(at - endMs);
      if (count > 0) counts.set(name, count);
    }
    for (const sighting of this.recent(at)) {
      const band = bandOf(sighting, at);
      if (band !== undefined) counts.set(band, (counts.get(band) ?? 0) + 1);
    }
    return counts;
  }

  /** Shown by then, and heard of since `RECENT_MS` ago. */
  private *recent(at: Instant): Generator<Sighting> {
    const oldest = at - RECENT_MS - this.longestStay;
    for (let index = below(this.byTaken, at, ({ takenAt }) => takenAt) - 1; index >= 0; index -= 1) {
      const sighting = this.byTaken[index];
      if (sighting === undefined || sighting.takenAt < oldest) return;
      if (sighting.seenAt > at - RECENT_MS) yield sighting;
    }
  }

  private leftBefore(at: Instant): number {
    return below(this.lefts, at, (left) => left);
  }
}

/** How many of an ascending list are at or below the limit. */
function below<T>(list: readonly T[], limit: number, valueOf: (one: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueOf(list[middle] as T) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
