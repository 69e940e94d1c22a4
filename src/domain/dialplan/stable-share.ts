/** A number from 0 to 1 that belongs to a text for ever: splits without chance. Called by `percent` and canaries. */

/** FNV-1a, 32 bits, then the final mix of MurmurHash3: neighbouring phone numbers end far from each other. */
export function stableShare(seed: string, key: string): number {
  let hash = 0x811c9dc5;
  const text = `${seed}\u0000${key}`;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
