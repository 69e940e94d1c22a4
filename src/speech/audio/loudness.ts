/**
 * One loudness for all voices: about −20 dBFS RMS, and no peak above −3 dBFS, so that a cloud voice, espeak and a
 * studio recording follow one another without anybody reaching for the volume key. Samples are in −1…1.
 */
import { truePeak } from './true-peak.js';

const TARGET_RMS = 10 ** (-20 / 20);
const PEAK_CEILING = 10 ** (-3 / 20);
/** The limiter looks this far to both sides of a peak (2 ms at 8 kHz): short enough to be unheard, long enough not to click. */
const REACH = 16;
/** Limiting takes a little loudness away, and the next pass gives it back; speech needs one or two. */
const PASSES = 4;
const CLOSE_ENOUGH = 0.02;

export function rms(samples: Float32Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** `samples` must hold some sound. */
export function normaliseLoudness(samples: Float32Array): Float32Array {
  let level = samples;
  for (let pass = 0; pass < PASSES; pass++) {
    const gain = TARGET_RMS / rms(level);
    if (Math.abs(gain - 1) < CLOSE_ENOUGH) break;
    level = limitPeaks(scaled(level, gain));
  }
  const peak = truePeak(level);
  return peak > PEAK_CEILING ? scaled(level, PEAK_CEILING / peak) : level;
}

function scaled(samples: Float32Array, factor: number): Float32Array {
  return samples.map((sample) => sample * factor);
}

/** Turns the sound down around each peak above the ceiling: a windowed minimum of the gain, smoothed over the same window. */
function limitPeaks(samples: Float32Array): Float32Array {
  const gain = new Float32Array(samples.length).fill(1);
  samples.forEach((sample, i) => {
    const needed = PEAK_CEILING / Math.abs(sample);
    for (let near = i - REACH; needed < 1 && near <= i + REACH; near++)
      if (near >= 0 && near < gain.length) gain[near] = Math.min(gain[near] ?? 1, needed);
  });
  const smooth = movingMean(gain);
  return samples.map((sample, i) => sample * (smooth[i] ?? 1));
}

/** Mean over `REACH` to both sides, by running sums: a second of speech must not cost a million additions. */
function movingMean(values: Float32Array): Float32Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, i) => (sums[i + 1] = (sums[i] ?? 0) + value));
  return values.map((_, i) => {
    const [from, to] = [Math.max(0, i - REACH), Math.min(values.length, i + REACH + 1)];
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from);
  });
}
