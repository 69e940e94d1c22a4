/** The words of a benchmark report: a figure beside what was measured in the same run, and its budget when it has one. */

export interface Figure {
  readonly value: number;
  readonly unit: 'ms' | '/s' | 'MB' | 'MB per 1000 calls' | '%' | 'x';
  /** What `ratio` divides by: measured in this run, on this machine, without the program under test. */
  readonly beside?: { readonly what: string; readonly value: number };
  readonly ratio?: number;
  readonly budget?: { readonly limit: number; readonly bound: 'at most' | 'at least' };
  readonly met?: boolean;
}

export type Figures = Readonly<Record<string, Figure | number | string>>;

export interface Measured {
  readonly value: number;
  readonly unit: Figure['unit'];
  readonly beside?: { readonly what: string; readonly value: number };
  readonly budget?: NonNullable<Figure['budget']>;
}

/** Rounds what is shown; the budget is judged before. */
export function figure({ value, unit, beside, budget }: Measured): Figure {
  return {
    value: rounded(value),
    unit,
    ...(beside && {
      beside: { what: beside.what, value: rounded(beside.value) },
      ratio: rounded(value / beside.value),
    }),
    ...(budget && {
      budget,
      met: budget.bound === 'at most' ? value <= budget.limit : value >= budget.limit,
    }),
  };
}

/** Three significant places. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : value;
}

export const atMost = (limit: number): NonNullable<Figure['budget']> => ({ limit, bound: 'at most' });

/** By nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))] ?? Number.NaN;
}

export interface Sample {
  readonly x: number;
  readonly y: number;
}

/** Least squares: how much y grows with each x. */
export function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const meanX = mean(({ x }) => x);
  const meanY = mean(({ y }) => y);
  const spread = samples.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return samples.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
