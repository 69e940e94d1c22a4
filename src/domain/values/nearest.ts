/** Did-you-mean: the known name nearest to a mistyped one. Used wherever an unknown option, verb or name is refused. */

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly limit: number;
}

/**
 * Letters to change; `limit + 1` when there are more. Only the diagonals that can stay within the limit are walked: a set
 * may hold thousands of wrong names, each beside thousands of right ones.
 */
function editDistance(pair: Pair): number {
  const { a, b, limit } = pair;
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  let next = row.map(() => limit + 1);
  for (let i = 1; i <= a.length; i += 1) {
    if (fillRow(next, row, i, pair) > limit) return limit + 1;
    [row, next] = [next, row];
  }
  return row[b.length] ?? 0;
}

/** Distances of the first `i` letters of `a` to beginnings of `b`, from those of one letter less. Answers the least. */
function fillRow(next: number[], row: readonly number[], i: number, { a, b, limit }: Pair): number {
  const from = Math.max(1, i - limit);
  const to = Math.min(b.length, i + limit);
  next[from - 1] = from === 1 ? i : limit + 1;
  let least = limit + 1;
  for (let j = from; j <= to; j += 1) {
    const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
    const distance = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, changed);
    next[j] = distance;
    least = Math.min(least, distance);
  }
  if (to < b.length) next[to + 1] = limit + 1;
  return least;
}

/** Undefined when nothing is near enough (more than a third of the letters differ). */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const word = wrong.toLowerCase();
  let limit = Math.max(2, Math.floor(wrong.length / 3));
  let best: string | undefined;
  for (const name of known) {
    const distance = editDistance({ a: word, b: name.toLowerCase(), limit });
    if (distance > limit) continue;
    best = name;
    if (distance === 0) break;
    // The first of several that are equally near.
    limit = distance - 1;
  }
  return best;
}
