/**
 * Task `check-recording`: settles a recording whose process died before the switch's word arrived. Only that word makes
 * a recording ready, so what is left behind is `failed`, with what lies on disk named for the admin.
 */
import type { RecordingId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { settleRecording } from './settle-recording.js';

/** The switch has checked a file long before this. */
export const CHECK_RECORDING_MS = 60_000;

export async function checkRecording(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const { store, files } = context.ports;
  const recording = await store.recordings.byId(payload['recordingId'] as RecordingId);
  if (recording?.state !== 'recording') return { kind: 'done' };
  const bytes = await files.size(recording.path);
  const left = bytes === undefined ? 'no file was written' : `an unchecked file of ${bytes} bytes is left`;
  await settleRecording(context, recording.id, {
    kind: 'failed',
    why: `the controller did not see its end; ${left}`,
  });
  return { kind: 'done' };
}
