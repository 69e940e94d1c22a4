/** Chance from a seed, so that a run can be repeated. */
import { mulberry32 } from '../../domain/simulation/mulberry32.js';

export interface SeededRandom {
  /** 0 ≤ x < 1. */
  next(): number;
  between(low: number, high: number): number;
  shuffled<T>(items: readonly T[]): T[];
}

export function seededRandom(seed: number): SeededRandom {
  const next = mulberry32(seed);
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    shuffled(items) {
      const keyed = items.map((item) => ({ item, key: next() }));
      return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
    },
  };
}
