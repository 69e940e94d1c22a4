/** Part `memory`: resident memory over thousands of short calls; flat once the first thousand has warmed everything up. */
import { join } from 'node:path';
import { directTelephony, openCallBed, placeCalls } from './call-load.js';
import { atMost, figure, rounded, slope, type Figures, type Sample } from './figures.js';
import { startInstance } from './instance.js';
import type { BenchOptions } from './part.js';
import { residentMegabytes } from './process-usage.js';

const LINES = 8;
const SAMPLES = 50;
/** Of all calls: before that code is compiled and pools fill. */
const WARM_UP = 0.4;
/** What the store keeps is on disk; what grows faster than this with every call is a leak. */
const MOST_MB_PER_1000_CALLS = 2;

export async function memory({ directory, calls, say }: BenchOptions): Promise<Figures> {
  const bed = await openCallBed();
  const instance = await startInstance({
    directory: join(directory, 'memory'),
    telephony: directTelephony(bed.callee.port),
  });
  try {
    const idle = (await residentMegabytes(instance.pid)) ?? Number.NaN;
    const samples = await sampled(
      calls,
      say,
      (done) => placeCalls(bed, instance, { calls, lines: LINES, done }).then(({ failed }) => failed),
      () => residentMegabytes(instance.pid),
    );
    return figuresOf(samples.taken, { calls, failed: samples.failed, idle });
  } finally {
    await instance.close();
    await bed.close();
  }
}

async function sampled(
  calls: number,
  say: BenchOptions['say'],
  run: (done: (count: number) => void) => Promise<number>,
  measure: () => Promise<number | undefined>,
): Promise<{ readonly taken: Sample[]; readonly failed: number }> {
  const every = Math.max(1, Math.floor(calls / SAMPLES));
  const measuring: Promise<Sample>[] = [];
  const failed = await run((count) => {
    if (count % every !== 0) return;
    if (count % (every * 10) === 0) say(`memory: ${count} of ${calls} calls`);
    measuring.push(measure().then((megabytes) => ({ x: count / 1000, y: megabytes ?? Number.NaN })));
  });
  return { taken: await Promise.all(measuring), failed };
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
