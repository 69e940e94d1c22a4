/**
 * The promises of ARCHITECTURE.md, held against random business and random deaths of the process. `SIM_SEED` repeats a
 * run, `SIM_POINTS` sets how many times the process dies. `npm run simulate -- --crash-points N` runs many more.
 */
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../src/cli/simulate/crash-judge.js';
import { CRASH_SABOTAGES, crashPoints } from '../../src/cli/simulate/crash-points.js';
import { crashRun } from '../../src/cli/simulate/crash-run.js';
import type { Plans } from '../../src/domain/dialplan/session.js';
import { loadDialplans } from '../../src/settings/dialplans.js';

const SEED = Number(process.env['SIM_SEED'] ?? Date.now() % 1_000_000_000);
const POINTS = Number(process.env['SIM_POINTS'] ?? 300);
let plans: Plans = {};

beforeAll(async () => {
  const loaded = await loadDialplans(resolve(import.meta.dirname, '../../dialplans'));
  if (loaded.ok) plans = loaded.plans;
});

describe('the whole application in virtual time', () => {
  it('keeps its promises while nothing dies', async () => {
    const traces = await crashRun({ seed: SEED, plans, leads: 8, callers: 4, crashes: 0 });
    expect(judge(traces).map((complaint) => `seed ${SEED}: ${complaint}`)).toEqual([]);
  });

  it(`keeps its promises over ${POINTS} deaths of the process`, { timeout: 3_600_000 }, async () => {
    console.log(`SIM_SEED=${SEED}`);
    const report = await crashPoints({ points: POINTS, seed: SEED, plans, say: () => undefined });
    expect(report).toMatchObject({ examples: [], broken_promises: 0, crash_points: POINTS });
  });

  it.each(CRASH_SABOTAGES)('the judge notices %s', { timeout: 60_000 }, async (sabotage) => {
    const report = await crashPoints({ points: 60, seed: 1, plans, sabotage, say: () => undefined });
    expect(report.broken_promises).toBeGreaterThan(0);
  });
});
