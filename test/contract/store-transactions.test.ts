/** What every store must keep of transactions, and between two connections. */
import { describe, expect, it } from 'vitest';
import { LATEST_MIGRATION, versionOf } from '../../src/store/migrate.js';
import { BACKENDS, fault } from '../support/store/backends.js';
import { aLead, anAttempt, anEvent, branded } from '../support/store/samples.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  describe('transactions', () => {
    it('commit as a whole or not at all', async () => {
      const { store } = await fresh();
      const failing = store.transaction(async (tx) => {
        await tx.flags.set('a', '1');
        await tx.events.append([anEvent('a')]);
        throw new Error('stop');
      });
      await expect(failing).rejects.toThrow('stop');
      expect(await store.flags.get('a')).toBeUndefined();
      expect(await store.transaction(async (tx) => tx.flags.set('a', '2').then(() => 'answer'))).toBe(
        'answer',
      );
      expect(await store.flags.get('a')).toBe('2');
      expect(await store.events.after(undefined, 1)).toEqual([]);
    });

    it('run one after another; what others do meanwhile waits its turn', async () => {
      const { store } = await fresh();
      const increment = () =>
        store.transaction(async (tx) => {
          const before = Number((await tx.flags.get('n')) ?? 0);
          await new Promise((resolve) => setImmediate(resolve));
          await tx.flags.set('n', String(before + 1));
        });
      const increments = Array.from({ length: 20 }, increment);
      const outside = store.flags.set('outside', 'yes');
      await Promise.all([...increments, outside]);
      expect(await store.flags.get('n')).toBe('20');
      expect(await store.flags.get('outside')).toBe('yes');
    });

    it('refuse the outer store inside instead of waiting for themselves', async () => {
      const { store } = await fresh();
      const nested: (() => Promise<unknown>)[] = [
        () => store.close(),
        () => store.flags.get('a'),
        () => store.transaction((tx) => tx.flags.get('a')),
        async () => {
          await new Promise((resolve) => setImmediate(resolve));
          await store.leads.list({ limit: 1 });
        },
      ];
      for (const use of nested) await expect(store.transaction(use)).rejects.toEqual(fault('bug'));
      expect(await store.flags.get('a')).toBeUndefined();
    });

    it('refuse to be used after their end', async () => {
      const { store } = await fresh();
      const leaked = await store.transaction((tx) => Promise.resolve(tx));
      await expect(leaked.flags.set('a', '1')).rejects.toThrow();
      expect(await store.flags.get('a')).toBeUndefined();
    });

    it('let work that they started go on after their end', async () => {
      const { store } = await fresh();
      let later: Promise<unknown> = Promise.resolve();
      await store.transaction(async (tx) => {
        await tx.flags.set('a', '1');
        later = new Promise((resolve) => setTimeout(resolve, 5)).then(() => store.flags.get('a'));
      });
      expect(await later).toBe('1');
    });
  });

  describe('two connections', () => {
    it('see what the other committed, and nothing before', async (test) => {
      const { store, openAgain } = await fresh();
      if (openAgain === undefined) return test.skip('its contents belong to one connection');
      const other = await openAgain();
      await store.transaction(async (tx) => {
        await tx.flags.set('a', '1');
        expect(await other.flags.get('a')).toBeUndefined();
      });
      expect(await other.flags.get('a')).toBe('1');
    });

    it('never both win what they compete for at once', async (test) => {
      const { store, openAgain } = await fresh();
      if (openAgain === undefined) return test.skip('its contents belong to one connection');
      const rivals = [store, await openAgain()];
      await store.leads.add(aLead());
      const takes = rivals.map(({ leases }, n) => leases.take('call-1', `owner-${n}`, 100, 0));
      expect((await Promise.all(takes)).sort()).toEqual(['held', 'taken']);
      const slots = rivals.map(({ leases }, n) => leases.takeSlot('trunk', 9, `owner-${n}`, 100, 0));
      expect((await Promise.all(slots)).sort()).toEqual([0, 1]);
      const opens = rivals.map(({ attempts }, n) =>
        attempts.open(anAttempt({ id: branded(`attempt-${n}`) })),
      );
      expect((await Promise.all(opens)).sort()).toEqual(['conflict', 'opened']);
      await store.jobs.add({ task: 'import-push', payload: {}, runAt: 0, maxTries: 1 });
      const claims = rivals.map(({ jobs }, n) => jobs.claim(`owner-${n}`, 0, 100, 5));
      expect((await Promise.all(claims)).flat()).toHaveLength(1);
    });
  });

  it('tells its health, and that it is closed', async () => {
    const { store } = await fresh();
    expect(await store.health()).toMatchObject({ ok: true, schemaVersion: versionOf(LATEST_MIGRATION) });
    await store.close();
    expect(await store.health()).toMatchObject({ ok: false, schemaVersion: versionOf(LATEST_MIGRATION) });
    await expect(store.flags.get('a')).rejects.toEqual(fault('store-unavailable'));
  });
});
