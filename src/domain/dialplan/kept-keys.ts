/**
 * Which keys of a talk go on to the other party: all but the sequences that are meant for us (live-keys.ts). What may still
 * become one is held until the next key or a pause tells. Pure; the switch asks for each key and at the end of the pause.
 */

export interface HeldKey {
  readonly digit: string;
  readonly durationMs: number;
}

export interface Sifted<K extends HeldKey> {
  /** Go on now, in order. */
  readonly passed: readonly K[];
  readonly held: readonly K[];
}

/** One more key after those held; as in pressKey, a sequence that leads nowhere begins anew with its last key. */
export function siftKey<K extends HeldKey>(kept: readonly string[], held: readonly K[], key: K): Sifted<K> {
  const together = [...held, key];
  const sequence = together.map(({ digit }) => digit).join('');
  if (kept.includes(sequence)) return { passed: [], held: [] };
  if (kept.some((known) => known.startsWith(sequence))) return { passed: [], held: together };
  if (held.length === 0) return { passed: [key], held: [] };
  const alone = siftKey(kept, [], key);
  return { passed: [...held, ...alone.passed], held: alone.held };
}
