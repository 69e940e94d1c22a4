/** What the file system and other processes do to the store, and how it says so. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CompiledQuery } from 'kysely';
import { SqliteStoreDriver } from '../../../src/store/dialect/sqlite-driver.js';
import { systemClock } from '../../../src/telemetry/clock.js';
import { openForTest, scratchFolder } from '../../support/store/backends.js';
import { anEvent } from '../../support/store/samples.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

const bulky = (n: number) => anEvent(`event-${n}`, { payload: { text: 'x'.repeat(2000) } });

/** A file system of 2 MB, where that may be mounted. */
function tinyDisk(): string | undefined {
  const folder = join(scratchFolder(), 'tiny');
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', [folder]));
  return folder;
}

describe('a store', () => {
  it('on a full disk refuses writes, keeps what it answered, and goes on when there is space', async (test) => {
    const folder = tinyDisk();
    if (folder === undefined) return test.skip('mount is not allowed here');
    const store = await openForTest({ path: join(folder, 'store.sqlite') });
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(500_000));
    let stored = 0;
    const fill = async () => {
      for (;;) {
        await store.transaction((tx) => tx.events.append([bulky(stored)]));
        stored += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('disk of the store is full') as string,
    });
    expect(stored).toBeGreaterThan(10);
    expect(await store.events.after(undefined, 9999)).toHaveLength(stored);
    writeFileSync(ballast, '');
    await store.events.append([bulky(stored)]);
    expect(await store.events.after(undefined, 9999)).toHaveLength(stored + 1);
  });

  it('whose pages are used up says the disk is full, where no small disk can be had', async () => {
    const connection = new SqliteDatabase(':memory:');
    onTestFinished(() => void connection.close());
    connection.exec('create table t (x text)');
    connection.pragma('max_page_count = 5');
    const driver = new SqliteStoreDriver({ connection, clock: systemClock });
    const turn = await driver.acquireConnection();
    const bulk = CompiledQuery.raw('insert into t values (?)', ['x'.repeat(100_000)]);
    await expect(turn.executeQuery(bulk)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('SQLITE_FULL') as string,
    });
    await driver.releaseConnection(turn);
  });

  it('that is no store, or cannot be opened, is refused', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'text.sqlite');
    writeFileSync(path, 'This is not a database, and long enough to be sure of that. '.repeat(20));
    await expect(openForTest({ path })).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(openForTest({ path: folder })).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(openForTest({ path: join(path, 'below') })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  it('is readable by its own user only', async () => {
    const path = join(scratchFolder(), 'new', 'store.sqlite');
    const store = await openForTest({ path });
    await store.flags.set('a', '1');
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(`${path}-wal`).mode & 0o077).toBe(0);
  });

  it('waits for another process without blocking, and gives up in time', async () => {
    const path = join(scratchFolder(), 'store.sqlite');
    const clock = new VirtualClock();
    const store = await openForTest({ path, clock });
    const rival = new SqliteDatabase(path);
    rival.exec('begin immediate');
    const write = store.flags.set('a', '1');
    const transaction = store.transaction((tx) => tx.flags.set('b', '1'));
    await clock.advance(100);
    rival.exec('commit');
    await clock.advance(50);
    await Promise.all([write, transaction]);
    rival.exec('begin immediate');
    const late = expect(store.flags.set('a', '2')).rejects.toMatchObject({ code: 'store-unavailable' });
    // Few steps of time: at each look SQLite itself waits 20 ms for the lock.
    for (let n = 0; n < 6; n += 1) {
      clock.jump(990);
      await clock.advance(10);
    }
    await late;
    rival.exec('rollback');
    rival.close();
    expect(await store.flags.get('a')).toBe('1');
    expect(clock.pending).toBe(0);
  });
});
