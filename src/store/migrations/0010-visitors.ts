/** Visitors of the sites, their visits, and which of them a lead came from. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('visitors')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project', 'text', required)
    .addColumn('first_seen_at', 'bigint', required)
    .addColumn('last_seen_at', 'bigint', required)
    .addColumn('visits', 'integer', required)
    .execute();
  await db.schema.createIndex('visitors_last_seen').on('visitors').column('last_seen_at').execute();
  await createSessions(db);
  await db.schema
    .createTable('visitor_snapshots')
    .addColumn('owner_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('frozen_at', 'bigint', required)
    .addColumn('body', 'text', required)
    .execute();
  await db.schema
    .createIndex('visitor_snapshots_frozen')
    .on('visitor_snapshots')
    .column('frozen_at')
    .execute();
  await db.schema.alterTable('leads').addColumn('visitor_id', 'text').execute();
  await db.schema.alterTable('leads').addColumn('session_id', 'text').execute();
  await db.schema.createIndex('leads_visitor').on('leads').column('visitor_id').execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('visitor_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('visitor_id', 'text', required)
    .addColumn('project', 'text', required)
    .addColumn('started_at', 'bigint', required)
    .addColumn('last_seen_at', 'bigint', required)
    .addColumn('agent', 'text', required)
    .addColumn('touches', 'text', required)
    .addColumn('pages', 'text', required)
    .addColumn('tel_clicks', 'text', required)
    .addColumn('ip', 'text', required)
    .addColumn('user_agent', 'text', required)
    .addColumn('device', 'text', required)
    .addColumn('city', 'text')
    .addColumn('country', 'text')
    .addColumn('ga_client_id', 'text')
    .addColumn('ga_session_id', 'text')
    .addColumn('metrica_client_id', 'text')
    .execute();
  await db.schema
    .createIndex('visitor_sessions_visitor')
    .on('visitor_sessions')
    .columns(['visitor_id', 'started_at', 'id'])
    .execute();
  await db.schema
    .createIndex('visitor_sessions_last_seen')
    .on('visitor_sessions')
    .column('last_seen_at')
    .execute();
}
