/** Errors of better-sqlite3 as faults of ours. Called by the driver for everything the database throws. */
import SqliteDatabase from 'better-sqlite3';
import { Fault, messageOf } from '../../errors.js';

/** Primary result codes, also as prefix of extended ones (SQLITE_IOERR_WRITE): the file, its disk or its lock. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another process holds the store for too long',
  SQLITE_LOCKED: 'the store is locked',
  SQLITE_FULL: 'the disk of the store is full',
  SQLITE_IOERR: 'the disk of the store reports an error',
  SQLITE_READONLY: 'the store may only be read',
  SQLITE_CANTOPEN: 'the store cannot be opened',
  SQLITE_PERM: 'the store may not be accessed',
  SQLITE_CORRUPT: 'the store is damaged; restore a backup',
  SQLITE_NOTADB: 'the file is not a store',
  SQLITE_NOMEM: 'there is not enough memory',
  SQLITE_PROTOCOL: 'the locks of the store do not work here (network disk?)',
};

const DUPLICATE = ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'];

/** `code` of an SqliteError, else undefined. */
export function sqliteCode(thrown: unknown): string | undefined {
  return thrown instanceof SqliteDatabase.SqliteError ? thrown.code : undefined;
}

/**
 * `store-unavailable` when the store cannot work now, `conflict` when a unique index says no, `bug` for every other
 * statement the database refuses.
 */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const code = sqliteCode(thrown) ?? '';
  const why = UNAVAILABLE[/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? ''];
  const text = messageOf(thrown);
  if (why !== undefined)
    return new Fault('store-unavailable', `${why} (${code}: ${text})`, {
      cause: thrown,
      retryAfterSeconds: 5,
    });
  if (DUPLICATE.includes(code)) return new Fault('conflict', text, { cause: thrown });
  return new Fault('bug', `The store refused a statement: ${text}`, { cause: thrown });
}
