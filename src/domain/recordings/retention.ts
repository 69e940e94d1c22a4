/** Which recordings are due to be removed, and where a recording lies. Pure; app/recordings calls it. */
import type { RecordingRecord } from '../calls/call.js';
import type { CallId, Instant, RecordingId } from '../values/ids.js';

const DAY_MS = 86_400_000;

/** Recordings that began before this moment may go. `keepDays` 0 keeps everything. */
export function recordingCutoff(now: Instant, keepDays: number): Instant | undefined {
  return keepDays === 0 ? undefined : now - keepDays * DAY_MS;
}

/** A failed recording may have left voices in its file all the same. */
export function isExpired(recording: Pick<RecordingRecord, 'startedAt' | 'state'>, cutoff: Instant): boolean {
  const over = recording.state === 'ready' || recording.state === 'failed';
  return over && recording.startedAt < cutoff;
}

/** `<day>/<call>-<recording>.wav` below the recordings directory: a day's folder stays small enough to list. */
export function recordingFile(callId: CallId, recordingId: RecordingId, startedAt: Instant): string {
  const day = new Date(startedAt).toISOString().slice(0, 10);
  return `${day}/${callId}-${recordingId}.wav`;
}
