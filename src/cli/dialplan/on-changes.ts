/** Does something at once and again after each change in a folder, until it is stopped. Called by `dialplan test --watch`. */
import { once } from 'node:events';
import chokidar from 'chokidar';

/** Editors write in several steps. */
const SETTLE_MS = 100;

/** One run at a time; changes during a run are answered by one more. */
export async function onChanges(
  folder: string,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const watcher = chokidar.watch(folder, {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: 20 },
  });
  let last = work();
  let waiting = false;
  watcher.on('all', (_event, path) => {
    if (!path.endsWith('.yaml') || waiting) return;
    waiting = true;
    last = last.then(() => {
      waiting = false;
      return work();
    });
  });
  if (!signal.aborted) await once(signal, 'abort');
  await watcher.close();
  await last;
}
