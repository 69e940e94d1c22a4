/**
 * How many numbers a pool needs. Visitors arrive at random (Poisson) and keep a number for a while; one who finds none
 * free is lost to tracking, and none waits: Erlang's loss formula, which holds for any distribution of the holds.
 * A. K. Erlang 1917; the recursion is ITU Handbook "Teletraffic Engineering" §7.3. Rules of thumb that divide arrivals
 * by the mean hold forget that arrivals bunch, and overflow one visitor in five.
 */

export interface Demand {
  readonly arrivalsPerHour: number;
  /** From the first look until another visitor may have the number. */
  readonly holdSeconds: number;
}

const HOUR_SECONDS = 3600;

/** Offered traffic in Erlang: numbers busy at once if there were enough. */
export function offeredTraffic({ arrivalsPerHour, holdSeconds }: Demand): number {
  return (arrivalsPerHour * holdSeconds) / HOUR_SECONDS;
}

/** Share of visitors who find no number. B(0) = 1; B(n) = A·B(n−1) / (n + A·B(n−1)). */
export function overflowShare(traffic: number, numbers: number): number {
  let share = 1;
  for (let n = 1; n <= numbers; n += 1) share = (traffic * share) / (n + traffic * share);
  return share;
}

/** Beyond it the answer is a mistake in the question. */
export const LARGEST_POOL = 100_000;

/** The smallest pool that overflows no more than `maxOverflow` (0 < x < 1); undefined above `LARGEST_POOL`. */
export function numbersNeeded(traffic: number, maxOverflow: number): number | undefined {
  let share = 1;
  for (let n = 1; n <= LARGEST_POOL; n += 1) {
    share = (traffic * share) / (n + traffic * share);
    if (share <= maxOverflow) return n;
  }
  return undefined;
}

export interface PoolSize {
  readonly numbers: number;
  readonly overflow: number;
  /** Visitors an hour without a number. */
  readonly overflowedPerHour: number;
  /** Share of the time that a number is held: what one more number would add is small when this is small. */
  readonly utilisation: number;
  readonly costPerMonth?: number;
}

export function sizeOf(demand: Demand, numbers: number, costPerNumber?: number): PoolSize {
  const traffic = offeredTraffic(demand);
  const overflow = overflowShare(traffic, numbers);
  return {
    numbers,
    overflow,
    overflowedPerHour: demand.arrivalsPerHour * overflow,
    utilisation: numbers === 0 ? 0 : (traffic * (1 - overflow)) / numbers,
    ...(costPerNumber === undefined ? {} : { costPerMonth: numbers * costPerNumber }),
  };
}
