/** What processes compete for: jobs, leases by name, numbered slots of a pool, keys of requests. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createJobs(db);
  await createLeases(db);
  await createSlots(db);
  await createIdempotency(db);
}

async function createJobs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('task', 'text', required)
    .addColumn('payload', 'text', required)
    .addColumn('run_at', 'bigint', required)
    .addColumn('due_at', 'bigint', required)
    .addColumn('tries', 'integer', required)
    .addColumn('max_tries', 'integer', required)
    .addColumn('key', 'text')
    .addColumn('state', 'text', required)
    .addColumn('lease_owner', 'text')
    .addColumn('last_error', 'text')
    .execute();
  await db.schema
    .createIndex('jobs_due')
    .on('jobs')
    .columns(['due_at', 'id'])
    .where(sql`state`, '<>', sql.lit('dead'))
    .execute();
  await db.schema
    .createIndex('jobs_leased')
    .on('jobs')
    .column('due_at')
    .where(sql`state`, '=', sql.lit('leased'))
    .execute();
  await db.schema
    .createIndex('jobs_waiting_key')
    .unique()
    .on('jobs')
    .column('key')
    .where(sql`state`, '=', sql.lit('waiting'))
    .execute();
}

async function createLeases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leases')
    .addColumn('resource', 'text', (column) => column.primaryKey().notNull())
    .addColumn('owner', 'text', required)
    .addColumn('until_at', 'bigint', required)
    .execute();
  await db.schema.createIndex('leases_owner').on('leases').column('owner').execute();
  await db.schema.createIndex('leases_until').on('leases').column('until_at').execute();
}

async function createSlots(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('slots')
    .addColumn('pool', 'text', required)
    .addColumn('slot_no', 'integer', required)
    .addColumn('owner', 'text', required)
    .addColumn('until_at', 'bigint', required)
    .addPrimaryKeyConstraint('slots_primary_key', ['pool', 'slot_no'])
    .execute();
  await db.schema.createIndex('slots_owner').on('slots').column('owner').execute();
  await db.schema.createIndex('slots_until').on('slots').column('until_at').execute();
}

async function createIdempotency(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('idempotency')
    .addColumn('scope', 'text', required)
    .addColumn('key', 'text', required)
    .addColumn('body_hash', 'text', required)
    .addColumn('claimed_at', 'bigint', required)
    .addColumn('answer', 'text')
    .addPrimaryKeyConstraint('idempotency_primary_key', ['scope', 'key'])
    .execute();
  await db.schema.createIndex('idempotency_claimed_at').on('idempotency').column('claimed_at').execute();
}
