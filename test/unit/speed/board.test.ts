/** The speed-to-lead board against a plain recount, and its steps of escalation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  percentile,
  SPEED_GROUPINGS,
  SPEED_STAGES,
  speedBoard,
  type LeadSpeed,
} from '../../../src/domain/speed/board.js';
import { present } from '../../../src/domain/values/present.js';
import { escalationStep } from '../../../src/domain/speed/escalation.js';
import { branded } from '../../support/store/samples.js';

const lead = (change: Partial<LeadSpeed>): LeadSpeed => ({
  id: branded('l'),
  receivedAt: 0,
  dueAt: 0,
  ...change,
});
const hourOf = (at: number) => Math.floor(at / 3_600_000) % 24;

describe('the board', () => {
  it('measures from the moment a lead may be called, not from its receipt', () => {
    const [row] = speedBoard([lead({ dueAt: 50_000, rangAt: 52_000, talkAt: 90_000 })], 'all', hourOf);
    expect(row).toMatchObject({ key: 'all', leads: 1 });
    expect(row?.stages.ring).toEqual({ count: 1, p50: 2, p90: 2, within: [1, 1, 1] });
    expect(row?.stages.talk).toEqual({ count: 1, p50: 40, p90: 40, within: [0, 1, 1] });
    expect(row?.stages.accept).toEqual({ count: 0, within: [0, 0, 0] });
  });

  it('groups by what it is asked, leads that have none under an empty key', () => {
    const leads = [
      lead({ group: 'sales', operator: 'anna', receivedAt: 9 * 3_600_000 }),
      lead({ group: 'sales' }),
      lead({}),
    ];
    const keys = (by: 'group' | 'operator' | 'hour') =>
      speedBoard(leads, by, hourOf).map(({ key, leads: count }) => `${key}:${count}`);
    expect(keys('group')).toEqual([':1', 'sales:2']);
    expect(keys('operator')).toEqual([':2', 'anna:1']);
    expect(keys('hour')).toEqual(['00:2', '09:1']);
  });

  it('counts every lead once, and shares fall between 0 and 1 and do not fall with time', () => {
    const some = fc.record({ ring: fc.option(fc.nat(600)), group: fc.constantFrom('a', 'b', undefined) });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 50 }), (all) => {
        const leads = all.map(({ ring, group }) =>
          lead({
            ...(group === undefined ? {} : { group }),
            ...(ring === null ? {} : { rangAt: ring * 1000 }),
          }),
        );
        const rows = speedBoard(leads, 'group', hourOf);
        expect(rows.reduce((sum, row) => sum + row.leads, 0)).toBe(leads.length);
        for (const { stages, leads: count } of rows) {
          const [first = 0, second = 0, third = 0] = stages.ring.within;
          expect(0 <= first && first <= second && second <= third && third <= 1).toBe(true);
          expect(stages.ring.count).toBeLessThanOrEqual(count);
        }
      }),
    );
  });

  it('agrees with a recount by hand in every row and stage', () => {
    const time = fc.option(fc.nat(400_000), { nil: undefined });
    const some = fc.record({
      receivedAt: fc.nat(50 * 3_600_000),
      form: fc.constantFrom('kitchens', 'doors'),
      operator: fc.constantFrom('anna', 'boris'),
      ring: time,
      accept: time,
      client_ring: time,
      talk: time,
    });
    const by = fc.constantFrom(...SPEED_GROUPINGS);
    fc.assert(
      fc.property(fc.array(some, { maxLength: 30 }), by, (all, grouping) => {
        const leads = all.map(({ receivedAt, form, operator, ...after }): LeadSpeed => {
          const at = (ms: number | undefined) => (ms === undefined ? undefined : receivedAt + ms);
          const { ring, accept, client_ring: clientRing, talk } = after;
          const times = {
            rangAt: at(ring),
            acceptedAt: at(accept),
            clientRangAt: at(clientRing),
            talkAt: at(talk),
          };
          return { ...lead({ receivedAt, dueAt: receivedAt, form, operator }), ...present(times) };
        });
        const keyOf = ({ receivedAt, form, operator }: (typeof all)[number]): string => {
          const hour = new Date(receivedAt).toISOString().slice(11, 13);
          return { all: 'all', form, operator, group: '', hour }[grouping];
        };
        const rows = speedBoard(leads, grouping, hourOf);
        expect(rows.map(({ key }) => key)).toEqual([...new Set(all.map(keyOf))].sort());
        for (const { key, stages, leads: count } of rows) {
          const members = all.filter((one) => keyOf(one) === key);
          expect(count).toBe(members.length);
          for (const stage of SPEED_STAGES) {
            const took = members.flatMap((one) => one[stage] ?? []).map((ms) => ms / 1000);
            // The least value that so many are not above.
            const least = (share: number) =>
              [...took]
                .sort((a, b) => a - b)
                .find((value) => took.filter((one) => one <= value).length >= took.length * share);
            const within = [30, 60, 300].map((most) => took.filter((one) => one <= most).length / count);
            const figures = present({ p50: least(0.5), p90: least(0.9) });
            expect(stages[stage]).toEqual({ count: took.length, within, ...figures });
          }
        }
      }),
    );
  });

  it('takes percentiles that really occurred', () => {
    expect(percentile([], 0.5)).toBeUndefined();
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(percentile([1, 2, 3, 4], 0.9)).toBe(4);
  });
});

describe('escalation', () => {
  it('takes its steps in the order of their times', () => {
    const steps = [{ afterSeconds: 120, group: 'boss' }, { afterSeconds: 60 }];
    expect([0, 1, 2].map((step) => escalationStep(steps, step)?.afterSeconds)).toEqual([60, 120, undefined]);
    expect(escalationStep(undefined, 0)).toBeUndefined();
  });
});
