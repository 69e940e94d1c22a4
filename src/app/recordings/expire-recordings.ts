/** Housekeeping: removes recordings that are older than they may be kept. */
import { isExpired, recordingCutoff } from '../../domain/recordings/retention.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';

const BATCH = 100;

/** File first, row second: after a crash between them the next run finds no file and still marks the row. */
export async function expireRecordings(context: AppContext): Promise<number> {
  const { store, files, clock, logger } = context.ports;
  const cutoff = recordingCutoff(clock.now(), context.config.keepRecordingDays);
  if (cutoff === undefined) return 0;
  let removed = 0;
  for (const recording of await store.recordings.olderThan(cutoff, BATCH)) {
    if (!isExpired(recording, cutoff)) continue;
    try {
      await files.remove(recording.path);
      await store.recordings.update(recording.id, { state: 'expired' });
      removed += 1;
    } catch (thrown) {
      logger.warn({ recording: recording.id, why: messageOf(thrown) }, 'a recording was not removed');
    }
  }
  return removed;
}
