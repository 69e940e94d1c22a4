/** What the gate counts and keeps: where a lead came from, who must not be called; and what was said of a call. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

const LEAD_COLUMNS = [
  ['client_address', 'text'],
  ['client_network', 'text'],
  ['fill_seconds', 'real'],
  ['consent', 'text'],
  ['follow_up_of', 'text'],
  ['gate_note', 'text'],
  ['due_at', 'bigint'],
] as const;
const CALL_COLUMNS = ['outcome', 'note', 'external_id'] as const;

/** Budgets are counted per lead: each count walks one index. */
const COUNTED = ['client_address', 'client_network', 'connection_id'] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, type] of LEAD_COLUMNS)
    await db.schema.alterTable('leads').addColumn(name, type).execute();
  for (const name of CALL_COLUMNS) await db.schema.alterTable('calls').addColumn(name, 'text').execute();
  for (const column of COUNTED)
    await db.schema.createIndex(`leads_${column}`).on('leads').columns([column, 'received_at']).execute();
  await db.schema.createIndex('calls_talks').on('calls').columns(['client_number', 'bridged_at']).execute();
  await db.schema.createIndex('calls_external').on('calls').column('external_id').execute();
  await db.schema
    .createTable('do_not_call')
    .addColumn('phone', 'text', (column) => column.primaryKey().notNull())
    .addColumn('reason', 'text', required)
    .addColumn('by', 'text', required)
    .addColumn('added_at', 'bigint', required)
    .addColumn('until_at', 'bigint')
    .execute();
  await db.schema.createIndex('do_not_call_added').on('do_not_call').columns(['added_at', 'phone']).execute();
}
