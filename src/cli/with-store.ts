/** Commands that work on the store of a configuration, while the server runs or not. */
import type { Store } from '../app/ports/store.js';
import { openConfiguredStore } from '../main/services.js';
import { requireConfiguration, type Configuration } from '../settings/configuration.js';
import type { CommandContext } from './context.js';

export async function withStore<T>(
  { configDirectory, environment }: CommandContext,
  work: (store: Store, configuration: Configuration) => Promise<T>,
): Promise<T> {
  const configuration = await requireConfiguration({ directory: configDirectory, environment });
  const store = await openConfiguredStore(configuration.settings);
  try {
    return await work(store, configuration);
  } finally {
    await store.close();
  }
}
