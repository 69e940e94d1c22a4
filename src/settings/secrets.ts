/** Secret references: `env:NAME`, `file:/path`, `store:name`. Values are read when asked for and never logged. */
import { readFile } from 'node:fs/promises';
import type { Secrets } from '../app/ports/ports.js';

export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Secrets kept in the store, decrypted. */
  readonly stored?: (name: string) => Promise<string | undefined>;
}

async function readSecretFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

export function createSecrets({ environment, stored }: SecretSources): Secrets {
  return {
    get: async (reference) => {
      const [kind, ...rest] = reference.split(':');
      const name = rest.join(':');
      if (kind === 'env') return environment[name];
      if (kind === 'file') return readSecretFile(name);
      return kind === 'store' ? stored?.(name) : undefined;
    },
  };
}
