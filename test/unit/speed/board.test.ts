/** The speed-to-lead board against a plain recount, and its steps of escalation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile, speedBoard, type LeadSpeed } from '../../../src/domain/speed/board.js';
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
