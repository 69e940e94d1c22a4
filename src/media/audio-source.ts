/** What a playback draws its samples from. Files are read ahead from disk (file-source.ts); the rest is at hand here. */
import type { Source } from './api.js';
import { FileSource } from './file-source.js';
import { samplesOfMs, SAMPLE_RATE, type Frame } from './frame.js';
import type { Tone, ToneStore } from './tone-store.js';

export interface AudioSource {
  /** `waiting`: the disk has nothing yet. `not-found` and `error` are final, `ended` until a seek. */
  readonly state: 'waiting' | 'flowing' | 'ended' | 'not-found' | 'error';
  /** Once the first samples can be read, or never will be. */
  readonly opened: Promise<void>;
  /** Samples at 8000 Hz from the start of the source. */
  readonly position: number;
  /** `undefined`: for ever, or not known yet. */
  readonly totalSamples: number | undefined;
  /** Fills the frame from its start and says with how many samples; the rest of the frame is left as it is. */
  read(frame: Frame): number;
  seek(sample: number): void;
  close(): Promise<void>;
}

export function openSource(source: Source, tones: ToneStore): AudioSource {
  switch (source.kind) {
    case 'file':
      return new FileSource(source.path, source.fromSample ?? 0);
    case 'tone':
      return toneSource(tones.render(source.spec));
    case 'silence':
      return new SampleSource(ONE_SECOND_OF_SILENCE, 1, source.ms < 0 ? Infinity : samplesOfMs(source.ms));
    case 'samples':
      return new SampleSource(source.samples, source.loops ?? 1);
  }
}

function toneSource(tone: Tone | undefined): AudioSource {
  return tone ? new SampleSource(tone.samples, tone.loops) : new SampleSource(undefined, 0);
}

const ONE_SECOND_OF_SILENCE = new Int16Array(SAMPLE_RATE);

/** Samples in memory, repeated: tones, silence, and what a program computed itself. */
class SampleSource implements AudioSource {
  readonly opened = Promise.resolve();
  position = 0;
  readonly #samples: Int16Array | undefined;
  readonly #length: number;

  /** Without samples the source is broken. `length` overrides that of the loops (-1 = for ever). */
  constructor(samples: Int16Array | undefined, loops: number, length?: number) {
    this.#samples = samples;
    const endless = loops < 0 && samples !== undefined && samples.length > 0;
    this.#length = length ?? (endless ? Infinity : Math.max(loops, 0) * (samples?.length ?? 0));
  }

  get state(): 'flowing' | 'ended' | 'error' {
    if (!this.#samples) return 'error';
    return this.position < this.#length ? 'flowing' : 'ended';
  }

  get totalSamples(): number | undefined {
    return Number.isFinite(this.#length) ? this.#length : undefined;
  }

  read(frame: Frame): number {
    const samples = this.#samples ?? frame;
    const count = this.#samples ? Math.min(frame.length, this.#length - this.position) : 0;
    for (let index = 0; index < count; index += 1) {
      frame[index] = samples[(this.position + index) % samples.length] ?? 0;
    }
    this.position += count;
    return count;
  }

  seek(sample: number): void {
    this.position = Math.min(Math.max(0, Math.floor(sample)), this.#length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
