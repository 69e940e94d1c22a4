/**
 * A month of callbacks in virtual time, with operators, duplicates, callers, restarts and wrong clocks, judged by the
 * phones' log alone. `npm run simulate` runs larger ones; each sabotage shows that the judge can tell.
 */
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plans } from '../../src/domain/dialplan/session.js';
import { loadDialplans } from '../../src/settings/dialplans.js';
import { MONTH_SABOTAGES, runMonth } from '../../src/cli/simulate/run-month.js';

const LEADS = Number(process.env['SIM_LEADS'] ?? 2000);
let plans: Plans = {};

beforeAll(async () => {
  const loaded = await loadDialplans(resolve(import.meta.dirname, '../../dialplans'));
  if (loaded.ok) plans = loaded.plans;
});

describe('a month of callbacks', () => {
  it(`keeps its promises over ${LEADS} leads`, { timeout: 600_000 }, async () => {
    const seed = Number(process.env['SIM_SEED'] ?? 7);
    const report = await runMonth({ leads: LEADS, days: 30, seed, plans, say: () => undefined });
    expect(report).toMatchObject({
      examples: [],
      unfinished: 0,
      rung_twice: 0,
      outside_hours: 0,
      over_capacity: 0,
      overlapping_attempts: 0,
      faults: 0,
    });
    expect(report.restarts).toBeGreaterThan(3);
    expect(report.clock_jumps).toBeGreaterThan(3);
  });

  it.each(MONTH_SABOTAGES)('the judge notices %s', { timeout: 120_000 }, async (sabotage) => {
    const report = await runMonth({ leads: 60, days: 1, seed: 7, plans, sabotage, say: () => undefined });
    const promise = {
      'ignore-hours': report.outside_hours,
      'double-attempt': report.overlapping_attempts,
      'over-capacity': report.over_capacity,
    }[sabotage];
    expect(promise).toBeGreaterThan(0);
  });
});
