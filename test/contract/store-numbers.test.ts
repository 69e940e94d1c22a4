/** Numbers and leases in every store; races are between two connections of one store. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Store } from '../../src/app/ports/store.js';
import { chooseNumber, type NumberWish } from '../../src/domain/numbers/choose-number.js';
import { leaseTimes, stageOf } from '../../src/domain/numbers/lease.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { BACKENDS, fault, openForTest } from '../support/store/backends.js';
import { anAttribution, did, leaseAt, POOL, poolNumber } from '../support/store/numbers.js';

const shortlist = (store: Store, visitorId: string, now: number) =>
  store.numberLeases.shortlist({ ...POOL, pool: POOL.name, visitorId, now });

async function give(store: Store, visitorId: string, now: number): Promise<string> {
  const wish: NumberWish = { visitorId, now };
  const choice = chooseNumber(POOL, wish, await shortlist(store, visitorId, now));
  if (choice.kind === 'none') return 'none';
  const outcome = await store.numberLeases.take({ ...leaseAt(choice.number, visitorId, now), as: choice.as });
  return outcome === 'taken' ? `${choice.as} ${choice.number.number}` : 'lost';
}

const leaseOf = (store: Store, visitorId: string, now: number, perMinute = 1000) =>
  store.numberLeases.lease({ ...POOL, pool: POOL.name, visitorId, now, perMinute }, (shortlist) => {
    const choice = chooseNumber(POOL, { visitorId, now }, shortlist);
    return choice.kind === 'none' ? undefined : { ...leaseAt(choice.number, visitorId, now), as: choice.as };
  });

describe.each(BACKENDS)('numbers in $name', ({ fresh }) => {
  it('come back as they were put, and a change counts', async () => {
    const { store } = await fresh();
    const before = await store.numbers.version();
    const number = poolNumber(1, { note: 'first', monthlyCost: 2.5, labels: { source: 'google' } });
    await store.numbers.put(number);
    expect(await store.numbers.byNumber(number.number)).toEqual(number);
    expect(await store.numbers.version()).not.toBe(before);
    await store.numbers.put({ ...number, state: 'cool-down', coolDownUntil: 77 });
    expect(await store.numbers.list({ state: 'cool-down' })).toEqual([
      { ...number, state: 'cool-down', coolDownUntil: 77 },
    ]);
    expect(await store.numbers.list({ state: 'pool' })).toEqual([]);
  });

  it('go to one visitor, then rest, then to the next; the longest idle first', async () => {
    const { store } = await fresh();
    await store.numbers.put(poolNumber(1));
    await store.numbers.put(poolNumber(2));
    expect(await give(store, 'ann', 1_000_000)).toBe(`free ${did(1)}`);
    expect(await give(store, 'ben', 1_010_000)).toBe(`free ${did(2)}`);
    expect(await give(store, 'cat', 1_020_000)).toBe('none');
    // ann's hold is over: lent, because nothing is free.
    expect(await give(store, 'cat', 1_100_000)).toBe(`lent ${did(1)}`);
    // ben's tail is over at 1 310 000, his number rests until 1 360 000.
    expect(await give(store, 'dan', 1_359_000)).toBe(`lent ${did(1)}`);
    expect(await give(store, 'eve', 1_360_000)).toBe(`free ${did(2)}`);
  });

  it('are found again by their visitor while they are theirs', async () => {
    const { store } = await fresh();
    await store.numbers.put(poolNumber(1));
    await store.numbers.put(poolNumber(2));
    await give(store, 'ann', 1_000_000);
    await give(store, 'ben', 1_001_000);
    expect(await give(store, 'ann', 1_250_000)).toBe(`own ${did(1)}`);
    expect(await give(store, 'ben', 1_320_000)).toBe('none');
  });

  it('are held on by signs of life, of the present lease only', async () => {
    const { store } = await fresh();
    await store.numbers.put(poolNumber(1));
    await give(store, 'ann', 1_000_000);
    const [lease] = await store.numberLeases.ofSession('session-of-ann');
    if (lease === undefined) throw new Error('no lease');
    const sign = (at: number) => ({ times: leaseTimes(POOL, at), at });
    expect(await store.numberLeases.seen(lease, sign(1_090_000))).toBe('kept');
    // Two heartbeats that overtook each other: the later hold stays.
    expect(await store.numberLeases.seen(lease, sign(1_050_000))).toBe('kept');
    expect(await give(store, 'ben', 1_150_000)).toBe('none');
    expect(await store.numberLeases.seen(lease, { ...sign(1_160_000), clickedAt: 1_160_000 })).toBe('kept');
    expect(await give(store, 'ben', 1_270_000)).toBe(`lent ${did(1)}`);
    expect(await store.numberLeases.seen(lease, sign(1_271_000))).toBe('lost');
    const shown = await store.numberLeases.ofNumber(did(1), { since: 0, until: 2_000_000 });
    expect(shown.map(({ visitorId, seenAt, clickedAt }) => [visitorId, seenAt, clickedAt])).toEqual([
      ['ben', 1_270_000, undefined],
      ['ann', 1_160_000, 1_160_000],
    ]);
  });

  it('that leave the pool take their leases along and cannot be leased', async () => {
    const { store } = await fresh();
    await store.numbers.put(poolNumber(1));
    await give(store, 'ann', 1_000_000);
    await store.numbers.put(poolNumber(1, { state: 'disabled' }));
    expect(await give(store, 'ann', 1_010_000)).toBe('none');
    await store.numbers.put(poolNumber(1));
    expect(await give(store, 'ben', 1_020_000)).toBe(`free ${did(1)}`);
    const shown = await store.numberLeases.ofNumber(did(1), { since: 0, until: 2_000_000 });
    expect(shown.map(({ visitorId, turn }) => [visitorId, turn])).toEqual([
      ['ben', 2],
      ['ann', 1],
    ]);
  });

  it('replace type for type, the same area first', async () => {
    const { store } = await fresh();
    await store.numbers.put(poolNumber(1, { area: '812' }));
    await store.numbers.put(poolNumber(2));
    await store.numbers.put(poolNumber(3, { type: 'toll-free' }));
    const like = { type: 'geographic', country: 'RU', area: '495' } as const;
    const wish = { visitorId: 'ann', now: 1_000_000, like };
    const list = await store.numberLeases.shortlist({ ...POOL, ...wish, pool: 'ads' });
    expect(chooseNumber(POOL, wish, list)).toMatchObject({ as: 'free', number: { number: did(2) } });
    expect(list.map(({ number }) => number)).not.toContain(did(3));
  });

  it('are counted hour by hour', async () => {
    const { store } = await fresh();
    await store.numbers.put(poolNumber(1));
    await give(store, 'ann', 3_600_000);
    await give(store, 'ben', 3_800_000);
    await store.numberLeases.countOverflow('ads', 3_600_000);
    await store.numberLeases.countOverflow('ads', 3_600_000);
    await store.attributions.add(anAttribution({ pool: 'ads', at: 3_700_000 }));
    expect(await store.numberLeases.hours({ since: 0, until: 7_200_000 })).toEqual([
      { pool: 'ads', hourAt: 3_600_000, issued: 2, lent: 1, overflowed: 2, called: 1 },
    ]);
    expect(await store.numberLeases.hours({ since: 0, until: 7_200_000, pool: 'other' })).toEqual([]);
  });

  it('shown to many at once are remembered without a hold', async () => {
    const { store } = await fresh();
    const shown = { number: did(9), turn: 0 };
    await store.numberLeases.addShared({ ...leaseAt(shown, 'ann', 1000), as: 'shared' });
    await store.numberLeases.addShared({ ...leaseAt(shown, 'ben', 2000), as: 'shared' });
    const all = await store.numberLeases.ofNumber(did(9), { since: 0, until: 5000 });
    expect(all.map(({ visitorId }) => visitorId)).toEqual(['ben', 'ann']);
    expect(await store.numberLeases.removePastOlderThan(1500)).toBe(1);
  });
});

describe.each(BACKENDS)('attributions, placements and costs in $name', ({ fresh }) => {
  it('one attribution a call, found by call, caller and project', async () => {
    const { store } = await fresh();
    const stored = anAttribution({});
    await store.attributions.add(stored);
    expect(await store.attributions.ofCall(stored.callId)).toEqual(stored);
    await expect(store.attributions.add(stored)).rejects.toEqual(fault('conflict'));
    await store.attributions.update(stored.callId, { target: 'yes', targetRule: 'v1' });
    const judged = { ...stored, target: 'yes', targetRule: 'v1' };
    const span = { since: 0, until: 10_000_000 };
    expect(await store.attributions.ofCaller('+79161234567' as E164, span)).toEqual([judged]);
    expect(await store.attributions.ofProject('shop', span)).toEqual([judged]);
    expect(await store.attributions.ofProject('shop', { since: 0, until: stored.at })).toEqual([]);
  });

  it('the same placement and cost again replaces', async () => {
    const { store } = await fresh();
    const placement = { number: did(1), startsOn: '2026-01-01', name: 'radio', labels: { source: 'radio' } };
    await store.placements.put(placement);
    await store.placements.put({ ...placement, endsOn: '2026-01-31' });
    expect(await store.placements.list(did(1))).toEqual([{ ...placement, endsOn: '2026-01-31' }]);
    const cost = {
      project: 'shop',
      day: '2026-01-05',
      source: 'google',
      medium: 'cpc',
      campaign: '',
      amount: 10,
      currency: 'EUR',
    };
    await store.costs.put(cost);
    await store.costs.put({ ...cost, amount: 12.5 });
    expect(await store.costs.list({ project: 'shop', from: '2026-01-01', to: '2026-01-31' })).toEqual([
      { ...cost, amount: 12.5 },
    ]);
  });
});

describe('two processes on one store', () => {
  const [, disk] = BACKENDS;

  it('never give one number to two visitors in exclusive hold', async () => {
    const { store, openAgain } = (await disk?.fresh()) ?? { store: await openForTest({ path: ':memory:' }) };
    const other = await openAgain?.();
    if (other === undefined) throw new Error('this store has one connection');
    for (let n = 0; n < 10; n += 1) await store.numbers.put(poolNumber(n));
    const given = await Promise.all(
      Array.from({ length: 60 }, (_, n) => give(n % 2 === 0 ? store : other, `v${n}`, 1_000_000)),
    );
    const numbers = given.filter((one) => one.startsWith('free'));
    expect(new Set(numbers).size).toBe(numbers.length);
    const leases = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        store.numberLeases.ofNumber(did(n), { since: 0, until: 2_000_000 }),
      ),
    );
    for (const leasesOfOne of leases) expect(leasesOfOne.length).toBeLessThanOrEqual(1);
  });

  it('that lease in shared commits give every number once, and lose no race', async () => {
    const { store, openAgain } = (await disk?.fresh()) ?? { store: await openForTest({ path: ':memory:' }) };
    const other = await openAgain?.();
    if (other === undefined) throw new Error('this store has one connection');
    for (let n = 0; n < 10; n += 1) await store.numbers.put(poolNumber(n));
    const outcomes = await Promise.all(
      Array.from({ length: 120 }, (_, n) => leaseOf(n % 2 === 0 ? store : other, `v${n}`, 1_000_000)),
    );
    const taken = outcomes.flatMap((outcome) => (outcome.kind === 'taken' ? [outcome.lease.number] : []));
    expect([...taken].sort()).toEqual(Array.from({ length: 10 }, (_, n) => did(n)));
    expect(outcomes.filter(({ kind }) => kind === 'none')).toHaveLength(110);
  });

  it('share how many leases a project may give in a minute', async () => {
    const { store, openAgain } = (await disk?.fresh()) ?? { store: await openForTest({ path: ':memory:' }) };
    const other = (await openAgain?.()) ?? store;
    for (let n = 0; n < 10; n += 1) await store.numbers.put(poolNumber(n));
    const outcomes: string[] = [];
    for (let n = 0; n < 6; n += 1)
      outcomes.push((await leaseOf(n % 2 === 0 ? store : other, `v${n}`, 1_000_000, 3)).kind);
    expect(outcomes).toEqual(['taken', 'taken', 'taken', 'too-many', 'too-many', 'too-many']);
    expect((await leaseOf(other, 'v7', 1_060_000, 3)).kind).toBe('taken');
  });

  it('and of which one is shut while others ask, answers every asker', async () => {
    const { store } = (await disk?.fresh()) ?? { store: await openForTest({ path: ':memory:' }) };
    await store.numbers.put(poolNumber(1));
    const asked = Promise.allSettled([leaseOf(store, 'ann', 1_000_000), leaseOf(store, 'ben', 1_000_000)]);
    await store.close();
    for (const one of await asked) expect(one).toMatchObject({ reason: fault('store-unavailable') });
  });
});

describe('leasing over time, against a model of the whole pool', () => {
  it('the shortlist leads to the choice that the whole pool would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 120 })), {
          minLength: 5,
          maxLength: 30,
        }),
        async (visits) => {
          const store = await openForTest({ path: ':memory:' });
          for (let n = 0; n < 4; n += 1) await store.numbers.put(poolNumber(n));
          const board = new Map(
            Array.from({ length: 4 }, (_, n) => {
              const { number, type, country, area } = poolNumber(n);
              const free = { heldUntil: 0, tailUntil: 0, freeAt: 0, turn: 0 };
              return [number, { number, type, country, area, ...free }] as const;
            }),
          );
          let now = 1_000_000;
          for (const [visitor, wait] of visits) {
            now += wait * 1000;
            const visitorId = `v${visitor}`;
            const expected = chooseNumber(POOL, { visitorId, now }, [...board.values()] as never);
            const given = await give(store, visitorId, now);
            expect(given).toBe(
              expected.kind === 'none' ? 'none' : `${expected.as} ${expected.number.number}`,
            );
            if (expected.kind === 'none') continue;
            expect(stageOf(expected.number, now)).not.toBe('cool-down');
            board.set(expected.number.number, {
              ...expected.number,
              visitorId,
              turn: expected.number.turn + 1,
              ...leaseTimes(POOL, now),
            } as never);
          }
          await store.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});
