/**
 * A supervisor's ear, and if asked his mouth, on another port: hears what the target's far end says and is told, and
 * whispers to it, to the other side of its bridge, or to both. Owned by rtp-port.ts.
 */
import type { Eavesdropping, WhisperTo } from './api.js';
import { addFrame, FRAME_SAMPLES, type Frame } from './frame.js';

/** What an eavesdropper needs to know of a port. */
export interface Overheard {
  /** What the far end says in this tick. */
  readonly heard: Frame | undefined;
  /** What it is told by its bridge or a playback; without whispers, so that nobody hears himself. */
  readonly told: Frame | undefined;
}

export class Eavesdropper implements Eavesdropping {
  readonly #supervisor: Overheard;
  readonly #target: Overheard;
  readonly #gone: (link: Eavesdropper) => void;
  readonly #mix: Frame = new Int16Array(FRAME_SAMPLES);
  #whisperTo: WhisperTo;

  constructor(
    supervisor: Overheard,
    target: Overheard,
    whisperTo: WhisperTo,
    gone: (link: Eavesdropper) => void,
  ) {
    this.#supervisor = supervisor;
    this.#target = target;
    this.#whisperTo = whisperTo;
    this.#gone = gone;
  }

  setWhisper(to: WhisperTo): void {
    this.#whisperTo = to;
  }

  stop(): void {
    this.#gone(this);
  }

  /** Both sides of the target, for the supervisor's ear. */
  listen(): Frame | undefined {
    const { heard, told } = this.#target;
    if (!heard || !told) return heard ?? told;
    this.#mix.set(heard);
    addFrame(this.#mix, told);
    return this.#mix;
  }

  /** What the supervisor says to this side of the target's talk, if he speaks to it at all. */
  whisper(side: 'target' | 'peer'): Frame | undefined {
    const speaks = this.#whisperTo === 'both' || this.#whisperTo === side;
    return speaks ? this.#supervisor.heard : undefined;
  }
}
