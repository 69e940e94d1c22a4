/**
 * Order of gateways by priority and weight without chance: the same number always takes the same order, so that
 * `route explain` tells what a call will do, and different numbers spread by weight.
 */

export interface Weighted {
  readonly priority?: number;
  readonly weight?: number;
}

/** `spreadBy`: any text, here the number dialled. Items without a priority keep the place they stand at. */
export function weightedOrder<T extends Weighted>(items: readonly T[], spreadBy: string): readonly T[] {
  return items
    .map((item, index) => ({ item, index, rank: item.priority ?? index }))
    .map((entry) => ({ ...entry, score: scoreOf(entry.item.weight ?? 1, `${entry.index}/${spreadBy}`) }))
    .sort((a, b) => a.rank - b.rank || b.score - a.score || a.index - b.index)
    .map(({ item }) => item);
}

/** Highest random weight (rendezvous) hashing: an item wins in proportion to its weight; one of weight 0 comes last. */
function scoreOf(weight: number, text: string): number {
  return weight <= 0 ? -1 : -weight / Math.log(fractionOf(text));
}

const HASH_RANGE = 2 ** 32;

/** FNV-1a with a final mix (murmur3's), as a fraction between 0 and 1, both excluded. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / HASH_RANGE;
}
