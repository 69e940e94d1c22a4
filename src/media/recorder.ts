/**
 * One recording of a port: a frame of each voice every tick, silence where there was none, so that place in the file
 * is time since the start, pauses left out. Gathers half-second blocks and hands them to the disk in order. Owned by rtp-port.ts.
 */
import { Buffer } from 'node:buffer';
import { endianness } from 'node:os';
import type { RecordingHandle, RecordingResult, RecordOptions } from './api.js';
import { defer } from './deferred.js';
import { clampSample, FRAME_MS, FRAME_SAMPLES, SILENCE, type Frame } from './frame.js';
import { openRecording, type RecordingFile } from './recording-file.js';

/**
 *   recording ──finish──► closing ──closed──► ended
 *       └───────fail─────────┴───────fail──────►│
 */
type RecordingState = 'recording' | 'closing' | 'ended';
type RecordingInput = 'finish' | 'closed' | 'fail';

const MOVES: Readonly<Record<RecordingState, Readonly<Partial<Record<RecordingInput, RecordingState>>>>> = {
  recording: { finish: 'closing', fail: 'ended' },
  closing: { closed: 'ended', fail: 'ended' },
  ended: {},
};

const BLOCK_FRAMES = 500 / FRAME_MS;
/** The disk may lag behind this much before the recording is given up. */
const MAX_BACKLOG_BLOCKS = 40;

export class Recorder implements RecordingHandle {
  readonly started: RecordingHandle['started'];
  readonly ended: Promise<RecordingResult>;
  readonly #options: RecordOptions;
  readonly #frameSamples: number;
  readonly #limitFrames: number;
  readonly #result = defer<RecordingResult>();
  /** The disk's work so far; undefined file: it could not be opened or has failed. */
  #work: Promise<RecordingFile | undefined>;
  #backlog = 0;
  #block: Int16Array<ArrayBuffer>;
  /** Samples of the block in use. */
  #filled = 0;
  #frames = 0;
  #voices: 'open' | 'masked' = 'open';
  #time: 'runs' | 'stands' = 'runs';
  #state: RecordingState = 'recording';

  constructor(options: RecordOptions) {
    this.#options = options;
    this.#frameSamples = FRAME_SAMPLES * options.channels;
    this.#limitFrames = options.limitMs === undefined ? Infinity : Math.ceil(options.limitMs / FRAME_MS);
    this.#block = this.#newBlock();
    this.ended = this.#result.promise;
    const opening = openRecording({ ...options, append: options.append ?? 'no' });
    this.started = opening.then((opened) => (opened.ok ? ({ ok: true } as const) : opened));
    this.#work = opening.then((opened) => {
      if (opened.ok) return opened.file;
      this.#fail('unwritable');
      return undefined;
    });
  }

  get state(): RecordingState {
    return this.#state;
  }

  mask(): void {
    this.#voices = 'masked';
  }

  unmask(): void {
    this.#voices = 'open';
  }

  pause(): void {
    this.#time = 'stands';
  }

  resume(): void {
    this.#time = 'runs';
  }

  stop(): void {
    this.finish('stopped');
  }

  /** One tick. `heard`: what the far end says; `said`: what it is sent. */
  write(heard: Frame | undefined, said: Frame | undefined): void {
    if (this.#state !== 'recording' || this.#time === 'stands') return;
    const masked = this.#voices === 'masked';
    this.#place(masked ? SILENCE : (heard ?? SILENCE), masked ? SILENCE : (said ?? SILENCE));
    this.#filled += this.#frameSamples;
    this.#frames += 1;
    if (this.#filled === this.#block.length) this.#handOver();
    if (this.#frames >= this.#limitFrames) this.finish('limit');
  }

  /** Ticks that fell out: keeps place in the file and time together. A long gap becomes a hole in the file. */
  skip(frames: number): void {
    if (this.#state !== 'recording' || this.#time === 'stands') return;
    if (frames > BLOCK_FRAMES) this.#leaveHole(Math.min(frames, this.#limitFrames - this.#frames));
    else for (let index = 0; index < frames; index += 1) this.write(undefined, undefined);
  }

  finish(end: 'stopped' | 'limit' | 'port-closed'): void {
    if (this.#move('finish') === 'ignored') return;
    if (this.#filled > 0) this.#handOver();
    void this.#work.then(async (file) => {
      await file?.close();
      if (this.#move('closed') === 'moved') this.#settle(end);
    });
  }

  #leaveHole(frames: number): void {
    if (this.#filled > 0) this.#handOver();
    this.#frames += frames;
    this.#work = this.#work.then((file) => {
      file?.pass(frames * this.#frameSamples * 2);
      return file;
    });
    if (this.#frames >= this.#limitFrames) this.finish('limit');
  }

  #place(heard: Frame, said: Frame): void {
    const { channels, voices = 'both' } = this.#options;
    if (channels === 2) this.#placeStereo(heard, said);
    else if (voices === 'both') this.#placeMixed(heard, said);
    else this.#placeMixed(voices === 'far-end' ? heard : said, SILENCE);
  }

  #placeStereo(heard: Frame, said: Frame): void {
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      this.#block[this.#filled + 2 * index] = heard[index] ?? 0;
      this.#block[this.#filled + 2 * index + 1] = said[index] ?? 0;
    }
  }

  #placeMixed(one: Frame, other: Frame): void {
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      this.#block[this.#filled + index] = clampSample((one[index] ?? 0) + (other[index] ?? 0));
    }
  }

  #newBlock(): Int16Array<ArrayBuffer> {
    return new Int16Array(BLOCK_FRAMES * this.#frameSamples);
  }

  /** Gives the block to the disk, after those before it. */
  #handOver(): void {
    const block = bytesOf(this.#block, this.#filled);
    this.#block = this.#newBlock();
    this.#filled = 0;
    this.#backlog += 1;
    this.#work = this.#work.then((file) => file && this.#writeBlock(file, block));
    if (this.#backlog > MAX_BACKLOG_BLOCKS) this.#abandon();
  }

  #abandon(): void {
    this.#fail('disk');
    this.#work = this.#work.then(async (file) => {
      await file?.close();
      return undefined;
    });
  }

  async #writeBlock(file: RecordingFile, block: Buffer): Promise<RecordingFile | undefined> {
    try {
      if (this.#state !== 'ended') await file.write(block);
      this.#backlog -= 1;
      return file;
    } catch {
      await file.close();
      this.#fail('disk');
      return undefined;
    }
  }

  #fail(end: 'unwritable' | 'disk'): void {
    if (this.#move('fail') === 'moved') this.#settle(end);
  }

  #settle(end: RecordingResult['end']): void {
    this.#result.resolve({ end, samples: this.#frames * FRAME_SAMPLES, path: this.#options.path });
  }

  #move(input: RecordingInput): 'moved' | 'ignored' {
    const next = MOVES[this.#state][input];
    if (!next) return 'ignored';
    this.#state = next;
    return 'moved';
  }
}

/** WAV is little-endian whatever the machine is. */
function bytesOf(block: Int16Array<ArrayBuffer>, samples: number): Buffer {
  const bytes = Buffer.from(block.buffer, 0, samples * 2);
  return endianness() === 'BE' ? bytes.swap16() : bytes;
}
