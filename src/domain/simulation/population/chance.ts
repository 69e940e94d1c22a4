/** Chance from a seed, so that a population of callers is the same in each run. Used by the population only. */
import { mulberry32 } from '../mulberry32.js';

export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** True in this part of all cases. */
  happens(part: number): boolean;
  /** Exponential with this mean: times between, or of, independent things. */
  exponential(mean: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

export function chanceFrom(seed: number): Chance {
  const next = mulberry32(seed);
  return {
    next,
    happens: (part) => next() < part,
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
