/** What every store must do when fields that tell of people are old enough: empty these, leave all else. */
import { describe, expect, it } from 'vitest';
import { KEPT_FIELDS } from '../../src/domain/leads/kept-fields.js';
import { BACKENDS } from '../support/store/backends.js';
import { anAttribution } from '../support/store/numbers.js';
import { PHONE, aCall, aDeal, aLead, branded } from '../support/store/samples.js';

const PERSON = {
  rawPhone: '+79161234567',
  clientName: 'Ivan Petrov',
  email: 'ivan@example.com',
  clientAddress: '192.0.2.77',
  clientNetwork: '192.0.2.0/24',
  answers: [{ field: 'city', value: 'Tver' }],
} as const;

describe.each(BACKENDS)('$name', ({ fresh }) => {
  it('empties one field of old leads and calls, and no other', async () => {
    for (const field of KEPT_FIELDS) {
      const { store } = await fresh();
      const old = { ...PERSON, status: 'reached', receivedAt: 1000 } as const;
      await store.leads.add(aLead({ ...old, id: branded('old') }));
      await store.leads.add(aLead({ ...old, id: branded('young'), receivedAt: 5000 }));
      await store.leads.add(aLead({ ...old, id: branded('waits'), status: 'deferred' }));
      const said = {
        whisperText: 'Ivan Petrov',
        note: { text: 'Tver', by: 'anna', at: 1 },
        facts: '{}',
        session: '{}',
        clientNumber: PHONE,
      };
      await store.calls.add(aCall({ ...said, id: branded('over'), state: 'closed', startedAt: 1000 }));
      await store.calls.add(aCall({ ...said, id: branded('on'), state: 'in-dialplan', startedAt: 1000 }));
      const rowsOf = async () => ({
        leads: await Promise.all(['old', 'young', 'waits'].map((id) => store.leads.byId(branded(id)))),
        calls: await Promise.all(['over', 'on'].map((id) => store.calls.byId(branded(id)))),
      });
      const before = await rowsOf();
      expect(await store.people.clear(field, { from: 0, before: 2000 })).toBeGreaterThan(0);
      const after = await rowsOf();
      expect([after.leads[1], after.leads[2], after.calls[1]]).toEqual([
        before.leads[1],
        before.leads[2],
        before.calls[1],
      ]);
      const gone = Object.entries({ ...before.leads[0], ...before.calls[0] })
        .filter(([name, value]) => {
          const now = { ...after.leads[0], ...after.calls[0] } as Record<string, unknown>;
          return JSON.stringify(now[name]) !== JSON.stringify(value);
        })
        .map(([name]) => name)
        .sort();
      expect({ field, gone }).toEqual({ field, gone: [...GONE[field]].sort() });
      expect(await store.people.clear(field, { from: 0, before: 2000 })).toBe(0);
    }
  });

  it('takes the phone and the ids of the browser from old deals; amounts and sources stay', async () => {
    const { store } = await fresh();
    const person = { phone: PHONE, visitorId: 'v', gaClientId: '1.2', metricaClientId: '3', userId: 'u' };
    const kept = { ...aDeal({ amount: 5, currency: 'EUR', labels: { source: 'google' } }) };
    await store.deals.add({ ...kept, ...person, openedAt: 1000 } as never);
    expect(await store.people.clear('phone', { from: 0, before: 2000 })).toBe(1);
    expect(await store.deals.byId(kept.id)).toEqual(kept);
    expect(await store.people.clear('phone', { from: 0, before: 2000 })).toBe(0);
  });

  it('forgets the number of who called a tracked number or stood in a queue, when the call is over', async () => {
    const { store } = await fresh();
    const states = { over: 'closed', on: 'in-dialplan' } as const;
    for (const [id, state] of Object.entries(states)) {
      await store.calls.add(aCall({ id: branded(id), state, startedAt: 1000, clientNumber: PHONE }));
      await store.attributions.add(anAttribution({ callId: branded(id), at: 1000, caller: PHONE }));
    }
    const place = { queue: 'sales', clientNumber: PHONE, locale: 'en', priority: 0, joinedAt: 1000 } as const;
    const places = [
      { id: 'left', callId: 'over', state: 'left' },
      { id: 'to-call', callId: 'over', state: 'callback' },
      { id: 'waits', callId: 'on', state: 'waiting' },
    ] as const;
    for (const { id, callId, state } of places)
      await store.queue.join({ ...place, id: branded(id), callId: branded(callId), state });
    expect(await store.people.clear('phone', { from: 0, before: 2000 })).toBe(3);
    const callers = ['over', 'on'].map(async (id) => (await store.attributions.ofCall(branded(id)))?.caller);
    expect(await Promise.all(callers)).toEqual([undefined, PHONE]);
    const queued = places.map(async ({ id }) => (await store.queue.byId(branded(id)))?.clientNumber);
    expect(await Promise.all(queued)).toEqual([undefined, PHONE, PHONE]);
    expect(await store.people.clear('phone', { from: 0, before: 2000 })).toBe(0);
  });
});

const GONE = {
  phone: ['rawPhone', 'phone', 'clientNumber'],
  name: ['clientName', 'email'],
  address: ['clientAddress', 'clientNetwork'],
  answers: ['answers'],
  texts: ['whisperText', 'note', 'session', 'facts'],
} as const;
