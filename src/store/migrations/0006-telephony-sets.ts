/** Numbered telephony sets with what they hold, and for each call the set, the facts and the inputs it ran on. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('telephony_sets')
    .addColumn('hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('body', 'text', required)
    .execute();
  await db.schema
    .createTable('telephony_versions')
    .addColumn('number', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('hash', 'text', (column) => column.notNull().references('telephony_sets.hash'))
    .addColumn('applied_at', 'bigint', required)
    .addColumn('author', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('percent', 'integer', required)
    .addColumn('changes', 'text', required)
    .execute();
  await db.schema.alterTable('calls').addColumn('set_version', 'integer').execute();
  await db.schema.alterTable('calls').addColumn('facts', 'text').execute();
  await db.schema.createIndex('calls_set_version').on('calls').column('set_version').execute();
  await db.schema
    .createTable('call_inputs')
    .addColumn('call_id', 'text', (column) => column.notNull().references('calls.id').onDelete('cascade'))
    .addColumn('step', 'integer', required)
    .addColumn('at', 'bigint', required)
    .addColumn('inputs', 'text', required)
    .addPrimaryKeyConstraint('call_inputs_primary_key', ['call_id', 'step'])
    .execute();
}
