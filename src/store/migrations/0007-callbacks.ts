/** Operators' states, and the line in which leads wait for a free operator. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_states')
    .addColumn('operator', 'text', (column) => column.primaryKey().notNull())
    .addColumn('duty', 'text', required)
    .addColumn('changed_at', 'bigint', required)
    .addColumn('changed_by', 'text', required)
    .addColumn('wrap_up_until', 'bigint')
    .addColumn('resting_until', 'bigint')
    .addColumn('unanswered', 'integer', required)
    .addColumn('last_talk_at', 'bigint')
    .addColumn('talks', 'integer', required)
    .execute();
  await db.schema
    .createIndex('leads_line')
    .on('leads')
    .columns(['group_name', 'received_at', 'id', 'will_call_at'])
    .where(sql`status`, 'in', sql.raw("('queued', 'deferred')"))
    .execute();
  await db.schema
    .createIndex('calls_open_client')
    .on('calls')
    .column('client_number')
    .where(sql`state`, '<>', sql.lit('closed'))
    .execute();
}
