/**
 * The one table of metrics, and the Metrics port over a prom-client registry of our own. Names are in base units
 * (seconds, bytes). `observe` on a gauge sets it. http serves `render()` as /metrics; dashboards and alerts in config/
 * may only use names of this table (a test compares).
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Logger, Metrics } from '../app/ports/ports.js';
import { Fault } from '../errors.js';

export interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const FAST = [0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const HUMAN = [0.01, 0.025, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300];
const TALK = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 3600];

export const METRICS = {
  dialtrace_leads_total: {
    kind: 'counter',
    help: 'Leads by the status they came to',
    labels: ['status', 'reason'],
  },
  dialtrace_leads: { kind: 'gauge', help: 'Leads stored now, by status', labels: ['status'] },
  dialtrace_attempts_total: { kind: 'counter', help: 'Attempts by how they ended', labels: ['disposition'] },
  dialtrace_leads_late_total: {
    kind: 'counter',
    help: 'Leads that nobody accepted in time, by step of escalation',
    labels: ['step'],
  },
  dialtrace_calls_total: { kind: 'counter', help: 'Closed calls', labels: ['direction', 'disposition'] },
  dialtrace_calls: { kind: 'gauge', help: 'Calls of this process now', labels: ['state'] },
  dialtrace_calls_refused_total: { kind: 'counter', help: 'Calls not begun, by why', labels: ['why'] },
  dialtrace_calls_on_standby_total: {
    kind: 'counter',
    help: 'Inbound calls kept in memory while the store could not be written',
    labels: [],
  },
  dialtrace_numbers_shown_total: {
    kind: 'counter',
    help: 'Answers to visits: number, or why the site’s number stays',
    labels: ['project', 'what'],
  },
  dialtrace_calls_attributed_total: {
    kind: 'counter',
    help: 'Calls on tracked numbers: attributed, ambiguous, static, unknown',
    labels: ['project', 'outcome'],
  },
  dialtrace_calls_reconciled_total: {
    kind: 'counter',
    help: 'Calls found after a restart or loss, by what became of them',
    labels: ['outcome'],
  },
  dialtrace_stage_seconds: {
    kind: 'histogram',
    help: 'From the lead to: operator-invite, operator-answer, operator-accept, client-ring, talk',
    labels: ['stage'],
    buckets: HUMAN,
  },
  dialtrace_talk_seconds: { kind: 'histogram', help: 'Talk time', labels: ['direction'], buckets: TALK },
  dialtrace_legs_total: { kind: 'counter', help: 'Ended legs', labels: ['role', 'disposition'] },
  dialtrace_legs: { kind: 'gauge', help: 'Legs of this process now', labels: ['role'] },
  dialtrace_leg_mos: {
    kind: 'histogram',
    help: 'How ended legs were heard, 1 (bad) to 4.4: estimated from loss and jitter; trunk is empty for phones',
    labels: ['role', 'trunk'],
    buckets: [2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.3, 4.4],
  },
  dialtrace_leg_far_end_mos: {
    kind: 'histogram',
    help: 'How the parties of ended legs heard us, by their RTCP; as dialtrace_leg_mos',
    labels: ['role', 'trunk'],
    buckets: [2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.3, 4.4],
  },
  dialtrace_leg_round_trip_seconds: {
    kind: 'histogram',
    help: 'From us to the party of an ended leg and back, by its RTCP',
    labels: ['role', 'trunk'],
    buckets: [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5, 1],
  },
  dialtrace_recordings_total: { kind: 'counter', help: 'Recordings by outcome', labels: ['outcome'] },
  dialtrace_jobs: { kind: 'gauge', help: 'Jobs stored: waiting, due, leased, dead', labels: ['state'] },
  dialtrace_job_runs_total: {
    kind: 'counter',
    help: 'Runs of jobs: done, retry, dead',
    labels: ['task', 'outcome'],
  },
  dialtrace_job_run_seconds: { kind: 'histogram', help: 'Length of a run', labels: ['task'], buckets: FAST },
  dialtrace_chores_total: {
    kind: 'counter',
    help: 'Recurring chores: done, failed',
    labels: ['chore', 'outcome'],
  },
  dialtrace_webhooks_total: {
    kind: 'counter',
    help: 'Deliveries tried, by outcome',
    labels: ['endpoint', 'outcome'],
  },
  dialtrace_webhook_seconds: {
    kind: 'histogram',
    help: 'Length of a delivery',
    labels: ['endpoint'],
    buckets: FAST,
  },
  dialtrace_destination_tells_total: {
    kind: 'counter',
    help: 'What became of deliveries to destinations: delivered, skipped, later, retry, dead',
    labels: ['kind', 'result'],
  },
  dialtrace_outbox: {
    kind: 'gauge',
    help: 'Deliveries stored: waiting, delivered, skipped, dead',
    labels: ['state'],
  },
  dialtrace_pushes_total: {
    kind: 'counter',
    help: 'Entries of pushes by result',
    labels: ['kind', 'result'],
  },
  dialtrace_http_request_seconds: {
    kind: 'histogram',
    help: 'HTTP requests answered',
    labels: ['method', 'route', 'status'],
    buckets: FAST,
  },
  dialtrace_event_streams: { kind: 'gauge', help: 'Open SSE streams', labels: [] },
  dialtrace_visits_total: {
    kind: 'counter',
    help: 'Pages of sites opened, by what became of the visit: new, continued, bot, refused',
    labels: ['project', 'visit'],
  },
  dialtrace_switch_up: {
    kind: 'gauge',
    help: '1 while connected: signalling, media',
    labels: ['connection'],
  },
  dialtrace_switch_server_up: {
    kind: 'gauge',
    help: '1 while this server of the switch is connected',
    labels: ['server', 'side'],
  },
  dialtrace_switch_server_taking: {
    kind: 'gauge',
    help: '1 while this server gets new calls: connected, answering, not drained',
    labels: ['server', 'side'],
  },
  dialtrace_switch_server_legs: {
    kind: 'gauge',
    help: 'Legs of this process on this server',
    labels: ['server', 'side'],
  },
  dialtrace_switch_server_sessions: {
    kind: 'gauge',
    help: 'Sessions of a media server, as it said last',
    labels: ['server'],
  },
  dialtrace_switch_server_idle_cpu_ratio: {
    kind: 'gauge',
    help: 'Idle share of its processors, as it said last',
    labels: ['server'],
  },
  dialtrace_switch_reconnects_total: {
    kind: 'counter',
    help: 'Connections made anew',
    labels: ['connection'],
  },
  dialtrace_switch_command_seconds: {
    kind: 'histogram',
    help: 'Commands to the switch',
    labels: ['command', 'outcome'],
    buckets: FAST,
  },
  dialtrace_trunk_registered: {
    kind: 'gauge',
    help: '1 while our registration with the carrier stands',
    labels: ['trunk'],
  },
  dialtrace_gateway_up: {
    kind: 'gauge',
    help: '0 while a probed gateway does not answer OPTIONS',
    labels: ['trunk', 'gateway'],
  },
  dialtrace_gateway_attempts_total: {
    kind: 'counter',
    help: 'INVITEs to gateways by final status; 0: none came',
    labels: ['trunk', 'gateway', 'status'],
  },
  dialtrace_registrations: { kind: 'gauge', help: 'Phones registered now', labels: [] },
  dialtrace_registrations_total: {
    kind: 'counter',
    help: 'REGISTER requests by outcome',
    labels: ['outcome'],
  },
  dialtrace_sip_messages_total: {
    kind: 'counter',
    help: 'SIP messages of the embedded switch',
    labels: ['direction'],
  },
  dialtrace_sip_drops_total: { kind: 'counter', help: 'SIP messages dropped, by why', labels: ['why'] },
  dialtrace_engine_pacing_late_seconds: {
    kind: 'gauge',
    help: 'How late the 20 ms tick of the embedded media engine ran, by quantile (0.5, 0.99, 1)',
    labels: ['quantile'],
  },
  dialtrace_engine_streams: { kind: 'gauge', help: 'RTP streams of the embedded media engine', labels: [] },
  dialtrace_hep_packets_total: {
    kind: 'counter',
    help: 'SIP messages for Homer: sent, dropped (too many), failed',
    labels: ['outcome'],
  },
  dialtrace_speech_seconds: {
    kind: 'histogram',
    help: 'Time to speak a prompt',
    labels: ['provider', 'outcome'],
    buckets: FAST,
  },
  dialtrace_telephony_refused_total: {
    kind: 'counter',
    help: 'Changed telephony files that were refused for mistakes',
    labels: [],
  },
  dialtrace_telephony_version: { kind: 'gauge', help: 'Version of the telephony in force', labels: [] },
  dialtrace_store_up: { kind: 'gauge', help: '1 while the store can be written', labels: [] },
  dialtrace_disk_free_bytes: { kind: 'gauge', help: 'Free space where recordings go', labels: [] },
} as const satisfies Readonly<Record<string, MetricRow>>;
export type MetricName = keyof typeof METRICS;

export interface MetricsOptions {
  /** An unknown name or label: `throw` Fault `bug` (tests), or write it here once each (production). */
  readonly unknown: 'throw' | Logger;
  /** Also process and event-loop metrics: `dialtrace_process_…`, `dialtrace_nodejs_…`. */
  readonly processMetrics?: 'off';
}

