/**
 * A WAV file read ahead: the tick takes samples from memory while the disk fills them up behind, a second in advance.
 * Made by audio-source.ts.
 */
import type { AudioSource } from './audio-source.js';
import { SAMPLE_RATE, type Frame } from './frame.js';
import { WavFileReader } from './wav-file-reader.js';

const AHEAD_SAMPLES = SAMPLE_RATE;

export class FileSource implements AudioSource {
  position: number;
  readonly opened: Promise<void>;
  #reader: WavFileReader | undefined;
  #failure: 'not-found' | 'error' | undefined;
  #blocks: Int16Array[] = [];
  /** Samples of the first block that are already read. */
  #taken = 0;
  #held = 0;
  /** `end`: the last block of the file is in memory. */
  #disk: 'idle' | 'reading' | 'end' | 'closed' = 'reading';
  #work: Promise<void>;

  constructor(path: string, fromSample: number) {
    this.position = Math.max(0, Math.floor(fromSample));
    this.opened = this.#open(path);
    this.#work = this.opened;
  }

  get state(): 'waiting' | 'flowing' | 'ended' | 'not-found' | 'error' {
    if (this.#held > 0) return 'flowing';
    if (this.#failure) return this.#failure;
    return this.#disk === 'end' ? 'ended' : 'waiting';
  }

  get totalSamples(): number | undefined {
    return this.#reader?.totalSamples;
  }

  read(frame: Frame): number {
    const count = Math.min(frame.length, this.#held);
    for (let filled = 0; filled < count;) filled += this.#take(frame, filled, count - filled);
    this.#held -= count;
    this.position += count;
    this.#readAhead();
    return count;
  }

  seek(sample: number): void {
    const total = this.totalSamples ?? Infinity;
    this.position = Math.min(Math.max(0, Math.floor(sample)), total);
    this.#blocks = [];
    this.#taken = 0;
    this.#held = 0;
    this.#reader?.seek(this.position);
    if (this.#disk === 'end') this.#disk = 'idle';
    this.#readAhead();
  }

  async close(): Promise<void> {
    this.#disk = 'closed';
    this.#blocks = [];
    this.#held = 0;
    await this.#work;
    await this.#reader?.close();
    this.#reader = undefined;
  }

  async #open(path: string): Promise<void> {
    const opening = await WavFileReader.open(path);
    if (opening.kind !== 'open') {
      this.#failure = opening.kind;
      return;
    }
    this.#reader = opening.reader;
    this.position = Math.min(this.position, opening.reader.totalSamples);
    opening.reader.seek(this.position);
    await this.#fill(opening.reader);
  }

  #readAhead(): void {
    if (this.#disk !== 'idle' || this.#held >= AHEAD_SAMPLES || !this.#reader) return;
    this.#disk = 'reading';
    this.#work = this.#fill(this.#reader);
  }

  /** Reads until enough is in memory. Never rejects: a failing disk ends the source with `error`. */
  async #fill(reader: WavFileReader): Promise<void> {
    try {
      while (this.#isOpen() && this.#held < AHEAD_SAMPLES) {
        const block = await reader.readBlock();
        if (!block) {
          this.#leave('end');
          return;
        }
        this.#keep(block);
      }
      this.#leave('idle');
    } catch {
      this.#failure = 'error';
    }
  }

  #isOpen(): boolean {
    return this.#disk !== 'closed';
  }

  #leave(disk: 'idle' | 'end'): void {
    if (this.#isOpen()) this.#disk = disk;
  }

  #keep(block: Int16Array): void {
    if (block.length === 0 || !this.#isOpen()) return;
    this.#blocks.push(block);
    this.#held += block.length;
  }

  /** Copies from the first block; drops it when it is used up. */
  #take(frame: Frame, offset: number, wanted: number): number {
    const [block] = this.#blocks;
    if (!block) return wanted;
    const count = Math.min(wanted, block.length - this.#taken);
    frame.set(block.subarray(this.#taken, this.#taken + count), offset);
    this.#taken += count;
    if (this.#taken === block.length) {
      this.#blocks.shift();
      this.#taken = 0;
    }
    return count;
  }
}
