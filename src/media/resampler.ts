/**
 * Any sample rate to 8000 Hz, block by block: a windowed-sinc low-pass evaluated at each output sample, its coefficients
 * made once a rate. Called by wav-file-reader.ts.
 */
import { clampSample, SAMPLE_RATE } from './frame.js';

/** Zero crossings of the sinc on each side: more make the edge of the pass band steeper. */
const CROSSINGS = 16;
/** Share of the pass band that is kept; the rest is the slope of the filter. */
const PASS_SHARE = 0.94;
/** Fractional positions the coefficients are made for; rates with a larger common raster are rounded to it (-70 dB). */
const MAX_PHASES = 1024;

/** Coefficients of one pair of rates: `phases` sets of `taps`, one set after another. */
interface Kernel {
  readonly phases: number;
  readonly taps: number;
  readonly coefficients: Float32Array;
}

/** Keeps its place between blocks. One per stream. */
export class Resampler {
  readonly #kernel: Kernel;
  readonly #step: number;
  /** The last samples of the stream so far, then the block under way. */
  #history: Int16Array;
  /** Place of the next output sample in `#history`, in input samples with fraction. */
  #at: number;

  constructor(fromRate: number) {
    this.#kernel = kernelFor(fromRate);
    this.#step = fromRate / SAMPLE_RATE;
    this.#history = new Int16Array(this.#kernel.taps / 2);
    this.#at = this.#history.length;
  }

  process(block: Int16Array): Int16Array {
    const half = this.#kernel.taps / 2;
    const input = new Int16Array(this.#history.length + block.length);
    input.set(this.#history);
    input.set(block, this.#history.length);
    const count = Math.max(0, Math.ceil((input.length - half - this.#at) / this.#step));
    const output = new Int16Array(count);
    for (let index = 0; index < count; index += 1) {
      output[index] = this.#sampleAt(input, this.#at + index * this.#step);
    }
    const next = this.#at + count * this.#step;
    const keepFrom = Math.max(0, Math.min(Math.floor(next) - half, input.length));
    this.#history = input.slice(keepFrom);
    this.#at = next - keepFrom;
    return output;
  }

  /** What is still in the filter after the last block. */
  flush(): Int16Array {
    return this.process(new Int16Array(this.#kernel.taps / 2));
  }

  #sampleAt(input: Int16Array, at: number): number {
    const { phases, taps, coefficients } = this.#kernel;
    const raster = Math.round(at * phases);
    const first = Math.floor(raster / phases) - taps / 2 + 1;
    const set = (raster % phases) * taps;
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) sum += (input[first + tap] ?? 0) * (coefficients[set + tap] ?? 0);
    return clampSample(Math.round(sum));
  }
}

/** Coefficients of the rates used last: a prompt's rate is met again and again, and making them takes milliseconds. */
const kernels = new Map<number, Kernel>();
const KEPT_KERNELS = 8;

function kernelFor(fromRate: number): Kernel {
  const known = kernels.get(fromRate);
  if (known) return known;
  const kernel = makeKernel(fromRate);
  if (kernels.size >= KEPT_KERNELS) kernels.clear();
  kernels.set(fromRate, kernel);
  return kernel;
}

function makeKernel(fromRate: number): Kernel {
  const phases = Math.min(SAMPLE_RATE / commonDivisor(fromRate, SAMPLE_RATE), MAX_PHASES);
  // Relative to the input's sample rate: nothing above half the lower of the two rates may pass.
  const cutOff = Math.min(1, SAMPLE_RATE / fromRate) * PASS_SHARE;
  const taps = 2 * Math.ceil(CROSSINGS / cutOff);
  const coefficients = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase += 1) {
    const set = coefficients.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - taps / 2 + 1 - phase / phases;
      set[tap] = cutOff * sinc(cutOff * distance) * blackman(distance / (taps / 2));
    }
    normalise(set);
  }
  return { phases, taps, coefficients };
}

/** Each set passes a constant level unchanged, whatever the window did to it. */
function normalise(set: Float32Array): void {
  const sum = set.reduce((total, each) => total + each, 0);
  for (const [tap, each] of set.entries()) set[tap] = each / sum;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Blackman window over -1…1. */
function blackman(x: number): number {
  if (Math.abs(x) >= 1) return 0;
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
