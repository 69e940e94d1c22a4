/**
 * A WAV file as a stream of mono blocks at 8000 Hz; never more than a block of it is in memory. Called by
 * file-source.ts. Positions are counted in samples of 8000 Hz whatever the rate of the file.
 */
import { Buffer } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { messageOf } from '../errors.js';
import { readWavHeader, type WavHeader } from '../wire/wav-header.js';
import { decodeWav } from '../wire/wav-samples.js';
import { SAMPLE_RATE } from './frame.js';
import { Resampler } from './resampler.js';

const BLOCK_MS = 500;
const FIRST_READ = 512;
/** A header larger than this is refused: cover art has no place in a prompt. */
const MAX_HEADER = 1 << 20;
const NOTHING = new Int16Array(0);

export type WavOpening =
  | { readonly kind: 'open'; readonly reader: WavFileReader }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'error'; readonly why: string };

export class WavFileReader {
  readonly totalSamples: number;
  readonly #file: FileHandle;
  readonly #header: WavHeader;
  readonly #dataEnd: number;
  readonly #block: Buffer;
  #at: number;
  #resampler: Resampler | undefined;
  #state: 'reading' | 'flushed' = 'reading';
  #seeks = 0;

  private constructor(file: FileHandle, header: WavHeader, fileBytes: number) {
    this.#file = file;
    this.#header = header;
    this.#dataEnd = Math.min(header.dataStart + (header.dataBytes ?? Infinity), fileBytes);
    this.#block = Buffer.alloc(Math.ceil((header.sampleRate * BLOCK_MS) / 1000) * header.blockBytes);
    this.#at = header.dataStart;
    const blocks = Math.floor(Math.max(0, this.#dataEnd - header.dataStart) / header.blockBytes);
    this.totalSamples = Math.floor((blocks * SAMPLE_RATE) / header.sampleRate);
    this.seek(0);
  }

  /** Never rejects. */
  static async open(path: string): Promise<WavOpening> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r');
      const header = await readHeader(file);
      if (typeof header === 'string') {
        await file.close();
        return { kind: 'error', why: header };
      }
      return { kind: 'open', reader: new WavFileReader(file, header, (await file.stat()).size) };
    } catch (error) {
      await file?.close();
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? { kind: 'not-found' }
        : { kind: 'error', why: messageOf(error) };
    }
  }

  seek(sample: number): void {
    const { sampleRate, blockBytes, dataStart } = this.#header;
    const block = Math.floor((Math.max(0, sample) * sampleRate) / SAMPLE_RATE);
    this.#at = Math.min(dataStart + block * blockBytes, this.#dataEnd);
    this.#resampler = sampleRate === SAMPLE_RATE ? undefined : new Resampler(sampleRate);
    this.#state = 'reading';
    this.#seeks += 1;
  }

  /** The next block, `undefined` at the end; empty when a seek overtook it. Rejects when the disk does. */
  async readBlock(): Promise<Int16Array | undefined> {
    const seeks = this.#seeks;
    const wanted = Math.min(this.#block.length, this.#dataEnd - this.#at);
    const { bytesRead } = await this.#file.read(this.#block, 0, wanted, this.#at);
    if (seeks !== this.#seeks) return NOTHING;
    this.#at += bytesRead;
    if (bytesRead < this.#header.blockBytes) return this.#flush();
    const samples = decodeWav(this.#header, this.#block.subarray(0, bytesRead), 'mix');
    return this.#resampler ? this.#resampler.process(samples) : samples;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #flush(): Int16Array | undefined {
    if (!this.#resampler || this.#state === 'flushed') return undefined;
    this.#state = 'flushed';
    return this.#resampler.flush();
  }
}

async function readHeader(file: FileHandle): Promise<WavHeader | string> {
  for (let wanted = FIRST_READ; wanted <= MAX_HEADER;) {
    const prefix = Buffer.alloc(wanted);
    const { bytesRead } = await file.read(prefix, 0, wanted, 0);
    const result = readWavHeader(prefix.subarray(0, bytesRead));
    if (result.kind === 'wav') return result.header;
    if (result.kind === 'refused') return result.why;
    if (bytesRead < wanted) return 'the file ends inside its header';
    wanted = Math.max(result.bytes + FIRST_READ, wanted + 1);
  }
  return 'the header is larger than 1 MiB';
}
