/** Values that are read when somebody scrapes /metrics or asks /readyz: store, switch, disk, embedded engine. */
import type { App } from '../app/app.js';
import type { SwitchServer } from '../app/ports/switch.js';
import type { Readiness } from '../http/context.js';
import type { Settings } from '../settings/schema.js';
import { localFiles } from './adapters/files.js';
import type { EngineObserver } from './engine-metrics.js';
import type { Services } from './services.js';
import type { SwitchConnection } from './switch-connection.js';
import type { TelephonyDesk } from './telephony-desk.js';

export interface Observed extends SwitchConnection {
  readonly services: Services;
  readonly settings: Settings;
  readonly app: App;
  readonly desk: Pick<TelephonyDesk, 'state'>;
  /** Of the embedded switch. */
  readonly engine: EngineObserver | undefined;
}

const MEGABYTE = 1_000_000;

async function observeStore({ services: { store, metrics, clock } }: Observed): Promise<void> {
  const [leads, jobs, outbox] = await Promise.all([
    store.leads.countByStatus(),
    store.jobs.counts(clock.now()),
    store.outbox.countByState(),
  ]);
  for (const [status, count] of Object.entries(leads)) metrics.observe('dialtrace_leads', count, { status });
  for (const [state, count] of Object.entries(jobs)) metrics.observe('dialtrace_jobs', count, { state });
  for (const [state, count] of Object.entries(outbox)) metrics.observe('dialtrace_outbox', count, { state });
}

function observeSwitch({ switch: connection, services: { metrics } }: Observed): void {
  const { signalling, media, registrations } = connection.status();
  metrics.observe('dialtrace_switch_up', signalling === 'ready' ? 1 : 0, { connection: 'signalling' });
  metrics.observe('dialtrace_switch_up', media === 'ready' ? 1 : 0, { connection: 'media' });
  metrics.observe('dialtrace_registrations', registrations);
  for (const server of connection.servers()) observeServer(server, metrics);
}

function observeServer(
  { name: server, side, state, standing, legs, load }: SwitchServer,
  metrics: Services['metrics'],
): void {
  metrics.observe('dialtrace_switch_server_up', state === 'ready' ? 1 : 0, { server, side });
  metrics.observe('dialtrace_switch_server_taking', standing === 'taking' ? 1 : 0, { server, side });
  metrics.observe('dialtrace_switch_server_legs', legs, { server, side });
  if (load === undefined) return;
  metrics.observe('dialtrace_switch_server_sessions', load.sessions, { server });
  metrics.observe('dialtrace_switch_server_idle_cpu_ratio', load.idleCpu, { server });
}

/** Everything that is read on demand, then the whole registry as Prometheus text. */
export async function renderMetrics(observed: Observed): Promise<string> {
  const { services, settings } = observed;
  observeSwitch(observed);
  await observed.engine?.observe();
  const up = await observeStore(observed).then(
    () => 1,
    () => 0,
  );
  services.metrics.observe('dialtrace_store_up', up);
  const free = await localFiles.freeBytes(settings.recordings.directory);
  if (free !== undefined) services.metrics.observe('dialtrace_disk_free_bytes', free);
  return services.metrics.render();
}

type Check = Readiness['checks'][string];

function switchCheck({ switch: connection }: Observed): Check {
  const { signalling, media, overload } = connection.status();
  const odd = connection.servers().filter(({ standing }) => standing !== 'taking');
  const apart = odd.map(({ name, side, standing }) => `; ${side} server ${name} is ${standing}`);
  return {
    ok: signalling === 'ready' && media === 'ready' && overload !== 'servers',
    detail: `signalling ${signalling}, media ${media}${apart.join('')}`,
  };
}

async function diskCheck({ settings: { recordings } }: Observed): Promise<Check> {
  const free = await localFiles.freeBytes(recordings.directory);
  if (free === undefined) return { ok: false, detail: `${recordings.directory} cannot be read` };
  const megabytes = Math.floor(free / MEGABYTE);
  return { ok: megabytes >= recordings.lowDiskMegabytes, detail: `${megabytes} MB free for recordings` };
}

/** Ready: leads are stored and calls can be made. A full disk and refused files are told but do not make it unready: calls go on. */
export async function readinessOf(observed: Observed): Promise<Readiness> {
  const store = await observed.services.store
    .health()
    .catch(() => ({ ok: false, detail: 'the store does not answer' }));
  const calling = await observed.app.callingStopped().catch(() => 'stopped' as const);
  const checks = {
    store: { ok: store.ok, detail: store.detail },
    switch: switchCheck(observed),
    disk: await diskCheck(observed),
    telephony: observed.desk.state(),
    calling: {
      ok: calling === 'calling',
      detail: calling === 'calling' ? 'calls are made' : 'the emergency stop is on',
    },
  };
  return { ready: checks.store.ok && checks.switch.ok, checks };
}
