/** Tells when somebody has spoken and then stopped: how a phone without ears knows that a prompt is over. */

/** Loudest silence, and how long a sound has to last to be taken for speech. */
const SPEECH_DBFS = -45;
const SPEECH_MS = 100;
const FRAME_MS = 20;

/**
 *   listening ──100 ms of sound──► spoken ──silence long enough──► over
 */
export class SpeechWatch {
  readonly #silenceMs: number;
  #state: 'listening' | 'spoken' | 'over' = 'listening';
  #soundMs = 0;
  #quietMs = 0;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  /** Takes the level of each frame in turn; `over` once, when the speech has ended. */
  hear(dbfs: number): 'over' | 'going' {
    const isSound = dbfs > SPEECH_DBFS;
    this.#quietMs = isSound ? 0 : this.#quietMs + FRAME_MS;
    this.#soundMs += isSound ? FRAME_MS : 0;
    if (this.#state === 'listening' && this.#soundMs >= SPEECH_MS) this.#state = 'spoken';
    if (this.#state !== 'spoken' || this.#quietMs < this.#silenceMs) return 'going';
    this.#state = 'over';
    return 'over';
  }
}
