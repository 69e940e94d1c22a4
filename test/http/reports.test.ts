/** /v1/reports over stored calls, requests and costs; every answer is checked against the OpenAPI document. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/domain/attribution/attribution.js';
import { freezeVisitor } from '../../src/domain/attribution/visitor.js';
import type { CallId, E164 } from '../../src/domain/values/ids.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { trackedTelephony } from '../support/sim/tracked.js';
import { did } from '../support/store/numbers.js';
import { aLead, branded } from '../support/store/samples.js';
import { aSession, aTouch } from '../support/store/visitors.js';

const DAY = 86_400_000;
const AT = Date.UTC(2026, 2, 10, 9);
const EVIL = '=HYPERLINK("http://evil.example","<img src=x onerror=alert(1)>")';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
  const set = bed.app.telephonySet();
  bed.app.swapTelephony({ ...set, telephony: { ...set.telephony, ...trackedTelephony() } });
  const { attributions, costs, leads, visitors } = bed.services.store;
  const google = { source: 'google', medium: 'cpc', campaign: 'spring' };
  const mail = { source: 'mail', medium: 'email', campaign: EVIL };
  const call = (id: string, change: Partial<Attribution>): Attribution => ({
    callId: id as CallId,
    at: AT,
    number: did(1),
    project: 'shop',
    outcome: 'attributed',
    confidence: 0.9,
    candidates: [],
    touches: [
      { at: AT - 2 * DAY, ...google },
      { at: AT - DAY, ...mail },
    ],
    labels: mail,
    model: 'last-non-direct',
    ...change,
  });
  const ann = { caller: '+79161111111' as E164, visitorId: 'ann' };
  await attributions.add(call('c1', { ...ann, target: 'yes' }));
  await attributions.add(call('c2', { ...ann, at: AT + DAY, target: 'no' }));
  await attributions.add(
    call('c3', { at: AT + DAY, outcome: 'ambiguous', touches: [], labels: {}, target: 'yes' }),
  );
  await attributions.add(call('other project', { project: 'else' }));
  const session = aSession({ visitorId: 'ann', touches: [aTouch({ at: AT - 2 * DAY })] });
  await visitors.keepSnapshot(branded('l1'), freezeVisitor(session, AT));
  const request = { receivedAt: AT + 1000, visitorId: branded('ann') };
  await leads.add(
    aLead({ ...request, id: branded('l1'), phone: '+79162222222' as E164, touch: { project: 'shop' } }),
  );
  await leads.add(aLead({ ...request, id: branded('l2'), status: 'blocked', touch: { project: 'shop' } }));
  const cost = { project: 'shop', source: 'google', medium: 'cpc', campaign: 'spring', currency: 'EUR' };
  await costs.put({ ...cost, day: '2026-03-10', amount: 10 });
  await costs.put({ ...cost, day: '2026-03-11', amount: 20 });
  await costs.put({ ...cost, day: '2026-02-11', amount: 99 });
});
afterAll(() => bed.close());

interface Report {
  readonly items: readonly { readonly campaign?: string }[];
  readonly total: Readonly<Record<string, number>>;
}

const SPAN = 'from=2026-03-01T00:00:00Z&to=2026-03-20T00:00:00Z';
const read = async (query: string) =>
  JSON.parse((await bed.request({ url: `/v1/reports/sources?${SPAN}${query}` })).body) as Report;

describe('the report of sources', () => {
  it('is of projects that can be listed', async () => {
    expect((await bed.request({ url: '/v1/projects' })).json()).toMatchObject({
      items: [{ name: 'shop', model: 'last-non-direct' }],
    });
  });

  it('counts calls, requests, persons and costs; what nobody knows is told as such', async () => {
    expect(await read('')).toMatchObject({
      project: 'shop',
      model: 'last-non-direct',
      items: [
        { source: '(unknown)', calls: 1, target_calls: 1, persons: 1, costs: {}, cost_per_call: null },
        {
          source: 'google',
          calls: 0,
          requests: 1,
          costs: { EUR: 30 },
          cost_per_call: null,
          cost_per_request: 30,
        },
        { source: 'mail', calls: 2, target_calls: 1, requests: 0, persons: 1, unique: 1 },
      ],
      total: { calls: 3, requests: 1, target_calls: 2, persons: 2, unique: 2, cost_per_call: 10 },
    });
  });

  it('another model spreads the same calls otherwise, and loses none', async () => {
    const { items, total } = await read('&model=linear');
    expect(items).toMatchObject([
      { source: '(unknown)', calls: 1 },
      { source: 'google', calls: 1, requests: 1, cost_per_call: 30 },
      { source: 'mail', calls: 1 },
    ]);
    expect(total['calls']).toBe(3);
    const first = await read('&model=first');
    expect(first.items).toMatchObject([{}, { source: 'google', calls: 2, target_calls: 1 }]);
  });

  it('is by campaign and by local day too', async () => {
    const { items } = await read('&by=campaign');
    expect(items.map(({ campaign }) => campaign)).toEqual(['', 'spring', EVIL]);
    const days = (await read('&by=day&time_zone=Europe/Moscow')).items;
    expect(days).toMatchObject([
      { day: '2026-03-10', calls: 1, requests: 1, costs: { EUR: 10 } },
      { day: '2026-03-11', calls: 2, costs: { EUR: 20 } },
    ]);
  });

  it('is by weekday, hour, path, device and keyword; costs that have no such row are in the total', async () => {
    const zone = '&time_zone=Europe/Moscow';
    expect((await read(`&by=weekday${zone}`)).items).toMatchObject([
      { weekday: '2', calls: 1, requests: 1, costs: { EUR: 10 } },
      { weekday: '3', calls: 2, costs: { EUR: 20 } },
    ]);
    const hours = await read(`&by=hour${zone}`);
    expect(hours).toMatchObject({
      items: [{ hour: '12', calls: 3, requests: 1, costs: {} }],
      total: { costs: { EUR: 30 } },
    });
    expect((await read('&by=path')).items).toMatchObject([
      { path: '(unknown)', calls: 1 },
      { path: 'cpc google', requests: 1 },
      { path: 'cpc google → email mail', calls: 2, target_calls: 1 },
    ]);
    expect((await read('&by=device')).items).toMatchObject([
      { device: expect.stringMatching(/^(desktop|mobile)/) as string, requests: 1 },
      { device: 'unknown', calls: 3 },
    ]);
    expect((await read('&by=keyword')).items).toMatchObject([
      { source: '(unknown)', term: '' },
      { source: 'google', requests: 1 },
      { source: 'mail', calls: 2 },
    ]);
  });

  it('counts a call and a request of one person once, or once of each kind', async () => {
    expect((await read('')).total['unique']).toBe(2);
    expect((await read('&unique=per-kind')).total['unique']).toBe(3);
    expect((await read('&window_days=0.5')).total['unique']).toBe(3);
  });

  it('as CSV runs no formula, and HTML stays text', async () => {
    const answer = await bed.request({ url: `/v1/reports/sources.csv?${SPAN}&by=campaign` });
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const [head, ...lines] = answer.body.trimEnd().split('\n');
    expect(head).toMatch(/^source,medium,campaign,calls,/);
    expect(lines.find((line) => line.startsWith('mail'))).toMatch(/^mail,email,"'=HYPERLINK\(""http/);
    expect(lines.find((line) => line.startsWith('google'))).toContain('30 EUR');
  });

  it('names what it does not know', async () => {
    expect((await bed.request({ url: '/v1/reports/sources?project=shp' })).statusCode).toBe(404);
    expect((await bed.request({ url: '/v1/reports/sources?model=best' })).statusCode).toBe(422);
    expect((await bed.request({ url: '/v1/reports/sources?time_zone=Moon/Sea' })).statusCode).toBe(422);
  });
});
