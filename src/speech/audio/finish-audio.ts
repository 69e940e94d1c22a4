/**
 * From what a voice gave to what a phone line plays: 8 kHz, silence trimmed, loudness normalised, true peak limited.
 * Runs in audio-worker.ts: a second of speech takes about 5 ms, too long for the thread that runs calls.
 */
import libsamplerate from '@alexanderolsen/libsamplerate-js';
import type { Pcm } from '../api.js';
import { LINE_RATE } from './line-rate.js';
import { normaliseLoudness } from './loudness.js';
import { trimSilence } from './trim-silence.js';
import { toInt16 } from './wav.js';

const { create, ConverterType } = libsamplerate;

interface Converter {
  readonly from: number;
  readonly resample: (samples: Float32Array) => Float32Array;
  readonly destroy: () => void;
}

/** The converter of the last sound: voices seldom take turns, and making one costs as much as a second of speech. */
let converter: Converter | undefined;

/** Throws when the voice gave only silence. */
export async function finishAudio({ samples, sampleRate }: Pcm): Promise<Pcm> {
  const line = await toLineRate(
    Float32Array.from(samples, (sample) => sample / 32_768),
    sampleRate,
  );
  const spoken = trimSilence(line, LINE_RATE);
  if (spoken.length === 0) throw new Error('the voice gave only silence');
  return { samples: Int16Array.from(normaliseLoudness(spoken), toInt16), sampleRate: LINE_RATE };
}

async function toLineRate(samples: Float32Array, from: number): Promise<Float32Array> {
  if (from === LINE_RATE || samples.length === 0) return samples;
  if (converter?.from !== from) {
    converter?.destroy();
    converter = await createConverter(from);
  }
  // The result is a view of WebAssembly memory that the next sound overwrites.
  return converter.resample(samples).slice();
}

async function createConverter(from: number): Promise<Converter> {
  const made = await create(1, from, LINE_RATE, { converterType: ConverterType.SRC_SINC_FASTEST });
  return { from, resample: (samples) => made.simple(samples), destroy: () => made.destroy() };
}
