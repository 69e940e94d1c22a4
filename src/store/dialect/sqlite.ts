/**
 * SQLite by better-sqlite3: the default store. Two processes of one host may share the file (WAL), never over a network
 * disk. Everything that only SQLite does is in this file, the driver and the fault table.
 */
import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { Database as SqliteConnection } from 'better-sqlite3';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { LimitNode } from 'kysely';
import type { Clock } from '../../app/ports/ports.js';
import { Fault, messageOf } from '../../errors.js';
import type { StoreDialect } from './dialect.js';
import { SqliteStoreDriver } from './sqlite-driver.js';
import { faultOf } from './sqlite-faults.js';

/** `normal` survives a killed process, `full` also a power loss. */
export type Durability = 'normal' | 'full';

export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
  readonly clock: Clock;
}

/** At the start another process may be opening the file, or recovering it after a crash. */
const OPEN_TIMEOUT_MS = 5000;
/** Later a wait blocks the thread, so it is short; the driver goes on waiting without blocking. */
const BUSY_TIMEOUT_MS = 20;
const WAL_KEPT_BYTES = 67_108_864;

/** Kysely does not migrate SQLite in a transaction; ours must, or a crash, or two starts at once, leave half a schema. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * SQLite plans a statement anew whenever a bare parameter after LIMIT is bound, because the plan may depend on its value
 * (sqlite3ExprIsInteger since 3.47): that costs ten times the search. An expression is not looked into.
 */
class SqliteStoreCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    this.append('limit 0 + ');
    this.visitNode(node.limit);
  }
}

/** Opens the file, made with its folder when it is not there. Throws `store-unavailable`. */
export function sqliteDialect({ path, durability, clock }: SqliteOptions): StoreDialect {
  const connection = connect(path, durability);
  const driver = new SqliteStoreDriver({ connection, clock });
  return {
    kysely: {
      createAdapter: () => new TransactionalSqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteStoreCompiler(),
    },
    insideTransaction: (work, tx) => driver.insideTransaction(work, tx),
    straight: (db, query) => driver.straight(db, query),
    withSequence: (table, name) =>
      table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement()),
    keepReplaced,
    backup: (target) => backup(connection, target),
    close: () => driver.destroy(),
  };
}

const keepReplaced: StoreDialect['keepReplaced'] = async (db, { table, into, counter, holder }) => {
  await sql`create trigger ${sql.id(`${table}_replaced`)} before update of ${sql.id(counter)} on ${sql.table(table)}
    when ${sql.ref(`old.${holder}`)} is not null and ${sql.ref(`new.${counter}`)} <> ${sql.ref(`old.${counter}`)}
    begin
      insert into ${sql.table(into)} select * from ${sql.table(table)} where rowid = old.rowid;
    end`.execute(db);
};

function connect(path: string, durability: Durability): SqliteConnection {
  if (path !== ':memory:') prepareFile(path);
  try {
    const connection = new SqliteDatabase(path, { timeout: OPEN_TIMEOUT_MS });
    connection.pragma('journal_mode = WAL');
    connection.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    connection.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
    connection.pragma('foreign_keys = ON');
    // What is erased leaves the file too, not only the tables (docs/people.md).
    connection.pragma('secure_delete = ON');
    connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return connection;
  } catch (error) {
    throw faultOf(error);
  }
}

/** Only our user may read the store: it holds phone numbers and password hashes. The WAL gets the same rights. */
function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new Fault('store-unavailable', `The store cannot be opened: ${messageOf(error)}`, { cause: error });
  }
}

/** Under another name first: what has the final name is whole. */
async function backup(connection: SqliteConnection, path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    await connection.backup(unfinished);
    renameSync(unfinished, path);
  } catch (error) {
    throw new Fault('file-unwritable', `The backup ${path} was not written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
