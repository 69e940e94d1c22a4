/** Sounds for the tests of speech, and measurements of what came out. Samples are in −1…1 unless typed Int16Array. */
import { readFile } from 'node:fs/promises';
import type { Pcm } from '../../../src/speech/api.js';
import { decodeWav } from '../../../src/speech/audio/wav.js';

export interface Tone {
  readonly seconds: number;
  readonly hertz?: number;
  readonly amplitude?: number;
  readonly sampleRate?: number;
}

export function tone({ seconds, hertz = 440, amplitude = 0.3, sampleRate = 22_050 }: Tone): Pcm {
  const wave = (i: number): number =>
    Math.round(amplitude * 32_767 * Math.sin((2 * Math.PI * hertz * i) / sampleRate));
  return {
    samples: Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => wave(i)),
    sampleRate,
  };
}

export function joinSounds(...sounds: readonly Pcm[]): Pcm {
  return {
    samples: Int16Array.from(sounds.flatMap(({ samples }) => [...samples])),
    sampleRate: sounds[0]?.sampleRate ?? 8_000,
  };
}

/** dBFS of the whole. */
export function loudnessOf({ samples }: Pcm): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / samples.length);
}

/** dBFS of the highest sample. */
export function peakDbOf({ samples }: Pcm): number {
  return 20 * Math.log10(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0) / 32_768);
}

/** Seconds before the first and after the last sample that is louder than −50 dBFS. */
export function silenceAround({ samples, sampleRate }: Pcm): {
  readonly before: number;
  readonly after: number;
} {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 32_768 * 10 ** (-50 / 20);
  const last = samples.findLastIndex(isLoud);
  return { before: samples.findIndex(isLoud) / sampleRate, after: (samples.length - 1 - last) / sampleRate };
}

export async function readSound(path: string): Promise<Pcm> {
  return decodeWav(await readFile(path));
}
