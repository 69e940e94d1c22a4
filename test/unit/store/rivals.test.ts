/** Several processes on one file: what one got no other gets, and what was answered survives SIGKILL. */
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openForTest, scratchFolder } from '../../support/store/backends.js';
import { startChild } from '../../support/store/child-process.js';
import { aLead } from '../../support/store/samples.js';

describe('processes on one file', () => {
  it('never both get a lease, a slot, a phone or a job', async () => {
    const path = join(scratchFolder(), 'store.sqlite');
    const store = await openForTest({ path });
    await store.leads.add(aLead());
    for (let n = 0; n < 100; n += 1)
      await store.jobs.add({ task: 'place-callback', payload: {}, runAt: n, maxTries: 1 });
    const children = ['one', 'two', 'three'].map((name) => startChild('compete', path, name));
    await Promise.all(children.map((child) => child.said(1)));
    for (const child of children) child.go();
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(children.filter(({ lines }) => lines.length > 1).length).toBeGreaterThan(1);
    const got = children.flatMap(({ lines }) => lines.filter((line) => line !== 'open'));
    expect(got).toHaveLength(new Set(got).size);
    const count = (kind: string) => got.filter((line) => line.startsWith(kind)).length;
    expect([count('lease'), count('slot'), count('phone'), count('job')]).toEqual([200, 50, 50, 100]);
  }, 60_000);

  it.each([3, 40, 150])(
    'a writer killed after %i answers leaves everything it answered, whole',
    async (answers) => {
      const path = join(scratchFolder(), 'store.sqlite');
      const writer = startChild('write', path, 'writer');
      writer.go();
      await writer.said(1 + answers);
      writer.kill();
      expect(await writer.ended).toBe('SIGKILL');
      const answered = Number(writer.lines.at(-1));
      expect(answered).toBeGreaterThanOrEqual(answers);
      const store = await openForTest({ path });
      const events = (await store.events.after(undefined, 100_000)).map(({ at }) => at);
      const written = events.length;
      // One more may have been committed and not said.
      expect(written).toBeGreaterThanOrEqual(answered);
      expect(events).toEqual(Array.from({ length: written }, (_, n) => n + 1));
      expect(await store.flags.get('written')).toBe(String(written));
      expect((await store.jobs.counts(0)).waiting).toBe(written);
      const db = new SqliteDatabase(path, { readonly: true });
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
    },
    60_000,
  );
});
