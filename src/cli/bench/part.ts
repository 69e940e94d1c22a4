/** What every part of the benchmark is given, and what it answers. */
import type { Figures } from './figures.js';

export interface BenchOptions {
  /** Of load in the parts that last; more is steadier. */
  readonly seconds: number;
  /** Short calls in the memory part. */
  readonly calls: number;
  readonly directory: string;
  readonly floor?: string;
  /** Calls a second offered in the external part. */
  readonly rate: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (text: string) => void;
}

export type Part = (options: BenchOptions) => Promise<Figures>;
