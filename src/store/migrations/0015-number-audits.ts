/** What the last audit found of each own number. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('number_audits')
    .addColumn('number', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', required)
    .addColumn('trunk', 'text', required)
    .addColumn('result', 'text', required)
    .addColumn('arrived_as', 'text')
    .addColumn('arrived_on', 'text')
    .addColumn('plan', 'text')
    .addColumn('sip_status', 'integer')
    .execute();
}
