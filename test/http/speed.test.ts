/** GET /v1/speed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, aLead, aLeg, branded } from '../support/store/samples.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
  const { store } = bed.services;
  const at = Date.UTC(2026, 2, 2, 9);
  await store.leads.add(aLead({ receivedAt: at, dueAt: at, group: 'sales', status: 'reached' }));
  await store.leads.add(aLead({ id: branded('l2'), receivedAt: at, dueAt: at, group: 'sales' }));
  await store.leads.add(aLead({ id: branded('l3'), receivedAt: at, status: 'blocked' }));
  await store.calls.add(aCall({ leadId: branded('lead-1'), operator: 'anna', bridgedAt: at + 45_000 }));
  await store.calls.addLeg(aLeg({ role: 'operator', ringingAt: at + 1500 }));
  await store.calls.addLeg(aLeg({ id: branded('leg-2'), role: 'client', ringingAt: at + 20_000 }));
});
afterAll(() => bed.close());

const read = (query: string) =>
  bed.request({ url: `/v1/speed?from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z${query}` });

it('says how fast each stage was reached', async () => {
  expect((await read('')).json().items).toMatchObject([
    {
      key: 'sales',
      leads: 2,
      stages: {
        ring: { count: 1, p50: 1.5, within_30: 0.5 },
        client_ring: { count: 1, p50: 20, within_30: 0.5 },
        talk: { count: 1, p90: 45, within_30: 0, within_60: 0.5 },
      },
    },
  ]);
  expect((await read('&by=operator')).json().items).toMatchObject([{ key: '' }, { key: 'anna' }]);
  expect((await read('&by=hour&time_zone=Asia/Kolkata')).json().items).toMatchObject([{ key: '14' }]);
});

it('knows no other grouping, and no zone that is none', async () => {
  expect((await read('&by=moon')).statusCode).toBe(422);
  expect((await read('&by=hour&time_zone=Moon/Crater')).statusCode).toBe(422);
});
