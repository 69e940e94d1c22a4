/**
 * Puts a backup in the place of the store. Called by `dialtrace restore` while no server runs. Nothing is touched before
 * the backup was found whole and readable by this program, and the old file is kept beside the new one.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { DEFAULT_MIGRATION_TABLE } from 'kysely';
import { Fault, messageOf } from '../errors.js';
import { faultOf, sqliteCode } from './dialect/sqlite-faults.js';
import { refuseNewer } from './migrate.js';

export interface RestoreRequest {
  readonly backup: string;
  readonly store: string;
}

export interface Restored {
  /** Last migration of the backup. */
  readonly schema: string;
  /** Where the replaced store is now; absent when there was none. */
  readonly replaced?: string;
}

/** Throws `store-unavailable` (backup damaged or no store, store in use), `store-newer`, `file-unwritable`. */
export function restoreStore({ backup, store }: RestoreRequest): Restored {
  const schema = verifyBackup(backup);
  try {
    mkdirSync(dirname(store), { recursive: true });
    copyWhole(backup, `${store}.restoring`);
    const replaced = setAside(store);
    renameSync(`${store}.restoring`, store);
    flush(dirname(store));
    return { schema, ...replaced };
  } catch (error) {
    rmSync(`${store}.restoring`, { force: true });
    throw error instanceof Fault
      ? error
      : new Fault('file-unwritable', `The store was not restored: ${messageOf(error)}`, { cause: error });
  }
}

/** Answers the last migration in the backup. */
function verifyBackup(path: string): string {
  try {
    const db = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
    try {
      return verifiedSchema(db);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('store-unavailable', `The backup ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function verifiedSchema(db: SqliteDatabase.Database): string {
  const verdict = db.pragma('integrity_check(1)', { simple: true });
  if (verdict !== 'ok') throw new Fault('store-unavailable', `The backup is damaged: ${String(verdict)}`);
  const row = db
    .prepare<[], { name: string }>(`select name from ${DEFAULT_MIGRATION_TABLE} order by name desc limit 1`)
    .get();
  if (row === undefined) throw new Fault('store-unavailable', 'The backup is no store of Dialtrace.');
  refuseNewer(row.name);
  return row.name;
}

/** On the disk before it gets its final name. */
function copyWhole(from: string, to: string): void {
  copyFileSync(from, to);
  flush(to);
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A write-ahead log left beside the new file would be replayed into it: it goes with the old one. */
function setAside(store: string): Pick<Restored, 'replaced'> {
  if (!existsSync(store)) return {};
  closeOthersOut(store);
  const replaced = `${store}.replaced`;
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${replaced}${suffix}`, { force: true });
    if (existsSync(`${store}${suffix}`)) renameSync(`${store}${suffix}`, `${replaced}${suffix}`);
  }
  return { replaced };
}

/** Leaving WAL mode needs the file for oneself, so it fails while another process has it open; it also merges the log. */
function closeOthersOut(store: string): void {
  try {
    const db = new SqliteDatabase(store, { timeout: 0 });
    try {
      db.pragma('journal_mode = DELETE');
    } finally {
      db.close();
    }
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true)
      throw new Fault('store-unavailable', `${store} is in use: stop the server first.`, { cause: error });
    // A damaged store is what one restores over.
    if (faultOf(error).code !== 'store-unavailable') throw error;
  }
}
