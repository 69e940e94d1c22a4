/**
 * Composition root: settings → adapters → application → HTTP. `dialtrace start`, the demo, the benchmarks and the
 * end-to-end tests all start the program here; nothing else knows every room.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { App } from './app/app.js';
import { createHttpServer } from './http/server.js';
import type { SoftphoneOptions } from './http/softphone-line.js';
import { createJobRunner, type JobRunner } from './jobs/job-runner.js';
import { startSchedule } from './jobs/schedule.js';
import { openCityDatabase } from './main/adapters/city-database.js';
import { createSender } from './main/adapters/sender.js';
import { buildApp } from './main/build-app.js';
import { choresOf } from './main/chores.js';
import { watchConfiguration } from './main/configuration-watch.js';
import { observeEngine } from './main/engine-metrics.js';
import { readinessOf, renderMetrics, type Observed } from './main/gauges.js';
import { sabotaged } from './main/sabotage.js';
import { openServices, type Environment, type Services } from './main/services.js';
import { openSwitch, type SwitchConnection } from './main/switch-connection.js';
import { present } from './domain/values/present.js';
import { Fault } from './errors.js';
import { Closers } from './main/closers.js';
import { countEvents } from './telemetry/event-metrics.js';
import { TelephonyDesk } from './main/telephony-desk.js';
import { createTrunkBook } from './main/trunk-book.js';
import type { Configuration, ConfigurationSource } from './settings/configuration.js';
import type { Settings } from './settings/schema.js';

export interface StartOptions {
  readonly configuration: Configuration;
  readonly environment: Environment;
  /** Watched for changes when given. */
  readonly source?: ConfigurationSource;
}

export interface Dialtrace extends Pick<SwitchConnection, 'switch' | 'embedded'> {
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

/** What is built beside the compiled program; undefined when it was not. */
function built(path: 'console' | 'dni/dni.js'): string | undefined {
  const place = fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
  return existsSync(place) ? place : undefined;
}

const PORT_ERRORS: readonly unknown[] = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];

function portFault(error: unknown, { http }: Settings): unknown {
  if (!(error instanceof Error) || !('code' in error) || !PORT_ERRORS.includes(error.code)) return error;
  return new Fault('port-in-use', `HTTP cannot listen on ${http.address}:${http.port}: ${error.message}`, {
    cause: error,
  });
}

function softphoneOf(
  { embedded }: Assembled,
  { softphone, switch: { realm, sip } }: Settings,
): SoftphoneOptions {
  const port = embedded?.webSocketPort;
  const secure = sip.webSocket?.secure ?? 'no';
  const { iceServers, webSocketUrl } = softphone;
  return {
    realm,
    iceServers,
    ...present({ webSocketUrl, socket: port === undefined ? undefined : { port, secure } }),
  };
}

/** Answers the URL it listens on. Throws Fault `port-in-use`. */
async function startHttp(observed: Assembled, settings: Settings, closers: Closers): Promise<string> {
  const { services, app, fileLinks } = observed;
  const { http } = settings;
  const consoleDirectory = built('console');
  const script = built('dni/dni.js');
  const server = await createHttpServer(
    {
      ...services,
      app,
      ...present({ fileLinks }),
      ...present({ placeOf: await openCityDatabase(settings.visitors.cityDatabase, services.logger) }),
      meter: services.metrics,
      telephony: observed.desk,
      readiness: () => readinessOf(observed),
      metrics: () => renderMetrics(observed),
    },
    {
      ...http,
      version: VERSION,
      softphone: softphoneOf(observed, settings),
      ...present({ consoleDirectory }),
      ...present({ dniScript: script && (await readFile(script, 'utf8')) }),
    },
  );
  closers.add(() => server.close());
  return server.listen({ host: http.address, port: http.port }).catch((error: unknown) => {
    throw portFault(error, settings);
  });
}

interface Assembled extends Observed {
  readonly desk: TelephonyDesk;
}

/** Everything but HTTP and work that starts by itself. */
async function assemble(
  { configuration, environment, source }: StartOptions,
  closers: Closers,
): Promise<Assembled> {
  const { settings } = configuration;
  const services = sabotaged(await openServices(settings, environment), environment);
  closers.add(() => services.store.close());
  closers.add(() => services.speech.close());
  const sender = createSender(settings.sending, services.secrets);
  closers.add(() => sender.close());
  const trunks = createTrunkBook(services.secrets);
  const connection = await openSwitch(settings, services, trunks);
  closers.add(() => connection.embedded?.close());
  closers.add(() => connection.switch.close({ legs: fateOfLegs(connection) }));
  const app = buildApp(configuration, { ...services, sender, switch: connection.switch });
  const engine = connection.embedded && observeEngine(connection.embedded, services.metrics);
  closers.add(countEvents(services.events, services.metrics));
  const { logger, metrics } = services;
  const desk = new TelephonyDesk({ source, app, trunks, logger, metrics });
  await desk.start(configuration);
  return { ...connection, services, settings, app, engine, desk };
}

/** The embedded switch ends with this process: what is not ended here would be cut off. */
function fateOfLegs({ embedded }: SwitchConnection): 'leave' | 'end' {
  return embedded === undefined ? 'leave' : 'end';
}

function watch({ source }: StartOptions, { settings, services, desk }: Assembled) {
  if (source === undefined) return undefined;
  return watchConfiguration({
    desk,
    folders: [source.directory, settings.paths.dialplans],
    prompts: { shelf: services.prompts, folders: [settings.paths.prompts, settings.paths.ownPrompts] },
    logger: services.logger,
    reload: settings.calls.reload,
  });
}

/** Jobs, chores and the watch on changed files: from here on calls are made. */
async function setToWork(options: StartOptions, assembled: Assembled, closers: Closers): Promise<void> {
  const { app, services } = assembled;
  const { logger, metrics } = services;
  await app.start();
  const schedule = startSchedule({ chores: choresOf(assembled), repeated: app.chores, logger, metrics });
  closers.add(() => schedule.stop());
  const jobs = startJobs(app, services);
  closers.add(() => jobs.stop());
  const watching = watch(options, assembled);
  closers.add(() => watching?.close());
}

async function start(options: StartOptions, closers: Closers): Promise<Dialtrace> {
  const assembled = await assemble(options, closers);
  const { app, services, settings, embedded } = assembled;
  const url = await startHttp(assembled, settings, closers);
  let callsLeft = 0;
  closers.add(async () => {
    const { left } = await app.drain({
      deadlineMs: settings.calls.drainSeconds * 1000,
      talks: fateOfLegs(assembled),
    });
    callsLeft = left;
  });
  await setToWork(options, assembled, closers);
  services.logger.info(
    { url, switch: settings.switch.kind, sip_port: embedded?.sipPort },
    'Dialtrace is listening',
  );
  const stop = async () => {
    await closers.closeAll();
    return { callsLeft };
  };
  return { app, services, switch: assembled.switch, embedded, url, stop };
}

/** Throws what could not be opened, after closing what was. */
export async function startDialtrace(options: StartOptions): Promise<Dialtrace> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}
