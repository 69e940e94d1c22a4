/** What repositories share when they write. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fault } from '../errors.js';
import type { Database } from './schema.js';

/** Rows that one retention statement removes at most: it holds the write lock for a few milliseconds. */
const BATCH = 500;

/** Runs `work` in the transaction that is open, or in one of its own. */
export function atomically<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

interface Update {
  /** Noun and id, for the fault. */
  readonly what: string;
  readonly set: object;
  readonly run: () => Promise<{ readonly numUpdatedRows: bigint }>;
}

interface ChangeOfRow {
  /** Noun and id, for the fault. */
  readonly what: string;
  readonly set: object;
  readonly run: () => Promise<{ readonly numAffectedRows?: bigint }>;
}

/** As `applyChange`, of a statement that is built once. */
export function changeRow({ run, ...change }: ChangeOfRow): Promise<void> {
  return applyChange({
    ...change,
    run: async () => ({ numUpdatedRows: (await run()).numAffectedRows ?? 0n }),
  });
}

/** Runs an update unless it changes nothing. One of something that is not there is a mistake: `not-found`. */
export async function applyChange({ what, set, run }: Update): Promise<void> {
  if (Object.keys(set).length === 0) return;
  const { numUpdatedRows } = await run();
  if (numUpdatedRows === 0n) throw new Fault('not-found', `There is no ${what}.`);
}

/** Repeats a delete of at most `limit` rows until nothing is left, giving way to others between. Answers how many. */
export async function removeInBatches(
  removeSome: (limit: number) => Promise<{ readonly numDeletedRows: bigint }>,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const { numDeletedRows } = await removeSome(BATCH);
    removed += Number(numDeletedRows);
    if (numDeletedRows < BATCH) return removed;
    await nextTurn();
  }
}
