/** Where leads come from, the leads, and the attempts to call them. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createConnections(db);
  await createForms(db);
  await createPushes(db);
  await createLeads(db);
  await createAttempts(db);
}

async function createConnections(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('connections')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('tags', 'text', required)
    .addColumn('enabled', 'text', required)
    .addColumn('secret_ref', 'text')
    .addColumn('whisper_template', 'text')
    .addColumn('country', 'text')
    .addColumn('locale', 'text')
    .addColumn('created_at', 'bigint', required)
    .addUniqueConstraint('connections_name', ['kind', 'name'])
    .execute();
}

async function createForms(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('forms')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull().references('connections.id'))
    .addColumn('external_id', 'text', required)
    .addColumn('enabled', 'text', required)
    .addColumn('display_name', 'text', required)
    .addColumn('static_utm', 'text', required)
    .addColumn('whisper_template', 'text')
    .addColumn('locale', 'text')
    .addColumn('country', 'text')
    .addColumn('group_name', 'text')
    .addColumn('policy', 'text')
    .addColumn('field_map', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addUniqueConstraint('forms_external_id', ['connection_id', 'external_id'])
    .execute();
}

async function createPushes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pushes')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull().references('connections.id'))
    .addColumn('received_at', 'bigint', required)
    .addColumn('body', 'text', required)
    .addColumn('signature', 'text', required)
    .addColumn('results', 'text', required)
    .execute();
  await db.schema.createIndex('pushes_received_at').on('pushes').column('received_at').execute();
}

async function createLeads(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leads')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('received_at', 'bigint', required)
    .addColumn('source', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('connection_id', 'text', (column) => column.references('connections.id'))
    .addColumn('form_id', 'text', (column) => column.references('forms.id'))
    .addColumn('form_name', 'text')
    .addColumn('push_id', 'text')
    .addColumn('external_id', 'text')
    .addColumn('raw_phone', 'text')
    .addColumn('phone', 'text')
    .addColumn('country', 'text')
    .addColumn('client_name', 'text')
    .addColumn('email', 'text')
    .addColumn('locale', 'text')
    .addColumn('time_zone', 'text')
    .addColumn('call_at', 'bigint')
    .addColumn('group_name', 'text')
    .addColumn('campaign', 'text')
    .addColumn('ad_group', 'text')
    .addColumn('ad', 'text')
    .addColumn('answers', 'text', required)
    .addColumn('touch', 'text', required)
    .addColumn('test', 'text')
    .addColumn('status', 'text', required)
    .addColumn('reason', 'text', required)
    .addColumn('will_call_at', 'bigint')
    .addColumn('duplicate_of', 'text')
    .addColumn('policy', 'text')
    .addColumn('finished_at', 'bigint')
    .addUniqueConstraint('leads_external_id', ['connection_id', 'external_id'])
    .execute();
  await db.schema.createIndex('leads_received_at').on('leads').columns(['received_at', 'id']).execute();
  await db.schema.createIndex('leads_phone').on('leads').columns(['phone', 'received_at', 'id']).execute();
  await db.schema.createIndex('leads_status').on('leads').columns(['status', 'received_at', 'id']).execute();
  await db.schema.createIndex('leads_form').on('leads').columns(['form_id', 'received_at', 'id']).execute();
}

async function createAttempts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('attempts')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('lead_id', 'text', (column) => column.notNull().references('leads.id'))
    .addColumn('phone', 'text', required)
    .addColumn('number', 'integer', required)
    .addColumn('state', 'text', required)
    .addColumn('call_id', 'text')
    .addColumn('started_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .addColumn('disposition', 'text')
    .addColumn('client_rung', 'text')
    .addColumn('next_attempt_at', 'bigint')
    .execute();
  await db.schema.createIndex('attempts_lead').on('attempts').columns(['lead_id', 'number']).execute();
  // Attempts to one phone never overlap, whichever process makes them.
  await db.schema
    .createIndex('attempts_open_phone')
    .unique()
    .on('attempts')
    .column('phone')
    .where(sql`state`, '<>', sql.lit('ended'))
    .execute();
}
