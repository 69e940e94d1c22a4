/**
 * Opens the store: file → schema brought up to date → repositories. Called by main, the CLI and tests. Everything
 * thrown is a Fault: `store-unavailable`, `store-newer`, `conflict` (a unique index), `not-found` (an update of nothing)
 * or `bug` (the outer store used inside its own transaction, among others).
 */
import { Kysely } from 'kysely';
import type { Clock, Ids } from '../app/ports/ports.js';
import type { Store } from '../app/ports/store.js';
import { messageOf } from '../errors.js';
import type { StoreDialect } from './dialect/dialect.js';
import { readCarried, writeCarried, type CarriedRows } from './carried-rows.js';
import { sqliteDialect } from './dialect/sqlite.js';
import type { Durability } from './dialect/sqlite.js';
import { LATEST_MIGRATION, currentMigration, migrateStore, versionOf } from './migrate.js';
import { repositoriesOf, repositoriesWithin } from './repositories.js';
import type { StoreRepositories } from './repositories.js';
import type { Database, Schema } from './schema.js';
import { goStraight } from './statements.js';

export interface StoreOptions {
  /** A file, made when it is not there, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The Store port, and what main needs beyond it. */
export interface OpenedStore extends StoreRepositories, Omit<Store, keyof StoreRepositories> {
  transaction<T>(work: (tx: StoreRepositories) => Promise<T>): Promise<T>;
  /** Called after jobs of this process were committed. Answers how to stop. */
  onJobsAdded(listener: () => void): () => void;
  /** Everything of calls in it, to be carried into another store. */
  carried(): Promise<CarriedRows>;
  /** All or nothing. */
  carry(rows: CarriedRows): Promise<void>;
}

export async function openStore({ ids, ...options }: StoreOptions): Promise<OpenedStore> {
  return storeOver(sqliteDialect(options), ids);
}

/** The store over any dialect; the contract suite runs against this. */
export async function storeOver(dialect: StoreDialect, ids: Ids): Promise<OpenedStore> {
  const db: Database = new Kysely<Schema>({ dialect: dialect.kysely });
  goStraight(db, dialect);
  try {
    await migrateStore(db, dialect);
  } catch (error) {
    await dialect.close();
    throw error;
  }
  return storeOf({ db, dialect, ids });
}

interface Parts {
  readonly db: Database;
  readonly dialect: StoreDialect;
  readonly ids: Ids;
}

function storeOf({ db, dialect, ids }: Parts): OpenedStore {
  const listeners = new Set<() => void>();
  const announce = () => {
    for (const listener of listeners) listener();
  };
  return {
    ...repositoriesOf(db, { ids, onAdded: announce }),
    async transaction(work) {
      let added = 0;
      const onAdded = () => (added += 1);
      const result = await db
        .transaction()
        .execute((tx) => dialect.insideTransaction(() => work(repositoriesWithin(tx, { ids, onAdded })), tx));
      if (added > 0) announce();
      return result;
    },
    onJobsAdded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    carried: () => readCarried(db),
    async carry(rows) {
      await db.transaction().execute((tx) => writeCarried(tx, rows));
      announce();
    },
    backup: (path) => dialect.backup(path),
    health: () => healthOf(db),
    async close() {
      listeners.clear();
      await dialect.close();
    },
  };
}

/** An empty transaction shows whether the store can be written: it takes the write lock. */
async function healthOf(db: Database): ReturnType<Store['health']> {
  const schemaVersion = versionOf(LATEST_MIGRATION);
  try {
    const current = await db.transaction().execute((tx) => currentMigration(tx));
    return { ok: true, detail: `schema ${current ?? 'none'}`, schemaVersion };
  } catch (error) {
    return { ok: false, detail: messageOf(error), schemaVersion };
  }
}
