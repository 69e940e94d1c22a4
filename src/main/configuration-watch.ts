/** Takes changed YAML into use while running: the whole set or nothing, and the last good one stays. */
import chokidar from 'chokidar';
import type { Logger } from '../app/ports/ports.js';
import {
  readConfiguration,
  type Configuration,
  type ConfigurationSource,
} from '../settings/configuration.js';
import { formatProblem } from '../settings/yaml-source.js';

export interface ConfigurationWatch {
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly source: ConfigurationSource;
  readonly folders: readonly string[];
  readonly logger: Logger;
  readonly apply: (configuration: Configuration) => Promise<void>;
}

/** Editors write in several steps; a set is read when this long nothing changed. */
const SETTLE_MS = 300;

export function watchConfiguration({ source, folders, logger, apply }: WatchOptions): ConfigurationWatch {
  const watcher = chokidar.watch([...folders], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: 50 },
  });
  let last = Promise.resolve();
  const reload = async (): Promise<void> => {
    const read = await readConfiguration(source);
    if (!read.ok) {
      logger.error(
        { problems: read.problems.length },
        `the changed configuration is refused, the last good one stays:\n${read.problems.map(formatProblem).join('\n')}`,
      );
      return;
    }
    await apply(read.value);
    logger.info(
      { version: read.value.telephony.version, dialplans: Object.keys(read.value.plans) },
      'the changed configuration is in use for new calls',
    );
  };
  watcher.on('all', (_event, path) => {
    if (!/\.(yaml|csv)$/.test(path) || path.endsWith('.test.yaml')) return;
    last = last
      .then(reload)
      .catch((error: unknown) => logger.error({ error }, 'the changed configuration could not be read'));
  });
  return {
    close: async () => {
      await watcher.close();
      await last;
    },
  };
}
