/**
 * Whose turn it is in the line of a group: as many as there are seats, in order. A lead whose trunks are full lets those
 * pass whose trunk has a channel, the first such lead so many and no more: then a seat is kept for it. Pure; the claim in
 * app/leads/place-callback guards the count.
 */

/** So many may pass the first in line that waits for a channel. */
export const MOST_PASSED = 10;

/** `full`: no trunk that may carry it has a channel; `down`: none is up. Without a trunk nothing keeps it from its turn. */
export type Way =
  { readonly kind: 'goes'; readonly trunk?: string } | { readonly kind: 'full' } | { readonly kind: 'down' };

/** With the channels that those before it in line will take, by trunk. */
export type WayOf<T> = (lead: T, taken: ReadonlyMap<string, number>) => Way;

export interface Turn<T> {
  readonly lead: T;
  /** The first in line whose trunks are full: this one passes it. */
  readonly past?: T;
}

export interface LineView<T> {
  readonly turns: readonly Turn<T>[];
  /** Those who cannot go although it may be their turn. */
  readonly held: ReadonlyMap<T, 'full' | 'down'>;
}

export function whoseTurn<T extends { readonly passedOver?: number }>(
  line: readonly T[],
  seats: number,
  wayOf: WayOf<T>,
): LineView<T> {
  const taken = new Map<string, number>();
  const held = new Map<T, 'full' | 'down'>();
  const turns: Turn<T>[] = [];
  let past: T | undefined;
  for (const lead of line) {
    if (turns.length + seatsKept(turns, past) >= seats) break;
    const way = wayOf(lead, taken);
    if (way.kind === 'goes') {
      if (way.trunk !== undefined) taken.set(way.trunk, (taken.get(way.trunk) ?? 0) + 1);
      turns.push(past === undefined ? { lead } : { lead, past });
    } else {
      held.set(lead, way.kind);
      if (way.kind === 'full') past ??= lead;
    }
  }
  return { turns, held };
}

function seatsKept<T extends { readonly passedOver?: number }>(
  turns: readonly Turn<T>[],
  waits: T | undefined,
): number {
  if (waits === undefined) return 0;
  const passing = turns.filter(({ past }) => past === waits).length;
  return keepsSeat({ passedOver: (waits.passedOver ?? 0) + passing }) ? 1 : 0;
}

/** Enough have passed it: the next operator who is free is kept for it. A trunk that is down keeps nobody. */
export function keepsSeat({ passedOver = 0 }: { readonly passedOver?: number }): boolean {
  return passedOver >= MOST_PASSED;
}
