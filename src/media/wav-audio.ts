/**
 * A whole WAV file in memory, channel by channel: for measuring what was recorded (demo, tests, recording check), never
 * for playing.
 */
import { readFile } from 'node:fs/promises';
import { readWavHeader } from '../wire/wav-header.js';
import { decodeWav } from '../wire/wav-samples.js';

export interface WavAudio {
  readonly sampleRate: number;
  /** One array a channel, of equal length. */
  readonly channels: readonly Int16Array[];
  readonly seconds: number;
}

export type WavAudioResult =
  { readonly ok: true; readonly audio: WavAudio } | { readonly ok: false; readonly why: string };

/** Rejects when the file cannot be read; a file that is no WAV is a value. */
export async function readWavAudio(path: string): Promise<WavAudioResult> {
  const file = await readFile(path);
  const result = readWavHeader(file);
  if (result.kind === 'refused') return { ok: false, why: result.why };
  if (result.kind === 'more') return { ok: false, why: 'the file ends inside its header' };
  const { header } = result;
  const end = header.dataStart + (header.dataBytes ?? file.length);
  const bytes = file.subarray(header.dataStart, end);
  const channels = header.channels === 2 ? ([0, 1] as const) : ([0] as const);
  const samples = channels.map((channel) => decodeWav(header, bytes, channel));
  return {
    ok: true,
    audio: {
      sampleRate: header.sampleRate,
      channels: samples,
      seconds: (samples[0]?.length ?? 0) / header.sampleRate,
    },
  };
}
