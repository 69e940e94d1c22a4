/** What every store must do with leads and attempts. */
import { describe, expect, it } from 'vitest';
import type { OpenedStore } from '../../src/store/open-store.js';
import { BACKENDS, fault } from '../support/store/backends.js';
import { PHONE, aConnection, aForm, aLead, anAttempt, branded } from '../support/store/samples.js';

async function withAccount(store: OpenedStore): Promise<void> {
  await store.connections.add(aConnection());
  await store.forms.add(aForm());
}

describe.each(BACKENDS)('$name', ({ fresh }) => {
  describe('leads', () => {
    it('come back as they were stored, with every field or with few', async () => {
      const { store } = await fresh();
      await withAccount(store);
      const full = aLead({
        connectionId: branded('connection-1'),
        formId: branded('form-1'),
        formName: 'Spring',
        pushId: branded('push-1'),
        externalId: '7190000000000000001',
        rawPhone: '8 (916) 123-45-67',
        country: 'RU',
        clientName: 'Анна "Ann" O\'Neil',
        email: 'a@example.com',
        locale: 'ru',
        timeZone: 'Europe/Moscow',
        callAt: 5,
        group: 'sales',
        campaign: 'c',
        adGroup: 'g',
        ad: 'a',
        answers: [{ field: 'city', value: 'Brno\n' }],
        touch: { utm_source: 'tiktok' },
        test: 'yes',
        willCallAt: 6,
        duplicateOf: branded('lead-0'),
        policy: 'standard',
        finishedAt: 7,
      });
      await store.leads.add(full);
      await store.leads.add(aLead({ id: branded('lead-2') }));
      expect(await store.leads.byId(full.id)).toEqual(full);
      expect(await store.leads.byId(branded('lead-2'))).toEqual(aLead({ id: branded('lead-2') }));
      expect(await store.leads.byId(branded('lead-3'))).toBeUndefined();
      expect(await store.leads.byExternalId(branded('connection-1'), '7190000000000000001')).toEqual(full);
    });

    it('are stored once for an entry of a source', async () => {
      const { store } = await fresh();
      await withAccount(store);
      const entry = { connectionId: branded('connection-1'), externalId: 'e1' };
      await store.leads.add(aLead(entry));
      await expect(store.leads.add(aLead({ id: branded('lead-2'), ...entry }))).rejects.toEqual(
        fault('conflict'),
      );
    });

    it('change only what the change names; changing nothing that exists is told', async () => {
      const { store } = await fresh();
      await store.leads.add(aLead({ clientName: 'Ann' }));
      await store.leads.update(branded('lead-1'), { status: 'reached', reason: 'reached', finishedAt: 9 });
      const changed = aLead({ clientName: 'Ann', status: 'reached', reason: 'reached', finishedAt: 9 });
      expect(await store.leads.byId(branded('lead-1'))).toEqual(changed);
      await store.leads.update(branded('lead-1'), {});
      expect(await store.leads.byId(branded('lead-1'))).toEqual(changed);
      await expect(store.leads.update(branded('lead-9'), { status: 'reached' })).rejects.toEqual(
        fault('not-found'),
      );
    });

    it('of a phone: the latest in its group inside the window that is no duplicate', async () => {
      const { store } = await fresh();
      const add = (id: string, receivedAt: number, more: object = {}) =>
        store.leads.add(aLead({ id: branded(id), receivedAt, group: 'sales', ...more }));
      await add('old', 10);
      await add('good', 20);
      await add('duplicate', 30, { status: 'duplicate', reason: 'already-known' });
      await add('service', 40, { group: 'service' });
      await store.leads.add(aLead({ id: branded('no-group'), receivedAt: 50 }));
      expect((await store.leads.latestOfPhone(PHONE, 'sales', 15))?.id).toBe('good');
      expect(await store.leads.latestOfPhone(PHONE, 'sales', 21)).toBeUndefined();
      expect((await store.leads.latestOfPhone(PHONE, undefined, 0))?.id).toBe('no-group');
    });

    it('are listed newest first, page by page, without loss between equal times', async () => {
      const { store } = await fresh();
      for (let n = 0; n < 25; n += 1)
        await store.leads.add(
          aLead({ id: branded(`lead-${String(n).padStart(2, '0')}`), receivedAt: Math.floor(n / 4) }),
        );
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.leads.list({ limit: 4, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      const all = Array.from({ length: 25 }, (_, n) => `lead-${String(24 - n).padStart(2, '0')}`);
      expect(seen).toEqual(all);
      await expect(store.leads.list({ limit: 4, cursor: 'nonsense' })).rejects.toEqual(
        fault('field-invalid'),
      );
    });

    it('are filtered and counted', async () => {
      const { store } = await fresh();
      await store.leads.add(aLead());
      await store.leads.add(
        aLead({ id: branded('lead-2'), receivedAt: 2000, status: 'blocked', reason: 'spam' }),
      );
      const idsOf = async (filter: object) =>
        (await store.leads.list({ limit: 9, ...filter })).items.map(({ id }) => id);
      expect(await idsOf({ status: 'blocked' })).toEqual(['lead-2']);
      expect(await idsOf({ phone: PHONE, from: 1000, to: 2000 })).toEqual(['lead-1']);
      expect(await idsOf({ formId: 'form-9' })).toEqual([]);
      expect(await store.leads.countByStatus()).toEqual({ queued: 1, blocked: 1 });
    });
  });

  describe('attempts', () => {
    it('to one phone never overlap', async () => {
      const { store } = await fresh();
      await store.leads.add(aLead());
      expect(await store.attempts.open(anAttempt())).toBe('opened');
      expect(await store.attempts.open(anAttempt({ id: branded('attempt-2'), number: 2 }))).toBe('conflict');
      await store.attempts.update(branded('attempt-1'), { state: 'calling' });
      expect(await store.attempts.open(anAttempt({ id: branded('attempt-2'), number: 2 }))).toBe('conflict');
      await store.attempts.update(branded('attempt-1'), { state: 'ended', endedAt: 9, disposition: 'busy' });
      expect(await store.attempts.open(anAttempt({ id: branded('attempt-2'), number: 2 }))).toBe('opened');
      expect((await store.attempts.ofLead(branded('lead-1'))).map(({ number }) => number)).toEqual([1, 2]);
      expect((await store.attempts.openAttempts()).map(({ id }) => id)).toEqual(['attempt-2']);
      const ended = anAttempt({ state: 'ended', endedAt: 9, disposition: 'busy' });
      expect(await store.attempts.byId(branded('attempt-1'))).toEqual(ended);
    });

    it('belong to a lead that exists', async () => {
      const { store } = await fresh();
      await expect(store.attempts.open(anAttempt())).rejects.toEqual(fault('bug'));
    });
  });
});
