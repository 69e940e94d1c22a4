/**
 * Brings the schema of an opened store to this program's version. Upgrades only: a store written by a newer program is
 * refused untouched. Two processes may start at once: each migration runs in one exclusive transaction.
 */
import { DEFAULT_MIGRATION_TABLE, Migrator, sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';
import { Fault, messageOf } from '../errors.js';
import type { StoreDialect } from './dialect/dialect.js';
import { up as leads } from './migrations/0001-leads.js';
import { up as calls } from './migrations/0002-calls.js';
import { up as jobsAndLeases } from './migrations/0003-jobs-and-leases.js';
import { up as access } from './migrations/0004-access.js';
import { up as telephonySets } from './migrations/0006-telephony-sets.js';
import { up as callbacks } from './migrations/0007-callbacks.js';
import { up as queue } from './migrations/0005-queue.js';
import { up as gate } from './migrations/0008-gate.js';
import { up as visitors } from './migrations/0010-visitors.js';
import { up as carriers } from './migrations/0011-carriers.js';
import { up as numbers } from './migrations/0009-numbers.js';
import { up as phones } from './migrations/0012-phones.js';
import { up as phoneServers } from './migrations/0013-phone-servers.js';
import { up as quality } from './migrations/0014-quality.js';
import { up as numberAudits } from './migrations/0015-number-audits.js';
import { up as regionsAndRates } from './migrations/0016-regions-and-rates.js';
import { up as deals } from './migrations/0017-deals.js';
import { up as farEndQuality } from './migrations/0018-far-end-quality.js';
import { up as adAccounts } from './migrations/0020-ad-accounts.js';
import { up as turnsAndNotes } from './migrations/0022-turns-and-notes.js';
import { up as sources } from './migrations/0019-sources.js';
import { up as destinations } from './migrations/0021-destinations.js';
import type { Database } from './schema.js';

export type SchemaMigration = (
  db: Kysely<unknown>,
  dialect: Pick<StoreDialect, 'withSequence' | 'keepReplaced'>,
) => Promise<void>;

/** By name, in order. Never change one that was released: add another. */
export const MIGRATIONS: Readonly<Record<string, SchemaMigration>> = {
  '0001-leads': leads,
  '0002-calls': calls,
  '0003-jobs-and-leases': jobsAndLeases,
  '0004-access': access,
  '0005-queue': queue,
  '0006-telephony-sets': telephonySets,
  '0007-callbacks': callbacks,
  '0008-gate': gate,
  '0009-numbers': numbers,
  '0010-visitors': visitors,
  '0011-carriers': carriers,
  '0012-phones': phones,
  '0013-phone-servers': phoneServers,
  '0014-quality': quality,
  '0015-number-audits': numberAudits,
  '0016-regions-and-rates': regionsAndRates,
  '0017-deals': deals,
  '0018-far-end-quality': farEndQuality,
  '0019-sources': sources,
  '0020-ad-accounts': adAccounts,
  '0021-destinations': destinations,
  '0022-turns-and-notes': turnsAndNotes,
};

export const LATEST_MIGRATION = Object.keys(MIGRATIONS).at(-1) ?? '';

/** `0003-jobs-and-leases` → 3. */
export function versionOf(migration: string): number {
  return Number.parseInt(migration, 10);
}

/** Throws `store-newer`, `store-unavailable`. `target` is for tests of upgrades. */
export async function migrateStore(
  db: Database,
  dialect: StoreDialect,
  { target = LATEST_MIGRATION }: { readonly target?: string } = {},
): Promise<void> {
  refuseNewer(await currentMigration(db));
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrationsFor(dialect)) },
  });
  const { error } = await migrator.migrateTo(target);
  if (error === undefined) return;
  // Another process may have gone further between our look and our turn.
  refuseNewer(await currentMigration(db));
  throw error instanceof Fault
    ? error
    : new Fault('store-unavailable', `The store cannot be upgraded: ${messageOf(error)}`, { cause: error });
}

/** Name of the last migration that this file has seen; undefined for a new one. */
export async function currentMigration(db: Database): Promise<string | undefined> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return undefined;
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name desc limit 1`.execute(db);
  return rows[0]?.name;
}

export function refuseNewer(current: string | undefined): void {
  if (current === undefined || versionOf(current) <= versionOf(LATEST_MIGRATION)) return;
  throw new Fault(
    'store-newer',
    `The store has schema ${current}, this program knows up to ${LATEST_MIGRATION}.`,
  );
}

function migrationsFor(dialect: StoreDialect): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, up]) => [name, { up: (db: Kysely<unknown>) => up(db, dialect) }]),
  );
}
