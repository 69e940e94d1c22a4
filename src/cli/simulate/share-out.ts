/**
 * A simulation in shares, each of which knows nothing of the others: branches of the simulated company, or stretches of
 * crash points. They run side by side in worker threads, as many at a time as there are cores, and their figures are
 * added up. Called by main, which is also what runs in the threads.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export type Figures = Readonly<Record<string, unknown>>;

export interface ShareOut<Share> {
  /** Module that answers a share with its figures: it gets the share as `workerData` and posts them. */
  readonly module: URL;
  readonly shares: readonly Share[];
  readonly say: (text: string) => void;
}

/** What a share posts: lines for the log, and its figures at the end. */
export type Posted = { readonly say: string } | { readonly figures: Figures };

export async function shareOut<Share>({ module, shares, say }: ShareOut<Share>): Promise<readonly Figures[]> {
  const waiting = shares.map((share, index) => ({ share, index }));
  const results: Figures[] = [];
  const drain = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { share, index } = next;
      const name = shares.length === 1 ? '' : `share ${index + 1}/${shares.length} `;
      results[index] = await runShare(module, share, (text) => say(`${name}${text}`));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, drain));
  return results;
}

function runShare(module: URL, share: unknown, say: (text: string) => void): Promise<Figures> {
  const worker = new Worker(module, { workerData: share });
  return new Promise((resolve, reject) => {
    worker.on('message', (posted: Posted) => {
      if ('say' in posted) say(posted.say);
      else resolve(posted.figures);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a share ended with code ${code} and no figures`)));
  });
}

/** Numbers are added, lists joined, everything else is as in the first. */
export function addUp(all: readonly Figures[]): Figures {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(
    Object.entries(first).map(([name, value]) => [
      name,
      rest.reduce((sum, one) => plus(sum, one[name]), value),
    ]),
  );
}

function plus(sum: unknown, next: unknown): unknown {
  if (typeof sum === 'number' && typeof next === 'number') return sum + next;
  return Array.isArray(sum) && Array.isArray(next) ? [...(sum as unknown[]), ...(next as unknown[])] : sum;
}

/** So much in all, in shares of at most `most`, as even as whole numbers can be. */
export function sharesOf(total: number, most: number): readonly number[] {
  const count = Math.max(1, Math.ceil(total / most));
  return Array.from(
    { length: count },
    (_, n) => Math.floor(((n + 1) * total) / count) - Math.floor((n * total) / count),
  );
}
