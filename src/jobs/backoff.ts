/** How long a failed job waits before its next try. Pure: chance comes as an argument. */

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { firstMs: 2000, longestMs: 3_600_000 };

/**
 * Doubles with each try up to the longest wait. The lower half is kept and the upper half is drawn by `chance`
 * (0 ≤ chance < 1), so that what failed together does not come back together.
 */
export function backoffMs(
  tries: number,
  chance: number,
  { firstMs, longestMs }: Backoff = DEFAULT_BACKOFF,
): number {
  const full = Math.min(longestMs, firstMs * 2 ** (Math.max(tries, 1) - 1));
  return Math.round(full / 2 + (full / 2) * chance);
}