export interface MetricsRegistry extends Metrics {
  /** Prometheus text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

type Instrument = Counter | Gauge | Histogram;

export function createMetrics({ unknown, processMetrics }: MetricsOptions): MetricsRegistry {
  const registry = new Registry();
  const instruments = new Map(
    Object.entries<MetricRow>(METRICS).map(([name, row]) => [name, instrumentOf(registry, name, row)]),
  );
  if (processMetrics !== 'off') collectDefaultMetrics({ register: registry, prefix: 'dialtrace_' });
  const complain = complainer(unknown);
  const use = (name: string, action: (instrument: Instrument) => void) => {
    const instrument = instruments.get(name);
    if (instrument === undefined) complain(name, `There is no metric ${name}.`);
    else attempt(name, () => action(instrument), complain);
  };
  return {
    count: (name, labels = {}, amount = 1) =>
      use(name, (instrument) => increment(name, instrument, { value: amount, labels })),
    observe: (name, value, labels = {}) =>
      use(name, (instrument) => set(name, instrument, { value, labels })),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function instrumentOf(
  registry: Registry,
  name: string,
  { kind, help, labels, buckets }: MetricRow,
): Instrument {
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'counter') return new Counter(common);
  if (kind === 'gauge') return new Gauge(common);
  return new Histogram({ ...common, ...(buckets === undefined ? {} : { buckets: [...buckets] }) });
}

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly value: number;
  readonly labels: Labels;
}

function increment(name: string, instrument: Instrument, { value, labels }: Sample): void {
  if (!(instrument instanceof Counter)) throw new Fault('bug', `${name} is no counter.`);
  instrument.inc(labels, value);
}

function set(name: string, instrument: Instrument, { value, labels }: Sample): void {
  if (instrument instanceof Gauge) instrument.set(labels, value);
  else if (instrument instanceof Histogram) instrument.observe(labels, value);
  else throw new Fault('bug', `${name} is a counter: use count.`);
}

type Complain = (name: string, text: string) => void;

/** prom-client throws for labels that the table does not name. */
function attempt(name: string, action: () => void, complain: Complain): void {
  try {
    action();
  } catch (error) {
    complain(name, error instanceof Error ? error.message : String(error));
  }
}

/** A metric is never worth a call: production writes each mistake once and goes on. */
function complainer(unknown: MetricsOptions['unknown']): Complain {
  const told = new Set<string>();
  return (name, text) => {
    if (unknown === 'throw') throw new Fault('bug', text);
    if (told.has(text) || told.size >= 100) return;
    told.add(text);
    unknown.error({ metric: name }, text);
  };
}
