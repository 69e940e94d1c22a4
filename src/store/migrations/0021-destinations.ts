/** Whose calls and leads deliveries tell, what was said at each try, and what destinations must remember. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';
import type { StoreDialect } from '../dialect/dialect.js';

export async function up(
  db: Kysely<unknown>,
  { withSequence }: Pick<StoreDialect, 'withSequence'>,
): Promise<void> {
  await db.schema.alterTable('outbox').addColumn('call_id', 'text').execute();
  await db.schema.alterTable('outbox').addColumn('lead_id', 'text').execute();
  await db.schema.alterTable('outbox').addColumn('retry_at', 'bigint').execute();
  await db.schema.createIndex('outbox_call').on('outbox').column('call_id').execute();
  await db.schema.createIndex('outbox_lead').on('outbox').column('lead_id').execute();
  await db.schema
    .createIndex('outbox_created')
    .on('outbox')
    .columns(['created_at', 'id', 'endpoint'])
    .execute();
  await withSequence(db.schema.createTable('exchanges'), 'seq')
    .addColumn('event_id', 'text', required)
    .addColumn('endpoint', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('what', 'text', required)
    .addColumn('request', 'text', required)
    .addColumn('answer', 'text', required)
    .execute();
  await db.schema.createIndex('exchanges_event').on('exchanges').column('event_id').execute();
  await db.schema.createIndex('exchanges_at').on('exchanges').column('at').execute();
  await db.schema
    .createTable('destination_memory')
    .addColumn('destination', 'text', required)
    .addColumn('subject', 'text', required)
    .addColumn('body', 'text', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('destination_memory_primary_key', ['destination', 'subject'])
    .execute();
  await db.schema
    .createIndex('destination_memory_subject')
    .on('destination_memory')
    .column('subject')
    .execute();
}
