/** What API commands do to the media of a channel: recordings, digits, mute, displaced audio. */
import { readPrompt } from '../applications/playback.js';
import type { Channel } from '../channel/channel.js';
import { startRecording } from '../channel/recording-session.js';
import type { Core } from '../core.js';
import { CANNOT_LOCATE_SESSION, NO_SUCH_CHANNEL, OK, OK_SUCCESS, usage, words } from './answers.js';

const DEFAULT_DIGIT_SAMPLES = 2000;
const SAMPLES_PER_MS = 8;
const DIGITS = /^[0-9*#A-DwW]$/i;

export async function uuidRecord(core: Core, argument: string): Promise<string> {
  const [uuid, action, path, limit = '0'] = words(argument);
  if (uuid === undefined || action === undefined || path === undefined)
    return usage('<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return CANNOT_LOCATE_SESSION;
  if (action === 'start')
    return (await startRecording(channel, path, Number.parseInt(limit, 10) || 0))
      ? OK_SUCCESS
      : '-ERR Cannot record session!\n';
  return changeRecording(channel, action, path);
}

async function changeRecording(channel: Channel, action: string, path: string): Promise<string> {
  const sessions =
    path === 'all'
      ? [...channel.recordings.values()]
      : [channel.recordings.get(path)].flatMap((session) => session ?? []);
  if (action === 'stop') {
    if (sessions.length === 0) return '-ERR Cannot stop record session!\n';
    await Promise.all(sessions.map((session) => session.stop('success-maxtime')));
    return OK_SUCCESS;
  }
  if (action !== 'mask' && action !== 'unmask')
    return usage('<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]');
  if (sessions.length === 0) return `-ERR Cannot ${action} record session!\n`;
  for (const { handle } of sessions)
    if (action === 'mask') handle.mask();
    else handle.unmask();
  return OK_SUCCESS;
}

/** `digits[@ms]`, as if the far end had pressed them. */
export function uuidRecvDtmf(core: Core, argument: string): string {
  const [uuid, text] = words(argument);
  if (uuid === undefined || text === undefined) return usage('<uuid> <dtmf_data>');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return CANNOT_LOCATE_SESSION;
  const { digits, ms } = readDigits(text);
  const duration = ms === undefined ? DEFAULT_DIGIT_SAMPLES : ms * SAMPLES_PER_MS;
  for (const digit of digits) channel.digits.arrived({ digit, duration, source: 'APP' });
  return `+OK ${uuid} received DTMF ${text}.\n`;
}

/** `digits[@ms]` to the far end. */
export function uuidSendDtmf(core: Core, argument: string): string {
  const [uuid, text] = words(argument);
  if (uuid === undefined || text === undefined) return usage('<uuid> <dtmf_data>');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return CANNOT_LOCATE_SESSION;
  const { digits, ms = DEFAULT_DIGIT_SAMPLES / SAMPLES_PER_MS } = readDigits(text);
  void channel.port?.sendDigits(digits.join(''), ms).then(() => {
    // What mod_sofia leaves behind: the length without the part that was sent ahead.
    channel.variables.set('last_dtmf_duration', String(ms * SAMPLES_PER_MS - 100));
  });
  return `+OK ${uuid} sent DTMF ${text}.\n`;
}

function readDigits(text: string): { readonly digits: readonly string[]; readonly ms?: number } {
  const [digits = '', length] = text.split('@');
  const ms = Number.parseInt(length ?? '', 10);
  return {
    digits: Array.from(digits).filter((digit) => DIGITS.test(digit)),
    ...(Number.isNaN(ms) ? {} : { ms }),
  };
}

export function uuidAudio(core: Core, argument: string): string {
  const [uuid, action, ...effect] = words(argument);
  if (uuid === undefined || action === undefined)
    return usage('<uuid> [start [read|write] [mute|level <level>]|stop]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  if (action === 'stop') for (const side of ['read', 'write'] as const) channel.port?.mute(side, 'off');
  else changeAudio(channel, effect);
  return OK;
}

/** Levels other than silence are not heard: the media room plays at the level it gets. */
function changeAudio(channel: Channel, [direction, effect = 'mute', level = '1']: readonly string[]): void {
  if (effect === 'mute')
    channel.port?.mute(direction === 'write' ? 'write' : 'read', level === '0' ? 'off' : 'on');
}

/** The far end hears a file instead of the talk until the file ends or is stopped. */
export async function uuidDisplace(core: Core, argument: string): Promise<string> {
  const [uuid, action, path] = words(argument);
  if (uuid === undefined || action === undefined || path === undefined)
    return usage('<uuid> [start|stop] <path> [<limit>] [mux]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return CANNOT_LOCATE_SESSION;
  const done = action === 'start' ? await startDisplacing(channel, path) : stopDisplacing(channel, path);
  return done ? OK_SUCCESS : `-ERR Cannot ${action} displace session!\n`;
}

async function startDisplacing(channel: Channel, path: string): Promise<boolean> {
  if (channel.displaced.has(path)) return false; // Only 1 of the same file per channel please!
  const playing = channel.port?.play(readPrompt(channel, path).source);
  if (playing === undefined || !(await playing.started).ok) return false;
  channel.displaced.set(path, playing);
  void playing.ended.then(() => channel.displaced.delete(path));
  return true;
}

/** A file that has ended by itself is no error. */
function stopDisplacing(channel: Channel, path: string): boolean {
  channel.displaced.get(path)?.stop();
  return true;
}
