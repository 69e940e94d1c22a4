/**
 * The unit of this room: 20 ms of 16-bit linear PCM, mono, 8000 Hz. Called by everything here that touches samples.
 */

export const SAMPLE_RATE = 8000;
export const FRAME_MS = 20;
export const FRAME_SAMPLES = 160;

export type Frame = Int16Array;

/** Shared and never written. */
export const SILENCE: Frame = new Int16Array(FRAME_SAMPLES);

export function samplesOfMs(ms: number): number {
  return Math.round((ms * SAMPLE_RATE) / 1000);
}

export function msOfSamples(samples: number): number {
  return (samples * 1000) / SAMPLE_RATE;
}

export function clampSample(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

/** Mixes `frame` into `into`; clips rather than wraps. */
export function addFrame(into: Frame, frame: Frame): void {
  for (let index = 0; index < FRAME_SAMPLES; index += 1) {
    into[index] = clampSample((into[index] ?? 0) + (frame[index] ?? 0));
  }
}

/** Root mean square of the samples in dB against a full-scale square wave; -Infinity for silence. */
export function levelOf(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / Math.max(samples.length, 1) / 32_768 ** 2);
}
