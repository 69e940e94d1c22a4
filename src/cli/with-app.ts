/** Commands that use the application on the store of a configuration, beside a running server or without one. */
import type { App } from '../app/app.js';
import { buildApp } from '../main/build-app.js';
import { offlineSwitch } from '../main/offline-switch.js';
import { createSender } from '../main/adapters/sender.js';
import { openServices, type Services } from '../main/services.js';
import { requireConfiguration, type Configuration } from '../settings/configuration.js';
import type { CommandContext } from './context.js';

export interface Tools {
  readonly app: App;
  readonly services: Services;
  readonly configuration: Configuration;
}

/** Opens everything but the switch, the jobs and HTTP; closes it again. */
export async function withApp<T>(
  { configDirectory, environment }: CommandContext,
  work: (tools: Tools) => Promise<T>,
): Promise<T> {
  const configuration = await requireConfiguration({ directory: configDirectory, environment });
  const services = await openServices(configuration.settings, environment);
  const sender = createSender(configuration.settings.sending, services.secrets);
  try {
    return await work({
      app: buildApp(configuration, { ...services, sender, switch: offlineSwitch }),
      services,
      configuration,
    });
  } finally {
    await Promise.all([services.speech.close(), sender.close()]);
    await services.store.close();
  }
}
