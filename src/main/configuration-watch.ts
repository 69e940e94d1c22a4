/** Asks for changed YAML to be taken into use while running: when files change (unless told not to), and on SIGHUP. */
import chokidar from 'chokidar';
import type { Logger } from '../app/ports/ports.js';
import { Fault } from '../errors.js';
import type { TelephonyDesk } from './telephony-desk.js';

export interface ConfigurationWatch {
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly desk: TelephonyDesk;
  readonly folders: readonly string[];
  readonly logger: Logger;
  /** `manual`: only SIGHUP and the API. */
  readonly reload: 'watch' | 'manual';
}

/** Editors write in several steps; a set is read when this long nothing changed. */
const SETTLE_MS = 300;

export function watchConfiguration({ desk, folders, logger, reload }: WatchOptions): ConfigurationWatch {
  const ask = (author: string, source: 'file' | 'signal'): void => {
    desk.apply({ author, source, percent: 100 }).catch((error: unknown) => {
      // A refusal was told in full where it was found.
      if (!(error instanceof Fault) || error.code !== 'telephony-refused')
        logger.error({ error }, 'the changed configuration could not be read');
    });
  };
  const onSignal = (): void => ask('SIGHUP', 'signal');
  process.on('SIGHUP', onSignal);
  const watcher = chokidar.watch(reload === 'watch' ? [...folders] : [], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: 50 },
  });
  watcher.on('all', (_event, path) => {
    if (/\.(yaml|csv)$/.test(path) && !path.endsWith('.test.yaml')) ask('file watch', 'file');
  });
  return {
    close: async () => {
      process.off('SIGHUP', onSignal);
      await watcher.close();
      await desk.settled();
    },
  };
}
