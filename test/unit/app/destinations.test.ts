/** Whole calls of the simulated world, told to destinations at their three moments: at the start, on a key, at the end. */
import { expect, it } from 'vitest';
import type { SendRequest } from '../../../src/app/ports/ports.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { destination } from '../../support/destinations/occasions.js';

const draft: LeadDraft = {
  source: 'api',
  kind: 'form',
  rawPhone: '+79161000001',
  answers: [],
  touch: { utm_source: 'tiktok', ga_client_id: '1.2', ga_session_id: '17' },
};

async function bedWith(destinations: Readonly<Record<string, object>>): Promise<AppBed> {
  const named = Object.entries(destinations).map(([name, yaml]) => [name, { ...destination(yaml), name }]);
  return openAppBed({ telephony: { webhooks: {}, destinations: Object.fromEntries(named) as never } });
}

const bodies = (sent: readonly SendRequest[]) =>
  sent.map(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>);

it('tells a CRM of a call when it begins and when it is over, once each, and analytics of the target ones only', async () => {
  const bed = await bedWith({
    crm: {
      kind: 'crm-webhook',
      on: ['call.started', 'call.ended'],
      url: 'https://crm.invalid/',
      waitRecording: '5m',
    },
    ga: {
      kind: 'ga4',
      on: ['call.ended'],
      filter: { minTalk: '1s' },
      measurementId: 'G-ABC123',
      apiSecret: 'env:GA',
    },
  });
  await bed.app.takeLead(draft);
  await bed.pass(4 * 3_600_000);
  const calls = (await bed.store.calls.list({ limit: 100 })).items;
  const talks = calls.filter(
    ({ bridgedAt, unbridgedAt = 0 }) => bridgedAt !== undefined && unbridgedAt - bridgedAt >= 1000,
  );
  expect(calls.length).toBeGreaterThan(0);
  const told = bodies(bed.sent.filter(({ url }) => url.startsWith('https://crm.invalid/')));
  for (const { id } of calls)
    expect(told.filter(({ callId }) => callId === id).map(({ event }) => event)).toEqual([
      'call.started',
      'call.ended',
    ]);
  expect(
    told.every(
      ({ phone, gcid, source }) => phone === draft.rawPhone && gcid === '1.2' && source === 'tiktok',
    ),
  ).toBe(true);
  const ga = bed.sent.filter(({ url }) => url.includes('/mp/collect'));
  expect(ga.length).toBe(talks.length);
  const states = (await bed.store.outbox.list({ limit: 500, endpoint: 'ga' })).items.map(
    ({ state }) => state,
  );
  expect(states.filter((state) => state === 'skipped').length).toBe(calls.length - talks.length);
  await bed.close();
});

it('tries again until the receiver takes it, with the same id, and gives up what is refused', async () => {
  const bed = await bedWith({
    crm: { kind: 'crm-webhook', on: ['lead.received'], url: 'https://crm.invalid/' },
  });
  bed.answerWith({ kind: 'unreachable', why: 'connection refused' });
  await bed.app.takeLead(draft);
  await bed.pass(60_000);
  const first = bed.sent.length;
  expect(first).toBeGreaterThan(1);
  bed.answerWith({ kind: 'accepted', status: 200, body: '' });
  await bed.pass(3_600_000);
  expect(new Set(bed.sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect((await bed.store.outbox.list({ limit: 10 })).items).toMatchObject([{ state: 'delivered' }]);
  bed.answerWith({ kind: 'refused', status: 404, body: 'gone' });
  await bed.app.takeLead({ ...draft, rawPhone: '+79161000009' });
  await bed.pass(60_000);
  expect((await bed.store.outbox.list({ limit: 1 })).items).toMatchObject([
    { state: 'dead', tries: 1, lastError: 'status 404: gone' },
  ]);
  await bed.close();
});
