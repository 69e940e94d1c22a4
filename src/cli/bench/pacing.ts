/** Part `pacing`: 200 bridged, recorded calls in one media thread; how late its 20 ms ticks are. */
import { measurePacing } from '../../media/bench-pacing.js';
import { bareTimerLatenessMs } from './bare.js';
import { atMost, figure, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';

const CALLS = 200;
const STREAMS_PER_CALL = 2;
const BARE_MS = 2000;

export async function pacing({ seconds, say }: BenchOptions): Promise<Figures> {
  const bare = {
    what: 'lateness of a 20 ms timer in an idle process, p99 ms',
    value: await bareTimerLatenessMs(BARE_MS),
  };
  say(`pacing: ${CALLS} calls for ${seconds} s`);
  const result = await measurePacing({ ports: CALLS * STREAMS_PER_CALL, seconds });
  const { p50Ms, p99Ms, maxMs, skipped } = result.pacing;
  return {
    calls: result.calls,
    error_p50: figure({ value: p50Ms, unit: 'ms', beside: bare }),
    error_p99: figure({ value: p99Ms, unit: 'ms', beside: bare, budget: atMost(5) }),
    error_max: figure({ value: maxMs, unit: 'ms' }),
    ticks_skipped: skipped,
    packets_lost: result.lost,
    jitter_p99: figure({ value: result.jitterP99Ms, unit: 'ms' }),
    cpu_of_one_core: figure({ value: result.cpuPercent, unit: '%' }),
    packets_per_second: Math.round(result.packetsSent / seconds),
  };
}
