/** One chaos world: a switch in processes of its own, phones, a configuration, a store, and a controller to kill. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { openConfiguredStore } from '../../main/services.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { setSipPassword } from '../../main/sip-password.js';
import { apiClient, type ApiClient } from './api-client.js';
import { openCast, type Cast, type OperatorPlan, type Registration } from './cast.js';
import { writeConfiguration } from './configuration.js';
import { Controller } from './controller.js';
import { freePort } from './free-port.js';
import { startSwitchProcesses, type SwitchProcesses } from './switch-processes.js';

export interface WorldOptions {
  readonly directory: string;
  readonly operators: readonly OperatorPlan[];
  /** Promise that the controller is told to break. */
  readonly sabotage?: string;
}

export interface World {
  readonly directory: string;
  readonly servers: SwitchProcesses;
  readonly cast: Cast;
  readonly controller: Controller;
  readonly api: ApiClient;
  readonly registration: Registration;
  /** Hangs up every phone, so that what they saw is complete. */
  close(): Promise<void>;
}

/** What was opened is closed again when the rest cannot be. */
export async function openWorld({ directory, operators, sabotage }: WorldOptions): Promise<World> {
  await mkdir(directory, { recursive: true });
  const servers = await startSwitchProcesses(directory);
  const cast = await orElse(openCast(directory, operators), () => servers.close());
  const furnished = furnish({ directory, operators, ...(sabotage && { sabotage }) }, servers, cast);
  return orElse(furnished, async () => {
    await cast.close();
    await servers.close();
  });
}

async function orElse<T>(work: Promise<T>, undo: () => Promise<void>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    await undo();
    throw thrown;
  }
}

async function furnish(
  { directory, operators, sabotage }: WorldOptions,
  servers: SwitchProcesses,
  cast: Cast,
): Promise<World> {
  const httpPort = await freePort();
  const configDirectory = await writeConfiguration({
    directory,
    httpPort,
    clientPort: cast.clientPort,
    plans: operators,
    operators: cast.operators,
    servers,
  });
  const environment = {
    ...process.env,
    ...servers.environment,
    ...(sabotage !== undefined && { DIALTRACE_SABOTAGE: sabotage }),
  };
  const registration = {
    registrarPort: servers.drachtio.sipPort,
    password: randomBytes(12).toString('hex'),
  };
  await storePasswords(configDirectory, environment, operators, registration.password);
  const url = `http://127.0.0.1:${httpPort}`;
  const controller = new Controller({ directory, configDirectory, url, environment });
  const close = async () => {
    await cast.close();
    await controller.end();
    await servers.close();
  };
  return { directory, servers, cast, controller, api: apiClient(url), registration, close };
}

async function storePasswords(
  configDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
  operators: readonly OperatorPlan[],
  password: string,
): Promise<void> {
  const { settings } = await requireConfiguration({ directory: configDirectory, environment });
  const { realm } = settings.switch;
  const store = await openConfiguredStore(settings);
  for (const { name } of operators.filter(({ reached }) => reached === 'registered'))
    await setSipPassword(store, { user: name, realm, password, algorithms: ['MD5', 'SHA-256'] });
  await store.close();
}
