/** What every store must answer the gate: counts, held leads, the do-not-call list, and the latest talk with a phone. */
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/store/backends.js';
import { PHONE, aCall, aConnection, aForm, aLead, branded } from '../support/store/samples.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  describe('the gate', () => {
    it('counts only leads that were let in, by what they share', async () => {
      const { store } = await fresh();
      await store.connections.add(aConnection());
      await store.forms.add(aForm());
      await store.forms.add(aForm({ id: branded('form-2'), externalId: 'other' }));
      const shared = { clientAddress: '192.0.2.7', clientNetwork: '192.0.2.0/24' };
      const [form, second] = ['form-1', 'form-2'];
      await store.leads.add(aLead({ ...shared, formId: branded(form) }));
      await store.leads.add(
        aLead({ ...shared, id: branded('l2'), formId: branded(second), status: 'blocked', receivedAt: 2000 }),
      );
      await store.leads.add(aLead({ id: branded('l3'), status: 'quarantined', receivedAt: 3000 }));
      const { leads } = store;
      expect(await leads.countLetIn({ by: 'phone', value: PHONE }, 0)).toBe(1);
      expect(await leads.countLetIn({ by: 'phone', value: PHONE }, 1001)).toBe(0);
      expect(await leads.countLetIn({ by: 'address', value: '192.0.2.7' }, 0)).toBe(1);
      expect(await leads.countLetIn({ by: 'network', value: '192.0.3.0/24' }, 0)).toBe(0);
      expect(await leads.countLetIn({ by: 'form', value: form }, 0)).toBe(1);
      expect(await leads.countLetIn({ by: 'everything', value: '' }, 0)).toBe(1);
      const address = { by: 'address', value: '192.0.2.7' } as const;
      expect(await leads.countForms(address, 0, undefined)).toBe(2);
      expect(await leads.countForms(address, 0, branded(second))).toBe(1);
      expect((await leads.quarantinedBefore(4000, 10)).map(({ id }) => id)).toEqual(['l3']);
      expect((await leads.openOfPhone(PHONE)).map(({ id }) => id)).toEqual(['lead-1', 'l3']);
      // Held or refused leads must not swallow the next honest one as its repetition.
      expect(await leads.latestOfPhone(PHONE, undefined, 1500)).toBeUndefined();
    });

    it('keeps the do-not-call list', async () => {
      const { store } = await fresh();
      const entry = { phone: PHONE, reason: 'asked', by: 'anna', addedAt: 5 };
      expect(await store.doNotCall.put([entry])).toEqual({ added: 1, changed: 0 });
      expect(await store.doNotCall.put([{ ...entry, until: 100 }])).toEqual({ added: 0, changed: 1 });
      expect(await store.doNotCall.entry(PHONE, 99)).toEqual({ ...entry, until: 100 });
      expect(await store.doNotCall.entry(PHONE, 100)).toBeUndefined();
      const other = branded('+79160000000');
      await store.doNotCall.put([{ ...entry, phone: other, addedAt: 6 }]);
      const first = await store.doNotCall.list({ limit: 1 });
      expect(first.items.map(({ phone }) => phone)).toEqual([other]);
      const next = await store.doNotCall.list({ limit: 1, cursor: first.nextCursor ?? '' });
      expect(next.items.map(({ phone }) => phone)).toEqual([PHONE]);
      expect(await store.doNotCall.remove(PHONE)).toBe('removed');
      expect(await store.doNotCall.remove(PHONE)).toBe('not-listed');
    });

    it('finds the latest talk with a phone, whoever called', async () => {
      const { store } = await fresh();
      const talk = (id: string, bridgedAt?: number) =>
        aCall({ id: branded(id), clientNumber: PHONE, ...(bridgedAt === undefined ? {} : { bridgedAt }) });
      await store.calls.add(talk('c1', 100));
      await store.calls.add({ ...talk('c2', 200), direction: 'outbound' });
      await store.calls.add(talk('c3'));
      expect((await store.calls.latestTalkWith(PHONE, 0))?.id).toBe('c2');
      expect((await store.calls.latestTalkWith(PHONE, 200))?.id).toBe('c2');
      expect(await store.calls.latestTalkWith(PHONE, 201)).toBeUndefined();
    });

    it('keeps what was said of a call', async () => {
      const { store } = await fresh();
      const said = {
        outcome: { mark: 'not-target', reason: 'vacancy', by: 'anna', at: 7 },
        note: { text: 'wants a job', by: 'crm', at: 8 },
        externalId: 'deal-1',
      } as const;
      await store.calls.add(aCall());
      await store.calls.update(branded('call-1'), said);
      expect(await store.calls.byId(branded('call-1'))).toEqual(aCall(said));
    });
  });
});
