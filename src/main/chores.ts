/** What recurs by the clock beside the application's own housekeeping. When it runs stands in jobs/schedule.ts. */
import { mkdir } from 'node:fs/promises';
import type { Logger } from '../app/ports/ports.js';
import { messageOf } from '../errors.js';
import type { Chore, ChoreName } from '../jobs/schedule.js';
import { localFiles } from './adapters/files.js';
import type { Observed } from './gauges.js';

const DAY_MS = 86_400_000;
const MEGABYTE = 1_000_000;

/** Warns while there is still room: recordings fail and calls go on when the disk is full. */
async function watchDisk({
  services: { logger, metrics },
  settings: { recordings },
}: Observed): Promise<void> {
  await mkdir(recordings.directory, { recursive: true });
  const free = await localFiles.freeBytes(recordings.directory);
  if (free === undefined) return;
  metrics.observe('dialtrace_disk_free_bytes', free);
  const megabytes = Math.floor(free / MEGABYTE);
  if (megabytes < recordings.lowDiskMegabytes)
    logger.warn(
      { free_megabytes: megabytes, directory: recordings.directory },
      'the disk of the recordings is nearly full',
    );
}

function begin(work: Promise<unknown>, logger: Logger): 'begun' {
  work.catch((error: unknown) => logger.error({ why: messageOf(error) }, 'the audit of own numbers failed'));
  return 'begun';
}

export function choresOf(observed: Observed): Partial<Record<ChoreName, Chore>> {
  const {
    app,
    services: { store, clock, logger },
    settings: { store: keep, audit },
  } = observed;
  const eventLimit = (): number => clock.now() - keep.keepEventDays * DAY_MS;
  return {
    'watch-disk': () => watchDisk(observed),
    'sync-accounts': () => app.planNightlySync(),
    // It takes hours: whoever stops the program does not wait for it.
    ...(audit && { 'audit-numbers': () => Promise.resolve(begin(app.auditOwnNumbers(), logger)) }),
    ...(keep.keepEventDays === 0
      ? {}
      : {
          'remove-old-events': () => store.events.removeOlderThan(eventLimit()),
          'remove-old-deliveries': () => store.outbox.removeOlderThan(eventLimit()),
        }),
  };
}
