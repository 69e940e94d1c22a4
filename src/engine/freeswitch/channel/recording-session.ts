/**
 * A recording that runs beside whatever the leg does (record_session, uuid_record), with its two events. Kept in
 * `channel.recordings` under its path until it stops; the end of the channel stops it.
 */
import { isAbsolute, join } from 'node:path';
import type { RecordingHandle, RecordingResult } from '../../../media/api.js';
import type { Channel } from './channel.js';

/** FreeSWITCH names: a stop by command is `success-maxtime`, one by hang-up `success-silence`. */
export type CompletionCause = 'success-maxtime' | 'success-silence';

export interface RecordingSession {
  readonly handle: RecordingHandle;
  readonly channels: 1 | 2;
  /** Settles when the file is closed and RECORD_STOP has been fired. Later calls wait for the first. */
  stop(cause: CompletionCause): Promise<void>;
}

/** RFC 3550 knows nothing of it: 44 bytes of RIFF header, 16-bit samples. */
const WAV_HEADER_BYTES = 44;
const SAMPLES_PER_SECOND = 8000;

/** `false`: the file cannot be opened, or the leg has no media. A path already being recorded to is left alone. */
export async function startRecording(channel: Channel, path: string, limitSeconds: number): Promise<boolean> {
  if (channel.recordings.has(path)) return true;
  const { port } = channel;
  if (port === undefined) return false;
  const channels = channel.variables.isTrue('RECORD_STEREO') ? 2 : 1;
  const handle = port.record({
    path: recordingPath(channel, path),
    channels,
    ...(limitSeconds > 0 ? { limitMs: limitSeconds * 1000 } : {}),
  });
  if (channel.callState === 'HELD') handle.pause();
  const started = await handle.started;
  if (!started.ok) return false;
  let stopping: Promise<void> | undefined;
  const session: RecordingSession = {
    handle,
    channels,
    stop: (cause) => (stopping ??= finish(channel, path, session, cause)),
  };
  channel.recordings.set(path, session);
  channel.fireWithVariables('RECORD_START', 'recordStart', { 'Record-File-Path': path });
  void handle.ended.then(() => session.stop('success-maxtime'));
  return true;
}

async function finish(
  channel: Channel,
  path: string,
  session: RecordingSession,
  cause: CompletionCause,
): Promise<void> {
  session.handle.stop();
  const result = await session.handle.ended;
  channel.recordings.delete(path);
  channel.variables.setAll({
    ...recordedVariables(result, session.channels),
    record_completion_cause: cause,
  });
  channel.fireWithVariables('RECORD_STOP', 'recordStop', {
    'Record-File-Path': path,
    'Record-Completion-Cause': cause,
  });
}

export function fileBytes(samples: number, channels: number): number {
  return WAV_HEADER_BYTES + samples * channels * 2;
}

function recordedVariables({ samples }: RecordingResult, channels: 1 | 2): Record<string, string> {
  return {
    record_file_size: String(fileBytes(samples, channels)),
    record_samples: String(samples),
    record_seconds: String(Math.floor(samples / SAMPLES_PER_SECOND)),
    record_ms: String(Math.floor((samples * 1000) / SAMPLES_PER_SECOND)),
  };
}

export function recordingPath(channel: Channel, path: string): string {
  return isAbsolute(path) ? path : join(channel.core.settings.recordingsDir, path);
}
