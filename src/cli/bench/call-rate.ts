/** Part `calls`: how many calls a second the embedded switch answers, dials, bridges and records. */
import { join } from 'node:path';
import { bareCallsPerSecond } from './bare.js';
import { placeCalls, withDirectCalls } from './call-load.js';
import { figure, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';
import { cpuMs } from './process-usage.js';

const LINES = 8;
const WARM_UP_CALLS = 40;
/** Calls a second that a run is planned for; it takes longer or shorter by how many there are. */
const EXPECTED_PER_SECOND = 20;
const BARE_CALLS = 1000;

export async function callRate({ directory, seconds, say }: BenchOptions): Promise<Figures> {
  const perSecond = await bareCallsPerSecond(BARE_CALLS, LINES);
  return withDirectCalls({ directory: join(directory, 'calls') }, async (bed, instance) => {
    await placeCalls(bed, instance, { calls: WARM_UP_CALLS, lines: LINES });
    const calls = seconds * EXPECTED_PER_SECOND;
    say(`calls: ${calls} on ${LINES} lines`);
    const cpuBefore = (await cpuMs(instance.pid)) ?? Number.NaN;
    const result = await placeCalls(bed, instance, { calls, lines: LINES });
    const cpu = ((await cpuMs(instance.pid)) ?? Number.NaN) - cpuBefore;
    return {
      calls,
      failed: result.failed,
      per_second: figure({
        value: result.perSecond,
        unit: '/s',
        beside: { what: 'calls a second between two bare SIP stacks', value: perSecond },
      }),
      answer_p50: figure({ value: result.answeredP50Ms, unit: 'ms' }),
      dialled_p50: figure({ value: result.dialledP50Ms, unit: 'ms' }),
      cpu_per_call: figure({ value: cpu / calls, unit: 'ms' }),
    };
  });
}
