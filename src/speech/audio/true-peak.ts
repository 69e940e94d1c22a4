/**
 * The highest point of the wave, which lies between samples as often as on one: four times oversampled, after ITU-R
 * BS.1770-4 annex 2, but only beside samples that are high enough to matter.
 */

const PHASES = [0.25, 0.5, 0.75] as const;
/** Samples taken to each side of the point between two. */
const SIDE = 6;
/** Beside lower samples the wave does not rise above the highest one. */
const NEAR_PEAK = 0.7;

/** Weights of the samples from `-SIDE + 1` to `SIDE` for each point: a sinc under a Hann window. */
const KERNELS = PHASES.map((phase) =>
  Float32Array.from({ length: 2 * SIDE }, (_, k) => {
    const x = k - SIDE + 1 - phase;
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * (0.5 + 0.5 * Math.cos((Math.PI * x) / SIDE));
  }),
);

export function truePeak(samples: Float32Array): number {
  const highest = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  let peak = highest;
  samples.forEach((sample, i) => {
    if (Math.abs(sample) < highest * NEAR_PEAK) return;
    for (const kernel of KERNELS)
      peak = Math.max(peak, between(samples, i - 1, kernel), between(samples, i, kernel));
  });
  return peak;
}

/** Height of the wave at one point between sample `i` and the next. */
function between(samples: Float32Array, i: number, kernel: Float32Array): number {
  return Math.abs(kernel.reduce((sum, weight, k) => sum + weight * (samples[i - SIDE + 1 + k] ?? 0), 0));
}
