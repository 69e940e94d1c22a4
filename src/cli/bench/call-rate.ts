/** Part `calls`: how many calls a second the embedded switch answers, dials, bridges and records. */
import { join } from 'node:path';
import { bareCallsPerSecond } from './bare.js';
import { directTelephony, openCallBed, placeCalls } from './call-load.js';
import { figure, type Figures } from './figures.js';
import { startInstance } from './instance.js';
import type { BenchOptions } from './part.js';
import { cpuMs } from './process-usage.js';

const LINES = 8;
const WARM_UP_CALLS = 40;
/** Calls a second that a run is planned for; it takes longer or shorter by how many there are. */
const EXPECTED_PER_SECOND = 20;
const BARE_CALLS = 1000;

export async function callRate({ directory, seconds, say }: BenchOptions): Promise<Figures> {
  const bare = {
    what: 'calls a second between two bare SIP stacks',
    value: await bareCallsPerSecond(BARE_CALLS, LINES),
  };
  const bed = await openCallBed();
  const instance = await startInstance({
    directory: join(directory, 'calls'),
    telephony: directTelephony(bed.callee.port),
  });
  try {
    await placeCalls(bed, instance, { calls: WARM_UP_CALLS, lines: LINES });
    const calls = seconds * EXPECTED_PER_SECOND;
    say(`calls: ${calls} on ${LINES} lines`);
    const cpuBefore = (await cpuMs(instance.pid)) ?? Number.NaN;
    const result = await placeCalls(bed, instance, { calls, lines: LINES });
    const cpu = ((await cpuMs(instance.pid)) ?? Number.NaN) - cpuBefore;
    return {
      calls,
      failed: result.failed,
      dialled_on: bed.callee.answered,
      per_second: figure({ value: result.perSecond, unit: '/s', beside: bare }),
      answer_p50: figure({ value: result.answeredP50Ms, unit: 'ms' }),
      dialled_p50: figure({ value: result.dialledP50Ms, unit: 'ms' }),
      cpu_per_call: figure({ value: cpu / calls, unit: 'ms' }),
    };
  } finally {
    await instance.close();
    await bed.close();
  }
}
