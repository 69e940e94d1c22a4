/**
 * How loud given frequencies are in a recording (Goertzel): proves who heard whom, and how much of a voice leaked where
 * it must not be. Called by the demo's checks, the doctor and the tests.
 */
import { SAMPLE_RATE } from './frame.js';
import { readWavAudio } from './wav-audio.js';

export interface ToneSearch {
  /** Hz, below half the sample rate. */
  readonly frequencies: readonly number[];
  /** Default 8000. */
  readonly sampleRate?: number;
  /** Length of one measurement. Default 200 ms: tells apart tones 20 Hz from each other. */
  readonly windowMs?: number;
}

export interface ToneLevel {
  readonly frequency: number;
  /** One value a window, in dB against a sine of full scale; -Infinity for silence. A cut-off last window is left out. */
  readonly windows: readonly number[];
  /** Mean power over all windows, in dBFS. */
  readonly dbfs: number;
}

/** Levels of one channel, in the order of the frequencies asked for. */
export function measureTones(samples: Int16Array, search: ToneSearch): ToneLevel[] {
  const sampleRate = search.sampleRate ?? SAMPLE_RATE;
  const length = Math.round((sampleRate * (search.windowMs ?? 200)) / 1000);
  const shape = hann(length);
  return search.frequencies.map((frequency) => {
    const powers: number[] = [];
    for (let start = 0; start + length <= samples.length; start += length) {
      const window = samples.subarray(start, start + length);
      powers.push(powerAt(window, shape, (2 * Math.PI * frequency) / sampleRate));
    }
    const mean = powers.reduce((sum, each) => sum + each, 0) / Math.max(powers.length, 1);
    return { frequency, windows: powers.map(decibels), dbfs: decibels(mean) };
  });
}

/** Levels of each channel of a WAV file. Rejects when the file cannot be read as one. */
export async function measureTonesOfFile(path: string, search: ToneSearch): Promise<ToneLevel[][]> {
  const result = await readWavAudio(path);
  if (!result.ok) throw new Error(`${path}: ${result.why}`);
  const { channels, sampleRate } = result.audio;
  return channels.map((samples) => measureTones(samples, { ...search, sampleRate }));
}

/** The Hann window keeps a loud tone between two raster frequencies from showing up at others. */
function hann(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / length),
  );
}

/** Power of the sine at `turn` radians a sample, 1 for full scale (the window passes half of an amplitude). */
function powerAt(window: Int16Array, shape: Float64Array, turn: number): number {
  const feedback = 2 * Math.cos(turn);
  let last = 0;
  let beforeLast = 0;
  for (let index = 0; index < window.length; index += 1) {
    const next = (window[index] ?? 0) * (shape[index] ?? 0) + feedback * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - feedback * last * beforeLast;
  const fullScale = (32_768 * window.length) / 4;
  return power / fullScale ** 2;
}

function decibels(power: number): number {
  return 10 * Math.log10(power);
}
