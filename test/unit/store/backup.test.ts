/** Copies of a running store, and putting one back. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { LATEST_MIGRATION } from '../../../src/store/migrate.js';
import { restoreStore } from '../../../src/store/restore-store.js';
import { openForTest, scratchFolder } from '../../support/store/backends.js';

async function storeWith(path: string, value: string): Promise<void> {
  const store = await openForTest({ path });
  await store.flags.set('a', value);
  await store.close();
}

async function valueOf(path: string): Promise<string | undefined> {
  const store = await openForTest({ path });
  const value = await store.flags.get('a');
  await store.close();
  return value;
}

describe('a backup', () => {
  it('is consistent while writes go on', async () => {
    const folder = scratchFolder();
    const store = await openForTest({ path: join(folder, 'store.sqlite') });
    let writing: 'on' | 'off' = 'on';
    const write = async () => {
      for (let n = 1; writing === 'on'; n += 1) {
        await store.transaction(async (tx) => {
          await tx.flags.set('a', String(n));
          await tx.flags.set('b', String(n));
        });
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writer = write();
    await store.backup(join(folder, 'backups', 'one.sqlite'));
    writing = 'off';
    await writer;
    const copy = await openForTest({ path: join(folder, 'backups', 'one.sqlite') });
    expect(await copy.flags.get('a')).toBe(await copy.flags.get('b'));
    expect(existsSync(join(folder, 'backups', 'one.sqlite.unfinished'))).toBe(false);
  });

  it('of a store in memory can be opened from disk', async () => {
    const path = join(scratchFolder(), 'copy.sqlite');
    const store = await openForTest({ path: ':memory:' });
    await store.flags.set('a', 'kept');
    await store.backup(path);
    expect(await valueOf(path)).toBe('kept');
  });

  it('that cannot be written says so', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'file'), '');
    const store = await openForTest({ path: ':memory:' });
    await expect(store.backup(join(folder, 'file', 'below'))).rejects.toMatchObject({
      code: 'file-unwritable',
    });
  });
});

describe('a restore', () => {
  it('replaces the store and keeps the old one', async () => {
    const folder = scratchFolder();
    const [backup, store] = [join(folder, 'backup.sqlite'), join(folder, 'store.sqlite')];
    await storeWith(backup, 'backup');
    await storeWith(store, 'newer');
    expect(restoreStore({ backup, store })).toEqual({
      schema: LATEST_MIGRATION,
      replaced: `${store}.replaced`,
    });
    expect(await valueOf(store)).toBe('backup');
    expect(await valueOf(`${store}.replaced`)).toBe('newer');
  });

  it('makes a store where there was none, or a damaged one', async () => {
    const folder = scratchFolder();
    const [backup, store] = [join(folder, 'backup.sqlite'), join(folder, 'new', 'store.sqlite')];
    await storeWith(backup, 'backup');
    expect(restoreStore({ backup, store })).toEqual({ schema: LATEST_MIGRATION });
    writeFileSync(store, 'rubbish '.repeat(1000));
    restoreStore({ backup, store });
    expect(await valueOf(store)).toBe('backup');
  });

  it('does not touch a store that is in use', async () => {
    const folder = scratchFolder();
    const [backup, path] = [join(folder, 'backup.sqlite'), join(folder, 'store.sqlite')];
    await storeWith(backup, 'backup');
    const store = await openForTest({ path });
    await store.flags.set('a', 'running');
    expect(() => restoreStore({ backup, store: path })).toThrow(/in use/);
    expect(await store.flags.get('a')).toBe('running');
    expect(existsSync(`${path}.restoring`)).toBe(false);
  });

  it('refuses a backup that is damaged, of a newer program, or none', async () => {
    const folder = scratchFolder();
    const [backup, store] = [join(folder, 'backup.sqlite'), join(folder, 'store.sqlite')];
    await storeWith(backup, 'backup');
    await storeWith(store, 'kept');
    const bytes = readFileSync(backup);
    writeFileSync(join(folder, 'damaged.sqlite'), bytes.fill(0xff, 8192, 24_576));
    writeFileSync(join(folder, 'text.sqlite'), 'no database at all, but a long enough text '.repeat(30));
    new SqliteDatabase(join(folder, 'other.sqlite')).exec('create table t (x)').close();
    const db = new SqliteDatabase(backup);
    db.prepare("insert into kysely_migration (name, timestamp) values ('0099-holograms', '2030')").run();
    db.close();
    for (const name of ['damaged', 'text', 'other', 'absent'])
      expect(() => restoreStore({ backup: join(folder, `${name}.sqlite`), store })).toThrow(
        expect.objectContaining({ code: 'store-unavailable' }),
      );
    expect(() => restoreStore({ backup, store })).toThrow(expect.objectContaining({ code: 'store-newer' }));
    expect(await valueOf(store)).toBe('kept');
  });
});
