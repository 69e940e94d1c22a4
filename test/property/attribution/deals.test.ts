/** Reports of a deal come in any order and more than once; its credit goes to a contact that says where the client came from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceReport, returnOf } from '../../../src/domain/attribution/source-report.js';
import { changedDeal, newDeal, type Deal, type DealReport } from '../../../src/domain/deals/deal.js';
import { matchDeal, type DealContact } from '../../../src/domain/deals/match-deal.js';
import { present } from '../../../src/domain/values/present.js';
import { branded } from '../../support/store/samples.js';

const NOTHING = { matchedBy: 'nothing', touches: [], labels: {} } as const;
const reports = fc.uniqueArray(
  fc.record({
    externalId: fc.constant('d1'),
    status: fc.constantFrom('open', 'won', 'lost'),
    amount: fc.integer({ min: 0, max: 1000 }),
    currency: fc.constant('EUR'),
    at: fc.integer({ min: 1, max: 1000 }),
  }) as fc.Arbitrary<DealReport>,
  { selector: ({ at }) => at, minLength: 1, maxLength: 8 },
);

function told(order: readonly DealReport[]): Deal {
  const [first, ...rest] = order as [DealReport, ...DealReport[]];
  return rest.reduce<Deal>(
    (deal, report) => changedDeal(deal, report, NOTHING).deal,
    newDeal(branded('id'), first, NOTHING),
  );
}

describe('a deal', () => {
  it('stands as its latest report says, whatever came when; told again it says nothing new', () => {
    fc.assert(
      fc.property(reports, fc.infiniteStream(fc.nat()), (all, picks) => {
        const order = all
          .map((report) => ({ report, key: picks.next().value as number }))
          .sort((one, other) => one.key - other.key)
          .map(({ report }) => report);
        const latest = all.reduce((one, other) => (other.at > one.at ? other : one));
        const deal = told(order);
        expect(deal).toMatchObject(latest);
        for (const report of all)
          expect(changedDeal(deal, report, NOTHING).kind).toBe(report === latest ? 'same' : 'stale');
      }),
    );
  });

  it('keeps what an earlier report said and a later one leaves out', () => {
    const first: DealReport = {
      externalId: 'd',
      status: 'open',
      at: 1,
      amount: 5,
      currency: 'EUR',
      stage: 'new',
    };
    const change = changedDeal(
      newDeal(branded('id'), first, NOTHING),
      { externalId: 'd', status: 'won', at: 9 },
      NOTHING,
    );
    expect(change).toMatchObject({
      kind: 'changed',
      was: 'open',
      deal: { status: 'won', at: 9, openedAt: 1, amount: 5, currency: 'EUR', stage: 'new' },
    });
  });
});

const contacts = fc.array(
  fc.record({
    by: fc.constantFrom('call', 'lead', 'visitor', 'phone'),
    at: fc.integer({ min: 0, max: 5_000_000 }),
    source: fc.option(fc.constantFrom('google', 'direct'), { nil: undefined }),
  }),
  { maxLength: 8 },
);

describe('the contact of a deal', () => {
  it('is before it unless it was named, and says where from when any does', () => {
    fc.assert(
      fc.property(contacts, fc.integer({ min: 0, max: 5_000_000 }), (drawn, openedAt) => {
        const all: DealContact[] = drawn.map(({ by, at, source }) => ({
          ...{ by, at, touches: [] },
          labels: present({ source }),
        }));
        const match = matchDeal(all, openedAt);
        const named = (by: string) => by === 'call' || by === 'lead';
        const usable = all.filter(({ by, at }) => named(by) || at <= openedAt + 600_000);
        expect(match.matchedBy === 'nothing').toBe(usable.length === 0);
        expect(match.labels.source !== undefined).toBe(
          usable.some(({ labels }) => labels.source !== undefined),
        );
        if (match.contactAt !== undefined && !named(match.matchedBy))
          expect(match.contactAt).toBeLessThanOrEqual(openedAt + 600_000);
      }),
    );
  });

  it('of the phone is the last one that says where from, and the ids of the call that was named stay', () => {
    const google = { source: 'google' };
    const at = (time: number, more: Partial<DealContact>): DealContact => ({
      ...{ by: 'phone', at: time, touches: [], labels: {} },
      ...more,
    });
    const match = matchDeal(
      [
        at(10, { labels: google, callId: branded('old'), project: 'shop' }),
        at(20, { callId: branded('plain') }),
        at(30, { by: 'call', callId: branded('named') }),
      ],
      25,
    );
    expect(match).toMatchObject({
      matchedBy: 'phone',
      contactAt: 10,
      labels: google,
      callId: 'named',
      project: 'shop',
    });
  });
});

describe('revenue', () => {
  const terms = {
    by: 'source',
    model: 'linear',
    from: 0,
    to: 1e6,
    localOf: () => ({ day: '2026-01-01', hour: '00' }),
    unique: 'across-kinds',
  } as const;

  it('is spread as the model says and none is lost', () => {
    const touch = fc.record({
      at: fc.integer({ min: 0, max: 1000 }),
      source: fc.constantFrom('a', 'b', 'c'),
    });
    const deal = fc.record({
      status: fc.constantFrom('open', 'won', 'lost'),
      amount: fc.integer({ min: 0, max: 1000 }),
      currency: fc.constantFrom('EUR', 'USD'),
      openedAt: fc.integer({ min: 1000, max: 2000 }),
      at: fc.integer({ min: 2000, max: 3000 }),
      touches: fc.array(touch, { maxLength: 4 }),
      labels: fc.constant({}),
    });
    fc.assert(
      fc.property(fc.array(deal, { maxLength: 10 }), (deals) => {
        const { rows, total } = sourceReport({ contacts: [], costs: [], deals }, terms);
        const won = deals.filter(({ status }) => status === 'won');
        expect(total.deals).toBe(deals.length);
        expect(total.sales).toBe(won.length);
        for (const currency of ['EUR', 'USD']) {
          const sum = won.reduce((all, one) => all + (one.currency === currency ? one.amount : 0), 0);
          expect(total.revenue[currency] ?? 0).toBe(sum);
          const spread = rows.reduce((all, row) => all + (row.revenue[currency] ?? 0), 0);
          expect(spread).toBeCloseTo(sum, 6);
        }
      }),
    );
  });

  it('gives a return only in one currency and on costs', () => {
    expect(returnOf({ costs: { EUR: 50 }, revenue: { EUR: 150 } })).toBe(2);
    expect(returnOf({ costs: { EUR: 50 }, revenue: {} })).toBe(-1);
    expect(returnOf({ costs: { EUR: 50 }, revenue: { USD: 1 } })).toBeUndefined();
    expect(returnOf({ costs: {}, revenue: { EUR: 1 } })).toBeUndefined();
    expect(returnOf({ costs: { EUR: 0 }, revenue: { EUR: 1 } })).toBeUndefined();
  });
});
