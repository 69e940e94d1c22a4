/** What was seen of carriers: SIP messages of legs, kept for days, and INVITEs to gateways. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';
import type { SchemaMigration } from '../migrate.js';

export const up: SchemaMigration = async (db, dialect) => {
  await createMessages(db, dialect);
  await createAttempts(db);
};

async function createMessages(...[db, dialect]: Parameters<SchemaMigration>): Promise<void> {
  await dialect
    .withSequence(db.schema.createTable('sip_messages'), 'seq')
    .addColumn('leg_id', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('direction', 'text', required)
    .addColumn('protocol', 'text', required)
    .addColumn('remote', 'text')
    .addColumn('local', 'text')
    .addColumn('text', 'text', required)
    .execute();
  await db.schema.createIndex('sip_messages_leg').on('sip_messages').columns(['leg_id', 'seq']).execute();
  await db.schema.createIndex('sip_messages_at').on('sip_messages').column('at').execute();
}

async function createAttempts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('gateway_attempts')
    .addColumn('leg_id', 'text', required)
    .addColumn('call_id', 'text', required)
    .addColumn('trunk', 'text', required)
    .addColumn('gateway', 'text', required)
    .addColumn('hop', 'text')
    .addColumn('started_at', 'bigint', required)
    .addColumn('ended_at', 'bigint', required)
    .addColumn('sip_status', 'integer')
    .addColumn('post_dial_delay_ms', 'integer')
    .addColumn('outcome', 'text', required)
    .addColumn('why', 'text', required)
    .execute();
  await db.schema.createIndex('gateway_attempts_call').on('gateway_attempts').column('call_id').execute();
}
