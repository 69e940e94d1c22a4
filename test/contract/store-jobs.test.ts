/** What every store must do with jobs and leases. */
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/store/backends.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  describe('jobs', () => {
    const job = { task: 'place-callback', payload: { leadId: 'lead-1' }, runAt: 100, maxTries: 2 } as const;

    it('are claimed when due, once, in order', async () => {
      const { store } = await fresh();
      const late = await store.jobs.add({ ...job, runAt: 200 });
      const early = await store.jobs.add(job);
      expect(await store.jobs.nextDueAt()).toBe(100);
      expect(await store.jobs.claim('me', 99, 150, 9)).toEqual([]);
      expect((await store.jobs.claim('me', 250, 300, 9)).map(({ id }) => id)).toEqual([early, late]);
      expect(await store.jobs.claim('you', 250, 300, 9)).toEqual([]);
      await store.jobs.complete(early, 'you');
      expect(await store.jobs.counts(250)).toEqual({ waiting: 0, due: 0, leased: 2, dead: 0 });
      await store.jobs.complete(early, 'me');
      expect(await store.jobs.counts(250)).toEqual({ waiting: 0, due: 0, leased: 1, dead: 0 });
    });

    it('move when their key is added again', async () => {
      const { store } = await fresh();
      const first = await store.jobs.add({ ...job, key: 'lead-1' });
      const again = await store.jobs.add({ ...job, key: 'lead-1', runAt: 50, payload: { leadId: 'other' } });
      expect(again).toBe(first);
      expect(await store.jobs.claim('me', 60, 90, 9)).toEqual([
        { ...job, id: first, key: 'lead-1', runAt: 50, payload: { leadId: 'other' }, tries: 1 },
      ]);
    });

    it('give way to a newer one of their key when they fail', async () => {
      const { store } = await fresh();
      const first = await store.jobs.add({ ...job, key: 'lead-1' });
      await store.jobs.claim('me', 100, 200, 9);
      const second = await store.jobs.add({ ...job, key: 'lead-1', runAt: 500 });
      expect(second).not.toBe(first);
      expect(await store.jobs.fail(first, 'me', 'no', 300)).toBe('retry');
      expect((await store.jobs.claim('me', 900, 999, 9)).map(({ id }) => id)).toEqual([second]);
    });

    it('wait after a failure, and are dead when the tries are used up', async () => {
      const { store } = await fresh();
      const id = await store.jobs.add(job);
      await store.jobs.claim('me', 100, 200, 9);
      expect(await store.jobs.fail(id, 'you', 'not mine', 101)).toBe('retry');
      expect(await store.jobs.claim('me', 101, 200, 9)).toEqual([]);
      expect(await store.jobs.fail(id, 'me', 'no', 300)).toBe('retry');
      expect(await store.jobs.nextDueAt()).toBe(300);
      await store.jobs.claim('me', 300, 400, 9);
      expect(await store.jobs.fail(id, 'me', 'no', 500)).toBe('dead');
      expect(await store.jobs.nextDueAt()).toBeUndefined();
      expect(await store.jobs.counts(999)).toEqual({ waiting: 0, due: 0, leased: 0, dead: 1 });
    });

    it('are taken over when their lease expires, until the tries are used up', async () => {
      const { store } = await fresh();
      const id = await store.jobs.add(job);
      await store.jobs.claim('me', 100, 200, 9);
      expect(await store.jobs.renew(id, 'me', 250)).toBe('renewed');
      expect(await store.jobs.claim('you', 249, 300, 9)).toEqual([]);
      expect((await store.jobs.claim('you', 250, 300, 9)).map(({ tries }) => tries)).toEqual([2]);
      expect(await store.jobs.renew(id, 'me', 400)).toBe('lost');
      expect(await store.jobs.claim('me', 300, 400, 9)).toEqual([]);
      expect(await store.jobs.counts(300)).toEqual({ waiting: 0, due: 0, leased: 0, dead: 1 });
    });

    it('are removed by key while they wait', async () => {
      const { store } = await fresh();
      await store.jobs.add({ ...job, key: 'lead-1' });
      await store.jobs.removeByKey('lead-1');
      expect(await store.jobs.nextDueAt()).toBeUndefined();
    });

    it('are announced after their commit, never before and not after a rollback', async () => {
      const { store } = await fresh();
      const heard: (number | undefined)[] = [];
      const pending: Promise<unknown>[] = [];
      const stop = store.onJobsAdded(() => {
        pending.push(store.jobs.counts(0).then(({ waiting }) => heard.push(waiting)));
      });
      await store.transaction(async (tx) => {
        await tx.jobs.add(job);
        await tx.jobs.add(job);
        expect(pending).toEqual([]);
      });
      await store
        .transaction(async (tx) => {
          await tx.jobs.add(job);
          throw new Error('no');
        })
        .catch(() => {});
      stop();
      await store.jobs.add(job);
      await Promise.all(pending);
      expect(heard).toEqual([2]);
    });
  });

  describe('leases', () => {
    it('are taken, renewed, released, and taken over when expired', async () => {
      const { store } = await fresh();
      expect(await store.leases.take('call-1', 'a', 100, 0)).toBe('taken');
      expect(await store.leases.take('call-1', 'b', 100, 99)).toBe('held');
      expect(await store.leases.take('call-1', 'a', 120, 99)).toBe('taken');
      expect(await store.leases.heldBy('call-1')).toEqual({ owner: 'a', until: 120 });
      expect(await store.leases.renew('call-1', 'a', 150)).toBe('renewed');
      expect(await store.leases.take('call-1', 'b', 300, 150)).toBe('taken');
      expect(await store.leases.renew('call-1', 'a', 400)).toBe('lost');
      await store.leases.release('call-1', 'a');
      expect(await store.leases.heldBy('call-1')).toEqual({ owner: 'b', until: 300 });
      await store.leases.release('call-1', 'b');
      expect(await store.leases.heldBy('call-1')).toBeUndefined();
    });

    it('of slots go from the lowest free number up to the capacity', async () => {
      const { store } = await fresh();
      const take = (owner: string, now = 0) => store.leases.takeSlot('trunk', 3, owner, now + 100, now);
      expect([await take('a'), await take('b'), await take('c'), await take('d')]).toEqual([
        0,
        1,
        2,
        undefined,
      ]);
      await store.leases.releaseOwner('b');
      expect(await take('d', 50)).toBe(1);
      expect(await take('e', 99)).toBeUndefined();
      expect([await take('e', 100), await take('f', 100), await take('g', 100)]).toEqual([0, 2, undefined]);
      expect(await store.leases.takeSlot('other', 1, 'a', 9, 0)).toBe(0);
      expect(await store.leases.takeSlot('none', 0, 'a', 9, 0)).toBeUndefined();
    });

    it('of an owner are renewed together, and swept when expired', async () => {
      const { store } = await fresh();
      await store.leases.take('call-1', 'a', 100, 0);
      await store.leases.takeSlot('trunk', 3, 'a', 100, 0);
      await store.leases.take('call-2', 'b', 100, 0);
      expect(await store.leases.renewOwner('a', 200)).toBe(2);
      await store.leases.reown('a', 'c');
      expect(await store.leases.renewOwner('a', 300)).toBe(0);
      expect(await store.leases.sweep(100)).toBe(1);
      expect(await store.leases.sweep(200)).toBe(2);
    });
  });
});
