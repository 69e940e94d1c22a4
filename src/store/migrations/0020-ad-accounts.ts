/** Sealed secrets, authorisations, and what is synchronised from ad platforms: accounts, forms, exports, audiences. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await authorisations(db);
  await synchronised(db);
  await audiences(db);
}

async function authorisations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sealed_secrets')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('sealed', 'text', required)
    .addColumn('changed_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('oauth_states')
    .addColumn('hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('connection_id', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('connection_access')
    .addColumn('connection_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('state', 'text', required)
    .addColumn('why', 'text')
    .addColumn('scopes', 'text', required)
    .addColumn('changed_at', 'bigint', required)
    .addColumn('checked_at', 'bigint', required)
    .execute();
}

async function synchronised(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ad_accounts')
    .addColumn('connection_id', 'text', required)
    .addColumn('external_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('role', 'text', required)
    .addColumn('company', 'text')
    .addColumn('time_zone', 'text')
    .addColumn('currency', 'text')
    .addColumn('chosen', 'text', required)
    .addColumn('webhook', 'text', required)
    .addColumn('subscription_id', 'text')
    .addColumn('webhook_why', 'text')
    .addColumn('synced_at', 'bigint', required)
    .addColumn('gone_at', 'bigint')
    .addPrimaryKeyConstraint('ad_accounts_key', ['connection_id', 'external_id'])
    .execute();
  await db.schema
    .createTable('instant_forms')
    .addColumn('form_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('connection_id', 'text', required)
    .addColumn('account_id', 'text', required)
    .addColumn('title', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('fields', 'text', required)
    .addColumn('seen_at', 'bigint', required)
    .addColumn('changed_at', 'bigint')
    .execute();
  await db.schema
    .createTable('lead_exports')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('connection_id', 'text', required)
    .addColumn('form_id', 'text', required)
    .addColumn('account_id', 'text', required)
    .addColumn('region', 'text', required)
    .addColumn('task_id', 'text')
    .addColumn('state', 'text', required)
    .addColumn('why', 'text')
    .addColumn('found', 'integer', required)
    .addColumn('added', 'integer', required)
    .addColumn('repeated', 'integer', required)
    .addColumn('asked_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .execute();
}

async function audiences(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audiences')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('connection_id', 'text', required)
    .addColumn('account_id', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('schema', 'text', required)
    .addColumn('segment', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('why', 'text')
    .addColumn('external_id', 'text')
    .addColumn('matched', 'integer')
    .addColumn('created_at', 'bigint', required)
    .addColumn('checked_at', 'bigint')
    .addUniqueConstraint('audiences_name', ['connection_id', 'name'])
    .execute();
  await db.schema
    .createTable('audience_tasks')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('audience_id', 'text', required)
    .addColumn('action', 'text', required)
    .addColumn('trigger', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('run_at', 'bigint', required)
    .addColumn('why', 'text')
    .addColumn('total', 'integer')
    .addColumn('valid', 'integer')
    .addColumn('file_path', 'text')
    .addColumn('by', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('sent_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .execute();
}
