/**
 * A conference: each port that has a seat in it hears the sum of all others, clipped. Muted, a seat is not heard; deaf, it
 * hears nobody. Ports are served by the room as before: a conference is only what they are told. Owned by the program
 * that seats them (engine/freeswitch).
 */
import type { ConferenceSeat } from './api.js';
import { addFrame, FRAME_SAMPLES, type Frame } from './frame.js';

/** What a seat needs to know of its port. */
export interface Speaker {
  /** What the far end says in this tick. */
  readonly heard: Frame | undefined;
}

export class Conference {
  readonly #seats = new Set<Seat>();

  seat(speaker: Speaker, left: () => void): Seat {
    const seat = new Seat(speaker, this.#seats, left);
    this.#seats.add(seat);
    return seat;
  }
}

export class Seat implements ConferenceSeat {
  readonly #speaker: Speaker;
  readonly #all: Set<Seat>;
  readonly #left: () => void;
  readonly #mix: Frame = new Int16Array(FRAME_SAMPLES);
  readonly #shut = new Set<'mouth' | 'ears'>();

  constructor(speaker: Speaker, all: Set<Seat>, left: () => void) {
    this.#speaker = speaker;
    this.#all = all;
    this.#left = left;
  }

  shut(what: 'mouth' | 'ears'): void {
    this.#shut.add(what);
  }

  open(what: 'mouth' | 'ears'): void {
    this.#shut.delete(what);
  }

  leave(): void {
    this.#all.delete(this);
    this.#left();
  }

  get said(): Frame | undefined {
    return this.#shut.has('mouth') ? undefined : this.#speaker.heard;
  }

  /** Undefined when nobody says anything, or it is deaf. */
  hear(): Frame | undefined {
    if (this.#shut.has('ears')) return undefined;
    let mixed: Frame | undefined;
    for (const seat of this.#all) {
      const { said } = seat;
      if (seat === this || said === undefined) continue;
      if (mixed === undefined) this.#mix.set(said);
      else addFrame(mixed, said);
      mixed = this.#mix;
    }
    return mixed;
  }
}
