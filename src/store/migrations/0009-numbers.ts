/** Tracked numbers, the leases of pool numbers now and before, what calls were attributed to, and what ads cost. */
import type { Kysely } from 'kysely';
import type { StoreDialect } from '../dialect/dialect.js';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>, dialect: Pick<StoreDialect, 'keepReplaced'>): Promise<void> {
  await createNumbers(db);
  await createLeases(db, 'number_leases', ['number']);
  await createLeases(db, 'past_leases', ['number', 'seen_at', 'turn']);
  await dialect.keepReplaced(db, {
    table: 'number_leases',
    into: 'past_leases',
    counter: 'turn',
    holder: 'session_id',
  });
  await indexLeases(db);
  await createPoolHours(db);
  await createAttributions(db);
  await createOffline(db);
}

async function createNumbers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('numbers')
    .addColumn('number', 'text', (column) => column.primaryKey().notNull())
    .addColumn('state', 'text', required)
    .addColumn('project', 'text', required)
    .addColumn('type', 'text', required)
    .addColumn('country', 'text')
    .addColumn('area', 'text')
    .addColumn('trunk', 'text')
    .addColumn('dialplan', 'text')
    .addColumn('pool', 'text')
    .addColumn('labels', 'text', required)
    .addColumn('fail_safe', 'text')
    .addColumn('cool_down_until', 'bigint')
    .addColumn('monthly_cost', 'real')
    .addColumn('note', 'text')
    .execute();
  await db.schema.createIndex('numbers_project').on('numbers').columns(['project', 'state']).execute();
}

/** A row of `number_leases` is there for every number of a pool, before its first lease too (turn 0). */
async function createLeases(
  db: Kysely<unknown>,
  table: 'number_leases' | 'past_leases',
  key: readonly ('number' | 'seen_at' | 'turn')[],
): Promise<void> {
  await db.schema
    .createTable(table)
    .addColumn('number', 'text', required)
    .addColumn('turn', 'integer', required)
    .addColumn('pool', 'text', required)
    .addColumn('project', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('area', 'text')
    .addColumn('visitor_id', 'text')
    .addColumn('session_id', 'text')
    .addColumn('labels', 'text')
    .addColumn('page', 'text')
    .addColumn('taken_at', 'bigint', required)
    .addColumn('seen_at', 'bigint', required)
    .addColumn('clicked_at', 'bigint')
    .addColumn('held_until', 'bigint', required)
    .addColumn('tail_until', 'bigint', required)
    .addColumn('free_at', 'bigint', required)
    .addColumn('taken_as', 'text')
    .addPrimaryKeyConstraint(`${table}_primary_key`, [...key])
    .execute();
}

/** `free_at` orders the free numbers by how long they rest, and the tails by which ends first; ties by the number. */
async function indexLeases(db: Kysely<unknown>): Promise<void> {
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('number_leases').columns(columns).execute();
  await index('number_leases_free', ['pool', 'free_at', 'number']);
  await index('number_leases_free_kind', ['pool', 'kind', 'free_at', 'number']);
  await index('number_leases_free_area', ['pool', 'kind', 'area', 'free_at', 'number']);
  await index('number_leases_visitor', ['visitor_id']);
  await index('number_leases_session', ['session_id']);
  await db.schema.createIndex('past_leases_pool').on('past_leases').columns(['pool', 'taken_at']).execute();
}

async function createPoolHours(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pool_hours')
    .addColumn('pool', 'text', required)
    .addColumn('hour_at', 'bigint', required)
    .addColumn('overflowed', 'integer', required)
    .addPrimaryKeyConstraint('pool_hours_primary_key', ['pool', 'hour_at'])
    .execute();
}

async function createAttributions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('attributions')
    .addColumn('call_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', required)
    .addColumn('number', 'text', required)
    .addColumn('project', 'text', required)
    .addColumn('pool', 'text')
    .addColumn('caller', 'text')
    .addColumn('outcome', 'text', required)
    .addColumn('visitor_id', 'text')
    .addColumn('session_id', 'text')
    .addColumn('confidence', 'real', required)
    .addColumn('candidates', 'text', required)
    .addColumn('touches', 'text', required)
    .addColumn('labels', 'text', required)
    .addColumn('model', 'text', required)
    .addColumn('page', 'text')
    .addColumn('repeat_of', 'text')
    .addColumn('target', 'text')
    .addColumn('target_rule', 'text')
    .execute();
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('attributions').columns(columns).execute();
  await index('attributions_caller', ['caller', 'at']);
  await index('attributions_project', ['project', 'at']);
  await index('attributions_pool', ['pool', 'at']);
}

async function createOffline(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('placements')
    .addColumn('number', 'text', required)
    .addColumn('starts_on', 'text', required)
    .addColumn('ends_on', 'text')
    .addColumn('name', 'text', required)
    .addColumn('labels', 'text', required)
    .addPrimaryKeyConstraint('placements_primary_key', ['number', 'starts_on'])
    .execute();
  await db.schema
    .createTable('costs')
    .addColumn('project', 'text', required)
    .addColumn('day', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('medium', 'text', required)
    .addColumn('campaign', 'text', required)
    .addColumn('amount', 'real', required)
    .addColumn('currency', 'text', required)
    .addPrimaryKeyConstraint('costs_primary_key', ['project', 'day', 'source', 'medium', 'campaign'])
    .execute();
}
