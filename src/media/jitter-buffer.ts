/**
 * Puts the audio of received packets back in order and in time: a ring of samples addressed by RTP timestamp, so that
 * any packet length, any order and gaps need no case of their own. Owned by rtp-receiver.ts.
 */
import { timestampDistance } from '../wire/rtp-packet.js';
import { FRAME_SAMPLES, samplesOfMs, type Frame } from './frame.js';

/** 256 ms; a power of two, so that a timestamp is masked to its place. */
const RING = 2048;
const MASK = RING - 1;
/** Waited before the first sample of a stream is given out: covers two packets out of order. */
const START_DELAY = samplesOfMs(40);
/** More than this beside the packet under way is cut off, so that a stall never leaves a lasting delay. */
const MAX_DELAY = samplesOfMs(60);
/** A packet older than this is no straggler: its sender started a new timeline. */
const NEW_TIMELINE = samplesOfMs(1000);

export class JitterBuffer {
  readonly #ring = new Int16Array(RING);
  #state: 'empty' | 'flowing' = 'empty';
  /** Timestamp of the next sample to give out. */
  #readAt = 0;
  /** Timestamp after the newest sample. */
  #newest = 0;
  #packetSamples = FRAME_SAMPLES;

  /** Takes one G.711 payload, `packet[start, end)`. What comes too late is dropped. */
  write(timestamp: number, decode: Int16Array, packet: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length <= 0 || length > RING / 2) return;
    if (this.#place(timestamp, length) === 'late') return;
    for (let index = 0; index < length; index += 1) {
      this.#ring[(timestamp + index) & MASK] = decode[packet[start + index] ?? 0] ?? 0;
    }
    const after = (timestamp + length) | 0;
    if (timestampDistance(this.#newest, after) > 0) this.#newest = after;
    this.#packetSamples = length;
  }

  /** Fills `frame` with the next 20 ms; `nothing` when the stream pauses or has not begun. */
  read(frame: Frame): 'audio' | 'nothing' {
    if (this.#state === 'empty') return 'nothing';
    const held = timestampDistance(this.#readAt, this.#newest);
    if (held <= 0) {
      this.#state = 'empty';
      return 'nothing';
    }
    if (held > MAX_DELAY + this.#packetSamples) this.#skip(held - START_DELAY - this.#packetSamples);
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      frame[index] = this.#ring[(this.#readAt + index) & MASK] ?? 0;
    }
    this.#skip(FRAME_SAMPLES);
    return 'audio';
  }

  /** Forgets everything: another sender, or another timeline. */
  reset(): void {
    this.#ring.fill(0);
    this.#state = 'empty';
  }

  /** Begins where the stream is empty or its timeline has changed. */
  #place(timestamp: number, length: number): 'fits' | 'late' {
    const ahead = timestampDistance(this.#readAt, timestamp);
    const isNew = this.#state === 'empty' || ahead < -NEW_TIMELINE || ahead + length > RING;
    if (!isNew) return ahead < 0 ? 'late' : 'fits';
    this.reset();
    this.#begin(timestamp);
    return 'fits';
  }

  #begin(timestamp: number): void {
    this.#state = 'flowing';
    this.#readAt = (timestamp - START_DELAY) | 0;
    this.#newest = timestamp | 0;
  }

  /** What was given out becomes silence, so that a lost packet is heard as silence one turn later. */
  #skip(samples: number): void {
    for (let index = 0; index < samples; index += 1) this.#ring[(this.#readAt + index) & MASK] = 0;
    this.#readAt = (this.#readAt + samples) | 0;
  }
}
