/** Waits until a recording that was stopped is written and checked. Called by whoever plays or keeps it in the same call. */
import type { RecordingId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';

/** The switch tells the end of a recording within a moment; a file that takes longer is not coming. */
const LONGEST_MS = 5000;

/** Path of the file as the controller sees it; undefined when it failed or never came. */
export async function readyRecording({ ports }: AppContext, id: RecordingId): Promise<string | undefined> {
  let told: () => void = () => undefined;
  const judged = new Promise<void>((resolve) => {
    told = resolve;
  });
  const unsubscribe = ports.events.subscribe(({ name, payload }) => {
    if ((name === 'recording.ready' || name === 'recording.failed') && payload['recording_id'] === id) told();
  });
  const cancel = ports.clock.after(LONGEST_MS, told);
  try {
    const before = await ports.store.recordings.byId(id);
    if (before?.state === 'recording') await judged;
    const recording = before?.state === 'recording' ? await ports.store.recordings.byId(id) : before;
    return recording?.state === 'ready' ? recording.path : undefined;
  } finally {
    unsubscribe();
    cancel();
  }
}
