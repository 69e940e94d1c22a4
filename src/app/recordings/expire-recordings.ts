/** Housekeeping: removes recordings that are older than they may be kept. */
import type { RecordingRecord } from '../../domain/calls/call.js';
import { isExpired, recordingCutoff } from '../../domain/recordings/retention.js';
import type { RecordingId } from '../../domain/values/ids.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';

const BATCH = 100;

/** File first, row second: after a crash between them the next run finds no file and still marks the row. */
export async function expireRecordings(context: AppContext): Promise<number> {
  const { store, clock } = context.ports;
  const cutoff = recordingCutoff(clock.now(), context.config.keepRecordingDays);
  if (cutoff === undefined) return 0;
  let removed = 0;
  const kept = new Set<RecordingId>();
  for (;;) {
    // Those that could not be removed come again with each batch: room for others beside them.
    const old = await store.recordings.olderThan(cutoff, BATCH + kept.size);
    const fresh = old.filter((recording) => isExpired(recording, cutoff) && !kept.has(recording.id));
    if (fresh.length === 0) return removed;
    for (const recording of fresh)
      if ((await remove(context, recording)) === 'removed') removed += 1;
      else kept.add(recording.id);
  }
}

async function remove({ ports }: AppContext, { id, path }: RecordingRecord): Promise<'removed' | 'kept'> {
  try {
    await ports.files.remove(path);
    await ports.store.recordings.update(id, { state: 'expired' });
    return 'removed';
  } catch (thrown) {
    ports.logger.warn({ recording: id, why: messageOf(thrown) }, 'a recording was not removed');
    return 'kept';
  }
}
