/** Calls with their legs, activities and recordings, the timeline of events, and the outgoing webhooks. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';
import type { StoreDialect } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>, dialect: Pick<StoreDialect, 'withSequence'>): Promise<void> {
  await createCalls(db);
  await createLegs(db);
  await createActivities(db);
  await createRecordings(db);
  await createEvents(db, dialect);
  await createOutbox(db);
}

async function createCalls(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('calls')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('direction', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('lead_id', 'text', (column) => column.references('leads.id'))
    .addColumn('attempt_id', 'text')
    .addColumn('dialplan', 'text', required)
    .addColumn('client_number', 'text')
    .addColumn('did', 'text')
    .addColumn('started_at', 'bigint', required)
    .addColumn('bridged_at', 'bigint')
    .addColumn('unbridged_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('disposition', 'text')
    .addColumn('operator', 'text')
    .addColumn('whisper_text', 'text')
    .addColumn('adopted_at', 'bigint')
    .addColumn('tags', 'text', required)
    .addColumn('attribution', 'text', required)
    .addColumn('session', 'text')
    .addColumn('step', 'integer', required)
    .execute();
  await db.schema.createIndex('calls_started_at').on('calls').columns(['started_at', 'id']).execute();
  await db.schema.createIndex('calls_lead').on('calls').columns(['lead_id', 'started_at', 'id']).execute();
  await db.schema
    .createIndex('calls_open')
    .on('calls')
    .columns(['started_at', 'id'])
    .where(sql`state`, '<>', sql.lit('closed'))
    .execute();
}

async function createLegs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('legs')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('call_id', 'text', (column) => column.notNull().references('calls.id').onDelete('cascade'))
    .addColumn('role', 'text', required)
    .addColumn('party', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('sip_call_id', 'text', required)
    .addColumn('signalling_node', 'text')
    .addColumn('transaction_id', 'text')
    .addColumn('dialog_id', 'text')
    .addColumn('media_node', 'text')
    .addColumn('channel_uuid', 'text')
    .addColumn('invited_at', 'bigint', required)
    .addColumn('ringing_at', 'bigint')
    .addColumn('answered_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('ending', 'text')
    .addColumn('disposition', 'text')
    .execute();
  await db.schema.createIndex('legs_call').on('legs').columns(['call_id', 'invited_at']).execute();
  await db.schema.createIndex('legs_channel').on('legs').column('channel_uuid').execute();
}

async function createActivities(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('activities')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('call_id', 'text', (column) => column.notNull().references('calls.id').onDelete('cascade'))
    .addColumn('verb', 'text', required)
    .addColumn('leg_id', 'text')
    .addColumn('directive', 'text', required)
    .addColumn('started_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', 'text')
    .execute();
  await db.schema
    .createIndex('activities_call')
    .on('activities')
    .columns(['call_id', 'started_at'])
    .execute();
}

async function createRecordings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('recordings')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('call_id', 'text', (column) => column.notNull().references('calls.id').onDelete('cascade'))
    .addColumn('path', 'text', required)
    .addColumn('channel_roles', 'text', required)
    .addColumn('started_at', 'bigint', required)
    .addColumn('state', 'text', required)
    .addColumn('channels', 'integer')
    .addColumn('sample_rate', 'integer')
    .addColumn('seconds', 'real')
    .addColumn('bytes', 'bigint')
    .addColumn('failure', 'text')
    .execute();
  await db.schema
    .createIndex('recordings_call')
    .on('recordings')
    .columns(['call_id', 'started_at'])
    .execute();
  await db.schema.createIndex('recordings_age').on('recordings').columns(['state', 'started_at']).execute();
}

async function createEvents(db: Kysely<unknown>, dialect: Pick<StoreDialect, 'withSequence'>): Promise<void> {
  await dialect
    .withSequence(db.schema.createTable('events'), 'seq')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('call_id', 'text')
    .addColumn('lead_id', 'text')
    .addColumn('payload', 'text', required)
    .execute();
  await db.schema.createIndex('events_call').on('events').columns(['call_id', 'seq']).execute();
  await db.schema.createIndex('events_lead').on('events').columns(['lead_id', 'seq']).execute();
  await db.schema.createIndex('events_at').on('events').column('at').execute();
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('id', 'text', required)
    .addColumn('endpoint', 'text', required)
    .addColumn('body', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('state', 'text', required)
    .addColumn('tries', 'integer', required)
    .addColumn('last_error', 'text')
    .addPrimaryKeyConstraint('outbox_primary_key', ['id', 'endpoint'])
    .execute();
  await db.schema.createIndex('outbox_state').on('outbox').columns(['state', 'created_at']).execute();
}
