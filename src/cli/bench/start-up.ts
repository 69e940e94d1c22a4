/** Part `start`: from the start of the process to /readyz with the embedded switch, and what it uses while idle. */
import { join } from 'node:path';
import { pass } from '../chaos/within.js';
import { bareProcess, type BareProcess } from './bare.js';
import { atMost, figure, percentile, type Figures } from './figures.js';
import { startInstance } from './instance.js';
import type { BenchOptions } from './part.js';
import { residentMegabytes } from './process-usage.js';

const RUNS = 5;
const IDLE_MS = 2000;
const READY_BUDGET_MS = 2500;
const IDLE_BUDGET_MB = 180;

export async function startUp({ directory, say }: BenchOptions): Promise<Figures> {
  const bare: BareProcess[] = [];
  const readyTimes: number[] = [];
  let idle = Number.NaN;
  for (let run = 0; run < RUNS; run += 1) {
    say(`start: ${run + 1} of ${RUNS}`);
    bare.push(await bareProcess());
    const instance = await startInstance({ directory: join(directory, `start-${run}`), telephony: {} });
    readyTimes.push(instance.readyMs);
    await pass(IDLE_MS);
    idle = (await residentMegabytes(instance.pid)) ?? Number.NaN;
    await instance.close();
  }
  const beside = (of: keyof BareProcess, unit: string) => ({
    what: `a Node process that does nothing, ${unit}`,
    value: percentile(
      bare.map((each) => each[of]),
      0.5,
    ),
  });
  // The first run reads everything from disk: warm is without it.
  const warm = percentile(readyTimes.slice(1), 0.5);
  return {
    ready: figure({ value: warm, unit: 'ms', beside: beside('ms', 'ms'), budget: atMost(READY_BUDGET_MS) }),
    ready_first_run: figure({ value: readyTimes[0] ?? Number.NaN, unit: 'ms', beside: beside('ms', 'ms') }),
    idle: figure({
      value: idle,
      unit: 'MB',
      beside: beside('megabytes', 'MB'),
      budget: atMost(IDLE_BUDGET_MB),
    }),
  };
}
