/** How late the event loop runs: the ninth decile of the last half second, beyond the meter's own grain. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const GRAIN_MS = 20;
const WINDOW_MS = 500;

export interface LagMeter {
  lagMs(): number;
  close(): void;
}

export function openLagMeter(): LagMeter {
  const histogram = monitorEventLoopDelay({ resolution: GRAIN_MS });
  histogram.enable();
  let latest = 0;
  const timer = setInterval(() => {
    latest = Math.max(0, histogram.percentile(90) / 1e6 - GRAIN_MS);
    histogram.reset();
  }, WINDOW_MS);
  timer.unref();
  return {
    lagMs: () => latest,
    close() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
