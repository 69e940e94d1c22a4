/** Cuts the silence voices leave before and after a text, so that prompts follow one another without gaps. */
import { rms } from './loudness.js';

/** Frame that is judged silent or not, and silence kept at each end so that soft consonants survive. */
const FRAME_SECONDS = 0.005;
const KEPT_SECONDS = 0.06;
/** Silence is 45 dB below the loudest frame, and never above −60 dBFS. */
const BELOW_LOUDEST = 10 ** (-45 / 20);
const FLOOR = 10 ** (-60 / 20);

/** Samples in −1…1. Empty when nothing is heard at all. */
export function trimSilence(samples: Float32Array, sampleRate: number): Float32Array {
  const frame = Math.round(sampleRate * FRAME_SECONDS);
  const levels = Array.from({ length: Math.ceil(samples.length / frame) }, (_, i) =>
    rms(samples.subarray(i * frame, (i + 1) * frame)),
  );
  const loudest = levels.reduce((a, b) => Math.max(a, b), 0);
  const threshold = Math.max(FLOOR, loudest * BELOW_LOUDEST);
  const first = levels.findIndex((level) => level > threshold);
  if (first < 0) return new Float32Array(0);
  const last = levels.findLastIndex((level) => level > threshold);
  const kept = Math.round(sampleRate * KEPT_SECONDS);
  return samples.subarray(
    Math.max(0, first * frame - kept),
    Math.min(samples.length, (last + 1) * frame + kept),
  );
}
