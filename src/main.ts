/**
 * Composition root: settings → adapters → application → HTTP. `dialtrace start`, the demo, the benchmarks and the
 * end-to-end tests all start the program here; nothing else knows every room.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from './app/app.js';
import { createHttpServer } from './http/server.js';
import { createJobRunner, type JobRunner } from './jobs/job-runner.js';
import { startSchedule } from './jobs/schedule.js';
import { createSender } from './main/adapters/sender.js';
import { buildApp, telephonySet } from './main/build-app.js';
import { choresOf } from './main/chores.js';
import { watchConfiguration } from './main/configuration-watch.js';
import { observeEngine } from './main/engine-metrics.js';
import { readinessOf, renderMetrics, type Observed } from './main/gauges.js';
import { openServices, type Environment, type Services } from './main/services.js';
import { openSwitch, type SwitchConnection } from './main/switch-connection.js';
import { countEvents } from './telemetry/event-metrics.js';
import { createTrunkBook, type TrunkBook } from './main/trunk-book.js';
import type { Configuration, ConfigurationSource } from './settings/configuration.js';
import type { Settings } from './settings/schema.js';

export interface StartOptions {
  readonly configuration: Configuration;
  readonly environment: Environment;
  /** Watched for changes when given. */
  readonly source?: ConfigurationSource;
}

export interface Dialtrace extends SwitchConnection {
  readonly app: App;
  readonly services: Services;
  /** `http://address:port`. */
  readonly url: string;
  /** No new calls, waits for those that run (at most `calls.drainSeconds`), then closes everything in order. */
  stop(): Promise<{ readonly callsLeft: number }>;
}

export const VERSION = '0.1.0';
const JOBS_AT_ONCE = 20;

function startJobs(app: App, { store, clock, random, logger, metrics, ids }: Services): JobRunner {
  const runner = createJobRunner({
    store,
    tasks: app.tasks,
    clock,
    random,
    owner: ids.next(),
    concurrency: JOBS_AT_ONCE,
    logger,
    metrics,
  });
  runner.start();
  return runner;
}

/** Built page of the console, beside the compiled program. */
function consoleDirectory(): string | undefined {
  const directory = fileURLToPath(new URL('../dist/console', import.meta.url));
  return existsSync(directory) ? directory : undefined;
}

async function startHttp(
  observed: Observed,
  { http }: Settings,
): Promise<{ url: string; close: () => Promise<void> }> {
  const { services, app } = observed;
  const directory = consoleDirectory();
  const server = await createHttpServer(
    { ...services, app, readiness: () => readinessOf(observed), metrics: () => renderMetrics(observed) },
    {
      access: http.access,
      trustProxy: http.trustProxy,
      bodyLimitBytes: http.bodyLimitBytes,
      requestsPerMinute: http.requestsPerMinute,
      version: VERSION,
      ...(directory === undefined ? {} : { consoleDirectory: directory }),
    },
  );
  const url = await server.listen({ host: http.address, port: http.port });
  return { url, close: () => server.close() };
}

function watch({ source, configuration }: StartOptions, { app, services }: Observed, trunks: TrunkBook) {
  if (source === undefined) return undefined;
  return watchConfiguration({
    source,
    folders: [source.directory, configuration.settings.paths.dialplans],
    logger: services.logger,
    apply: async (changed) => {
      await trunks.load(changed.telephony);
      app.swapTelephony(telephonySet(changed));
    },
  });
}

export async function startDialtrace(options: StartOptions): Promise<Dialtrace> {
  const { configuration, environment } = options;
  const { settings, telephony } = configuration;
  const services = await openServices(settings, environment);
  const trunks = createTrunkBook(services.secrets);
  await trunks.load(telephony);
  const connection = await openSwitch(settings, services, trunks);
  const sender = createSender(settings.sending);
  const app = buildApp(configuration, { ...services, sender, switch: connection.switch });
  const engine = connection.embedded && observeEngine(connection.embedded, services.metrics);
  const observed: Observed = { ...connection, services, settings, app, engine };
  const stopCounting = countEvents(services.events, services.metrics);
  await app.start();
  const jobs = startJobs(app, services);
  const schedule = startSchedule({
    chores: choresOf(observed),
    repeated: app.chores,
    logger: services.logger,
    metrics: services.metrics,
  });
  const http = await startHttp(observed, settings);
  const watching = watch(options, observed, trunks);
  services.logger.info(
    { url: http.url, switch: settings.switch.kind, sip_port: connection.embedded?.sipPort },
    'Dialtrace is listening',
  );

  const stop = async () => {
    await watching?.close();
    await jobs.stop();
    await schedule.stop();
    const { left } = await app.drain(settings.calls.drainSeconds * 1000);
    await http.close();
    stopCounting();
    await connection.switch.close();
    await connection.embedded?.close();
    await services.speech.close();
    await sender.close();
    await services.store.close();
    return { callsLeft: left };
  };
  return { ...connection, app, services, url: http.url, stop };
}
