/** Part `memory`: resident memory over thousands of short calls; flat once the first of them have warmed everything up. */
import { join } from 'node:path';
import { placeCalls, withDirectCalls } from './call-load.js';
import { atMost, figure, rounded, slope, type Figures, type Sample } from './figures.js';
import type { BenchOptions } from './part.js';
import { residentMegabytes } from './process-usage.js';

const LINES = 8;
const SAMPLES = 50;
/** Of all calls: before that code is compiled and pools fill. */
const WARM_UP = 0.4;
/** What the store keeps is on disk; what grows faster than this with every call is a leak. */
const MOST_MB_PER_1000_CALLS = 2;

export function memory({ directory, calls, say }: BenchOptions): Promise<Figures> {
  return withDirectCalls({ directory: join(directory, 'memory') }, async (bed, instance) => {
    const idle = (await residentMegabytes(instance.pid)) ?? Number.NaN;
    const every = Math.max(1, Math.floor(calls / SAMPLES));
    const measuring: Promise<Sample>[] = [];
    const done = (count: number): void => {
      if (count % every === 0) measuring.push(sampled(instance.pid, count));
      if (count % (every * 10) === 0) say(`memory: ${count} of ${calls} calls`);
    };
    const { failed } = await placeCalls(bed, instance, { calls, lines: LINES, done });
    return figuresOf(await Promise.all(measuring), { calls, failed, idle });
  });
}

async function sampled(pid: number, calls: number): Promise<Sample> {
  return { x: calls / 1000, y: (await residentMegabytes(pid)) ?? Number.NaN };
}

function figuresOf(
  samples: readonly Sample[],
  { calls, failed, idle }: Record<'calls' | 'failed' | 'idle', number>,
): Figures {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const last = warm.at(-1)?.y ?? Number.NaN;
  return {
    calls,
    failed,
    idle: figure({ value: idle, unit: 'MB' }),
    peak: figure({
      value: Math.max(...samples.map(({ y }) => y)),
      unit: 'MB',
      beside: { what: 'idle MB', value: idle },
    }),
    at_end: rounded(last),
    growth: figure({ value: slope(warm), unit: 'MB per 1000 calls', budget: atMost(MOST_MB_PER_1000_CALLS) }),
  };
}
