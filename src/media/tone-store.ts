/**
 * Renders tone_stream texts to samples. One loop of a tone is kept and shared by all that play it: two hundred phones
 * that hear the same ringback cost one. Owned by open-media.ts.
 */
import { parseToneStream, type ToneSegment } from '../wire/tone-stream.js';
import { clampSample, samplesOfMs, SAMPLE_RATE } from './frame.js';

/** Longest single pass of a tone; longer texts are refused (use `loops`). */
const MAX_SAMPLES = samplesOfMs(10 * 60_000);
const KEPT_TONES = 32;
const KEPT_SAMPLES = samplesOfMs(30_000);
/** Level of a full-scale sine in dBm0 (ITU-T G.711, overload point 3.14 dBm0, as libteletone counts it). */
const FULL_SCALE_DBM0 = 3.14 + 3.02;
const PEAK = 32_767 * Math.SQRT2;

export interface Tone {
  readonly samples: Int16Array;
  /** -1 = for ever. */
  readonly loops: number;
}

export class ToneStore {
  /** In order of use, the one used last at the end. */
  readonly #kept = new Map<string, Tone>();

  /** `undefined` when the text is no tone, or one too long. */
  render(spec: string): Tone | undefined {
    const tone = this.#kept.get(spec) ?? renderTone(spec);
    if (tone && tone.samples.length <= KEPT_SAMPLES) this.#keep(spec, tone);
    return tone;
  }

  clear(): void {
    this.#kept.clear();
  }

  #keep(spec: string, tone: Tone): void {
    this.#kept.delete(spec);
    this.#kept.set(spec, tone);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_TONES && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function renderTone(spec: string): Tone | undefined {
  const result = parseToneStream(spec);
  if (!result.ok) return undefined;
  const { segments, loops } = result.script;
  const length = segments.reduce((sum, each) => sum + samplesOfMs(each.onMs) + samplesOfMs(each.offMs), 0);
  if (length === 0 || length > MAX_SAMPLES) return undefined;
  const samples = new Int16Array(length);
  let at = 0;
  for (const segment of segments) {
    const on = samplesOfMs(segment.onMs);
    renderSegment(segment, samples.subarray(at, at + on));
    at += on + samplesOfMs(segment.offMs);
  }
  return { samples, loops };
}

function renderSegment(segment: ToneSegment, into: Int16Array): void {
  const amplitude = PEAK * 10 ** ((segment.levelDbm0 - FULL_SCALE_DBM0) / 20);
  const turns = segment.frequencies.map((frequency) => (2 * Math.PI * frequency) / SAMPLE_RATE);
  for (let index = 0; index < into.length; index += 1) {
    let sum = 0;
    for (const turn of turns) sum += Math.sin(turn * index);
    into[index] = clampSample(Math.round(amplitude * sum));
  }
}
