/** What an activity gets of a leg, and the words the media server understands for what it shall play. */
import { access } from 'node:fs/promises';
import type { PlayItem } from '../../app/ports/switch.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { FilePaths } from '../file-paths.js';
import type { SwitchLeg } from '../legs/leg.js';

export interface LegMedia {
  readonly leg: SwitchLeg;
  /** Undefined before there is media and after the end. */
  readonly endpoint: Endpoint | undefined;
}

/** European tones (ITU-T E.180): 425 Hz; ringback 1 s on, 4 s off. */
const TONES: Readonly<Record<Extract<PlayItem, { kind: 'tone' }>['tone'], string>> = {
  ringback: 'tone_stream://%(1000,4000,425);loops=-1',
  busy: 'tone_stream://%(500,500,425);loops=6',
  beep: 'tone_stream://%(200,0,1000)',
};

/** Argument of the playback application. Throws Fault for a file the media server cannot see. */
export function playbackOf(
  item: Exclude<PlayItem, { kind: 'keys' }>,
  files: Pick<FilePaths, 'prompt'>,
): string {
  if (item.kind === 'silence') return `silence_stream://${Math.max(20, Math.round(item.ms))}`;
  return item.kind === 'tone' ? TONES[item.tone] : files.prompt(item.path);
}

/** FreeSWITCH splits most arguments at spaces, but for single quotes. */
export function quoted(argument: string): string {
  return /\s/.test(argument) ? `'${argument}'` : argument;
}

/** First file that is not there, when files are shared. */
export async function missingFile(
  items: readonly PlayItem[],
  files: Pick<FilePaths, 'mode'>,
): Promise<string | undefined> {
  if (files.mode !== 'shared') return undefined;
  for (const item of items) {
    if (item.kind === 'file' && !(await exists(item.path))) return item.path;
  }
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
