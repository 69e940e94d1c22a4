/** Chance from a seed, so that a population of callers is the same in each run. Used by the population only. */

export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** True in this part of all cases. */
  happens(part: number): boolean;
  /** Exponential with this mean: times between, or of, independent things. */
  exponential(mean: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** mulberry32. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    happens: (part) => next() < part,
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
