/** Asks for changed YAML to be taken into use while running: when files change (unless told not to), and on SIGHUP. */
import { mkdirSync } from 'node:fs';
import chokidar, { type FSWatcher } from 'chokidar';
import type { Logger } from '../app/ports/ports.js';
import { Fault } from '../errors.js';
import type { PromptShelf } from './prompt-shelf.js';
import type { TelephonyDesk } from './telephony-desk.js';

export interface ConfigurationWatch {
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly desk: Pick<TelephonyDesk, 'apply' | 'settled'>;
  readonly folders: readonly string[];
  readonly prompts: { readonly shelf: Pick<PromptShelf, 'reload'>; readonly folders: readonly string[] };
  readonly logger: Logger;
  /** `manual`: only SIGHUP and the API. */
  readonly reload: 'watch' | 'manual';
}

/** Editors write in several steps; a set is read when this long nothing changed. */
const SETTLE_MS = 300;

export function watchConfiguration(options: WatchOptions): ConfigurationWatch {
  const { desk, folders, prompts, logger, reload } = options;
  const ask = (author: string, source: 'file' | 'signal'): void => {
    desk.apply({ author, source, percent: 100 }).catch((error: unknown) => {
      // A refusal was told in full where it was found.
      if (!(error instanceof Fault) || error.code !== 'telephony-refused')
        logger.error({ error }, 'the changed configuration could not be read');
    });
  };
  const askPrompts = (): void => {
    prompts.shelf.reload().catch((error: unknown) => {
      logger.error({ error }, 'the changed prompts could not be read');
    });
  };
  const onSignal = (): void => {
    ask('SIGHUP', 'signal');
    askPrompts();
  };
  process.on('SIGHUP', onSignal);
  if (reload === 'watch') makeFolders(prompts.folders, logger);
  const watched = (paths: readonly string[]): FSWatcher =>
    chokidar.watch(reload === 'watch' ? [...paths] : [], {
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: 50 },
    });
  const watchers = [watched(folders), watched(prompts.folders)] as const;
  watchers[0].on('all', (_event, path) => {
    if (/\.(yaml|csv|pem|crt|key)$/.test(path) && !path.endsWith('.test.yaml')) ask('file watch', 'file');
  });
  watchers[1].on('all', (_event, path) => {
    if (/\.(ya?ml|wav)$/.test(path)) askPrompts();
  });
  return {
    close: async () => {
      process.off('SIGHUP', onSignal);
      await Promise.all(watchers.map((watcher) => watcher.close()));
      await desk.settled();
    },
  };
}

/** A folder that is not there cannot be watched. */
function makeFolders(folders: readonly string[], logger: Logger): void {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      logger.warn({ folder, error }, 'there is no such folder of prompts, and it could not be made');
    }
  }
}
