/** Figures of the embedded switch, asked from its threads when somebody scrapes /metrics. Totals become counters. */
import type { Metrics } from '../app/ports/ports.js';
import type { DrachtioStats } from '../engine/drachtio/options.js';
import type { FreeSwitchStats } from '../engine/freeswitch/options.js';
import type { EmbeddedSwitch } from './embedded-switch.js';

/** Adds what has come since the last look; a restarted engine counts from zero again. */
class Totals {
  readonly #last = new Map<string, number>();

  since(name: string, total: number): number {
    const before = this.#last.get(name) ?? 0;
    this.#last.set(name, total);
    return total < before ? total : total - before;
  }
}

export interface EngineObserver {
  observe(): Promise<void>;
}

export function observeEngine(embedded: EmbeddedSwitch, metrics: Metrics): EngineObserver {
  const totals = new Totals();
  const countSip = ({ sip }: DrachtioStats): void => {
    metrics.count('dialtrace_sip_messages_total', { direction: 'in' }, totals.since('in', sip.received));
    metrics.count('dialtrace_sip_messages_total', { direction: 'out' }, totals.since('out', sip.sent));
    for (const [why, total] of Object.entries(sip.dropped))
      metrics.count('dialtrace_sip_drops_total', { why }, totals.since(`drop ${why}`, total));
  };
  const gaugeMedia = ({ rtpPorts, pacing }: FreeSwitchStats): void => {
    metrics.observe('dialtrace_engine_streams', rtpPorts);
    const quantiles = { '0.5': pacing.p50Ms, '0.99': pacing.p99Ms, '1': pacing.maxMs };
    for (const [quantile, ms] of Object.entries(quantiles))
      metrics.observe('dialtrace_engine_pacing_late_seconds', ms / 1000, { quantile });
  };
  return {
    observe: async () => {
      const stats = await embedded.stats();
      countSip(stats.drachtio);
      gaugeMedia(stats.freeswitch);
    },
  };
}
