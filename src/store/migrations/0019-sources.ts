/** What only some kinds of sources need, and the conversations of messengers that may become leads. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('intake', 'text').execute();
  await db.schema
    .createTable('conversations')
    .addColumn('connection_id', 'text', (column) => column.notNull().references('connections.id'))
    .addColumn('conversation_id', 'text', required)
    .addColumn('phone', 'text')
    .addColumn('client_name', 'text')
    .addColumn('touch', 'text', required)
    .addColumn('messages', 'text', required)
    .addColumn('word', 'text')
    .addColumn('opted_out', 'text')
    .addColumn('lead_id', 'text')
    .addColumn('leads', 'integer', required)
    .addColumn('heard_at', 'bigint', required)
    .addPrimaryKeyConstraint('conversations_id', ['connection_id', 'conversation_id'])
    .execute();
  await db.schema.createIndex('conversations_heard').on('conversations').column('heard_at').execute();
  await db.schema.createIndex('conversations_phone').on('conversations').column('phone').execute();
}
