/**
 * Rows of calls and of what hangs on them, carried from a standby store into the real one. What only guards (leases,
 * slots) stays behind; so do operators' counts, of which the real store knows more.
 */
import { without } from '../domain/values/present.js';
import type { Database } from './schema.js';

/** In the order of their references. */
const CARRIED = [
  'leads',
  'calls',
  'legs',
  'activities',
  'call_inputs',
  'recordings',
  'queue_entries',
  'attributions',
  'visitor_snapshots',
  'events',
  'outbox',
  'jobs',
] as const;

type Row = Readonly<Record<string, unknown>>;

export type CarriedRows = readonly {
  readonly table: (typeof CARRIED)[number];
  readonly rows: readonly Row[];
}[];

export async function readCarried(db: Database): Promise<CarriedRows> {
  const carried: CarriedRows[number][] = [];
  for (const table of CARRIED)
    carried.push({ table, rows: await db.selectFrom(table).selectAll().execute() });
  return carried;
}

/** What is there already stays as it is. Events are numbered anew, in the order they were told. */
export async function writeCarried(tx: Database, carried: CarriedRows): Promise<void> {
  for (const { table, rows } of carried)
    for (const row of inOrder(rows))
      await tx
        .insertInto(table)
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
}

function inOrder(rows: readonly Row[]): readonly Row[] {
  return [...rows]
    .sort((one, other) => Number(one['seq'] ?? 0) - Number(other['seq'] ?? 0))
    .map((row) => without(row, 'seq'));
}
