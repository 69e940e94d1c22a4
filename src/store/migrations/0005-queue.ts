/** Places in queues. An operator is rung for one caller at a time: the partial index says so. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('queue_entries')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('queue', 'text', required)
    .addColumn('group_name', 'text')
    .addColumn('call_id', 'text', (column) => column.notNull().references('calls.id').onDelete('cascade'))
    .addColumn('client_number', 'text')
    .addColumn('locale', 'text', required)
    .addColumn('priority', 'real', required)
    .addColumn('joined_at', 'bigint', required)
    .addColumn('state', 'text', required)
    .addColumn('operator', 'text')
    .addColumn('offered_at', 'bigint')
    .addColumn('declined_by', 'text')
    .addColumn('declined_at', 'bigint')
    .addColumn('left_at', 'bigint')
    .addColumn('how', 'text')
    .addColumn('lead_id', 'text')
    .execute();
  await db.schema.createIndex('queue_entries_call').on('queue_entries').column('call_id').execute();
  await db.schema
    .createIndex('queue_entries_left')
    .on('queue_entries')
    .columns(['queue', 'left_at'])
    .execute();
  await db.schema
    .createIndex('queue_entries_open')
    .on('queue_entries')
    .column('joined_at')
    .where(sql`state`, '<>', sql.lit('left'))
    .execute();
  await db.schema
    .createIndex('queue_entries_offered')
    .unique()
    .on('queue_entries')
    .column('operator')
    .where(sql`state`, '=', sql.lit('offered'))
    .execute();
}
