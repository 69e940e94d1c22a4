/** /v1/deals: told by a CRM any number of times, matched to where the client came from, in the report, and forgotten. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freezeVisitor } from '../../src/domain/attribution/visitor.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { did } from '../support/store/numbers.js';
import { aCall, aLead, branded, PHONE } from '../support/store/samples.js';
import { aSession, aTouch, aVisitor } from '../support/store/visitors.js';

const DAY = 86_400_000;
const AT = Date.UTC(2026, 2, 10, 9);
const iso = (at: number): string => new Date(at).toISOString();
const ANN = '+79161111111' as E164;

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
  const { attributions, calls, costs, leads, visitors } = bed.services.store;
  await calls.add(aCall({ id: branded('c1'), clientNumber: ANN, startedAt: AT, state: 'closed' }));
  await attributions.add({
    callId: branded('c1'),
    at: AT,
    number: did(1),
    project: 'shop',
    caller: ANN,
    outcome: 'attributed',
    confidence: 0.9,
    candidates: [],
    touches: [
      { at: AT - 2 * DAY, source: 'google', medium: 'cpc', campaign: 'spring' },
      { at: AT - DAY, source: 'mail', medium: 'email' },
    ],
    labels: { source: 'mail', medium: 'email' },
    model: 'last-non-direct',
  });
  const lead = aLead({
    id: branded('l1'),
    phone: PHONE,
    receivedAt: AT,
    status: 'reached',
    touch: { project: 'shop' },
  });
  await leads.add(lead);
  const session = aSession({
    visitorId: 'bob',
    touches: [aTouch({ at: AT - DAY, source: 'yandex' })],
    startedAt: AT - DAY,
    metricaClientId: '1700000000123456789',
  });
  await visitors.add(aVisitor({ id: 'bob' }));
  await visitors.addSession(session);
  await visitors.keepSnapshot(branded('l1'), freezeVisitor(session, AT));
  await costs.put({
    ...{ project: 'shop', source: 'mail', medium: 'email', campaign: '', currency: 'EUR' },
    ...{ day: '2026-03-10', amount: 50 },
  });
});
afterAll(() => bed.close());

interface Told {
  readonly result: string;
  readonly deal: Readonly<Record<string, unknown>>;
}

async function tell(body: object): Promise<Told> {
  const answer = await bed.request({ url: '/v1/deals', method: 'POST', payload: body });
  expect(answer.statusCode, answer.body).toBe(200);
  return JSON.parse(answer.body) as Told;
}

const refusal = async (body: object) =>
  (await bed.request({ url: '/v1/deals', method: 'POST', payload: body })).json() as unknown as {
    readonly fields: readonly { readonly field: string }[];
  };

describe('a deal of the CRM', () => {
  it('is matched by phone to the call that says where its client came from, and changes by later reports', async () => {
    const first = { external_id: 'd1', status: 'open', stage: 'Новая', at: iso(AT + DAY), phone: ANN };
    expect(await tell(first)).toMatchObject({
      result: 'added',
      deal: { matched_by: 'phone', call_id: 'c1', project: 'shop', source: 'mail', amount: null },
    });
    const won = { external_id: 'd1', status: 'won', amount: 200, currency: 'EUR', at: iso(AT + 2 * DAY) };
    expect(await tell(won)).toMatchObject({
      result: 'changed',
      deal: { status: 'won', stage: 'Новая', phone: ANN, opened_at: iso(AT + DAY), amount: 200 },
    });
    expect((await tell(won)).result).toBe('same');
    expect(await tell(first)).toMatchObject({ result: 'stale', deal: { status: 'won' } });
    const events = await bed.services.store.events.ofCall(branded('c1'));
    expect(events.map(({ name, payload }) => [name, payload['status'], payload['was']])).toEqual([
      ['deal.changed', 'open', undefined],
      ['deal.changed', 'won', 'open'],
    ]);
    expect(JSON.stringify(events)).not.toContain(ANN);
  });

  it('is matched by lead, and by an id that Metrica gave the browser', async () => {
    const lead = {
      external_id: 'd2',
      status: 'won',
      amount: '99.5',
      currency: 'EUR',
      at: '1773310000',
      lead_id: 'l1',
    };
    expect(await tell(lead)).toMatchObject({
      deal: { matched_by: 'lead', source: null, at: iso(1_773_310_000_000) },
    });
    const visit = { external_id: 'd3', status: 'open', at: iso(AT), ya_cid: '1700000000123456789' };
    expect(await tell(visit)).toMatchObject({
      deal: { matched_by: 'visitor', visitor_id: 'bob', source: 'yandex', project: 'shop' },
    });
    expect(await tell({ external_id: 'd4', status: 'lost', at: iso(AT) })).toMatchObject({
      deal: { matched_by: 'nothing', project: null },
    });
  });

  it('is in the report with revenue and return, by any model', async () => {
    const read = async (query: string) =>
      JSON.parse(
        (
          await bed.request({
            url: `/v1/reports/sources?from=2026-03-01T00:00:00Z&to=2026-03-20T00:00:00Z${query}`,
          })
        ).body,
      ) as { readonly items: readonly object[]; readonly total: object };
    const { items, total } = await read('');
    expect(items).toContainEqual(
      expect.objectContaining({
        source: 'mail',
        deals: 1,
        sales: 1,
        revenue: { EUR: 200 },
        cost_per_sale: 50,
        roi: 3,
      }),
    );
    expect(items).toContainEqual(
      expect.objectContaining({ source: 'yandex', deals: 2, sales: 1, revenue: { EUR: 99.5 }, roi: null }),
    );
    expect(total).toMatchObject({ deals: 4, sales: 2, revenue: { EUR: 299.5 } });
    const linear = await read('&model=linear');
    expect(linear.items).toContainEqual(
      expect.objectContaining({ source: 'google', sales: 0.5, revenue: { EUR: 100 }, roi: null }),
    );
    const csv = await bed.request({
      url: '/v1/reports/sources.csv?from=2026-03-01T00:00:00Z&to=2026-03-20T00:00:00Z',
    });
    expect(csv.body).toMatch(/^source,.*,deals,sales,revenue,cost_per_sale,roi$/m);
    expect(csv.body).toMatch(/^mail,.*,1,1,200 EUR,50,3$/m);
  });

  it('is listed', async () => {
    const list = async (query: string) =>
      (await bed.request({ url: `/v1/deals?${query}` })).json().items.map(({ external_id: id }) => id);
    expect(await list('status=won')).toEqual(['d2', 'd1']);
    expect(await list(`phone=${encodeURIComponent(ANN)}`)).toEqual(['d1']);
    const page = await bed.request({ url: '/v1/deals?limit=3' });
    const rest = await list(`limit=3&cursor=${page.json().next_cursor ?? ''}`);
    expect([...page.json().items.map((item) => item.external_id), ...rest].sort()).toEqual([
      'd1',
      'd2',
      'd3',
      'd4',
    ]);
  });

  it('that cannot be used is refused with its fields', async () => {
    const good = { external_id: 'x', status: 'won', at: iso(AT) };
    for (const [change, field] of [
      [{ status: 'sold' }, 'status'],
      [{ at: '2026-03-10 10:00' }, 'at'],
      [{ amount: 5 }, 'currency'],
      [{ phone: '12' }, 'phone'],
      [{ call_id: 'nowhere' }, 'call_id'],
      [{ project: 'shp' }, 'project'],
    ] as const)
      expect(
        (await refusal({ ...good, ...change })).fields.map((one) => one.field),
        field,
      ).toEqual([field]);
    expect(await refusal({ ...good, amout: 5 })).toMatchObject({ code: 'field-invalid' });
  });

  it('comes in files whole or not at all', async () => {
    const deal = (externalId: string, more: object = {}) =>
      ({ externalId, status: 'won', at: AT, ...more }) as const;
    const bad = await bed.app.takeDeals([
      deal('f1'),
      deal('f2', { callId: 'nowhere' }),
      deal('f3', { project: 'shp' }),
    ]);
    expect(bad).toEqual({
      taken: [],
      refused: [
        { place: 1, problem: 'call_id: there is no nowhere' },
        { place: 2, problem: expect.stringContaining('did you mean shop?') as string },
      ],
    });
    const many = Array.from({ length: 120 }, (_, index) => deal(`m${index}`));
    expect((await bed.app.takeDeals(many)).taken.every(({ result }) => result === 'added')).toBe(true);
    expect((await bed.app.takeDeals(many)).taken.every(({ result }) => result === 'same')).toBe(true);
    expect(await bed.services.store.deals.byExternalId('f1')).toBeUndefined();
  });

  it('is exported with its person, and forgotten with them; the amount stays', async () => {
    const url = `/v1/people/${encodeURIComponent(ANN)}`;
    expect((await bed.request({ url })).json()).toMatchObject({ deals: [{ external_id: 'd1' }] });
    expect((await bed.request({ url, method: 'DELETE' })).json()).toMatchObject({ deals: 1, calls: 1 });
    const left = (await bed.request({ url: '/v1/deals?external_id=d1' })).json().items[0];
    expect(left).toMatchObject({ phone: null, amount: 200, source: 'mail' });
    const events = await bed.services.store.events.ofCall(branded('c1'));
    expect(events.every(({ payload }) => Object.keys(payload).length === 0)).toBe(true);
  });
});
