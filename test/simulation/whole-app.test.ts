/**
 * The promises of ARCHITECTURE.md, held against random business and random deaths of the process. `SIM_SEED` repeats a
 * run, `SIM_POINTS` sets how many times the process dies.
 */
import { describe, expect, it } from 'vitest';
import { judge } from '../support/sim/judge.js';
import type { Sabotage } from '../../src/cli/simulate/sim-store.js';
import { simulate, type SimulationOptions } from '../support/sim/simulation.js';

const SEED = Number(process.env['SIM_SEED'] ?? Date.now() % 1_000_000_000);
const POINTS = Number(process.env['SIM_POINTS'] ?? 60);

async function complaintsOf(options: SimulationOptions): Promise<readonly string[]> {
  const traces = await simulate(options);
  return judge(traces).map((complaint) => `seed ${options.seed}: ${complaint}`);
}

describe('the whole application in virtual time', () => {
  it('keeps its promises while nothing dies', async () => {
    expect(await complaintsOf({ seed: SEED, leads: 8, callers: 4, crashes: 0 })).toEqual([]);
  });

  it(`keeps its promises over ${POINTS} deaths of the process`, { timeout: 3_600_000 }, async () => {
    console.log(`SIM_SEED=${SEED}`);
    let deaths = 0;
    for (let seed = SEED; deaths < POINTS; seed += 1) {
      const traces = await simulate({ seed, leads: 4, callers: 2, crashes: 4 });
      expect(judge(traces).map((complaint) => `seed ${seed}: ${complaint}`)).toEqual([]);
      deaths += Math.max(1, traces.crashes);
    }
  });

  it.each<Sabotage>(['no-intent', 'no-lease', 'double-job'])(
    'the judge notices %s',
    { timeout: 60_000 },
    async (sabotage) => {
      for (let seed = 1; seed <= 30; seed += 1) {
        const complaints = await complaintsOf({ seed, leads: 4, callers: 0, crashes: 3, sabotage });
        if (complaints.length > 0) return;
      }
      expect.unreachable('thirty runs without a complaint');
    },
  );
});
