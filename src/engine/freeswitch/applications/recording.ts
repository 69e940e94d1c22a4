/** `record` (waits), `record_session` (runs beside), and their stops. */
import { words } from '../api/answers.js';
import { floorSecond, waitUntilSecond } from './wall-seconds.js';
import type { Channel } from '../channel/channel.js';
import { fileBytes, recordingPath, startRecording } from '../channel/recording-session.js';

const SAMPLES_PER_MS = 8;

/** `record <path> [<limit seconds>]`. A file that cannot be opened ends the channel. */
export async function record(channel: Channel, argument: string): Promise<void> {
  const [path = '', limit = '0'] = argument.trim().split(/\s+/);
  const handle = channel.port?.record({ path: recordingPath(channel, path), channels: 1 });
  const started = await handle?.started;
  if (handle === undefined || started?.ok !== true) {
    channel.hangup('DESTINATION_OUT_OF_ORDER', 'application');
    return;
  }
  const seconds = Number.parseInt(limit, 10) || 0;
  await waitUntilSecond(channel, seconds === 0 ? undefined : floorSecond(channel) + seconds + 1, (digit) =>
    terminatorUsed(channel, digit),
  );
  handle.stop();
  const { samples } = await handle.ended;
  const bytes = String(fileBytes(samples, 1));
  channel.variables.setAll({
    silence_hits_exhausted: 'false',
    record_record_file_size: bytes,
    record_file_size: bytes,
    record_seconds: String(Math.floor(samples / SAMPLES_PER_MS / 1000)),
    record_ms: String(Math.floor(samples / SAMPLES_PER_MS)),
    record_samples: String(samples),
    // Read as linear samples while recording, and set back.
    read_codec: channel.codecName,
    read_rate: '8000',
  });
}

function terminatorUsed(channel: Channel, digit: string): 'end' | 'go-on' {
  const set = channel.variables.get('playback_terminators') ?? '*';
  if (set === 'none' || !(set === 'any' || set.includes(digit))) return 'go-on';
  channel.variables.set('playback_terminator_used', digit);
  return 'end';
}

/** `record_session <path> [+<limit seconds>]`. A file that cannot be opened leaves only a variable behind. */
export async function recordSession(channel: Channel, argument: string): Promise<void> {
  const [path = '', limit = '0'] = words(argument);
  const started = await startRecording(channel, path, Number.parseInt(limit.replace('+', ''), 10) || 0);
  if (!started) channel.variables.set('record_completion_cause', 'uri-failure');
}

export async function stopRecordSession(channel: Channel, argument: string): Promise<void> {
  const path = argument.trim();
  const sessions = [...channel.recordings].filter(([each]) => path === 'all' || each === path);
  await Promise.all(sessions.map(([, session]) => session.stop('success-maxtime')));
}

export function recordSessionMask(channel: Channel, argument: string): void {
  channel.recordings.get(argument.trim())?.handle.mask();
}

export function recordSessionUnmask(channel: Channel, argument: string): void {
  channel.recordings.get(argument.trim())?.handle.unmask();
}
