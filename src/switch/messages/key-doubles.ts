/**
 * Some phones and carriers send each key twice, in RTP (RFC 4733) and by SIP INFO. The one in RTP counts: the media server has
 * acted on it already. An INFO waits a moment for its twin until the party has shown that it sends INFO alone.
 */
import type { Clock } from '../../app/ports/ports.js';

/** The event of a key in RTP comes when the key is let go, the INFO when it is pressed or after it. */
const WAIT_MS = 400;
const TWIN_MS = 1000;

interface Waiting {
  readonly digit: string;
  readonly cancel: () => void;
}

interface Heard {
  readonly digit: string;
  readonly at: number;
}

export class KeyDoubles {
  readonly #clock: Clock;
  #ways: 'unknown' | 'info-alone' | 'both' = 'unknown';
  #heard: Heard[] = [];
  #waiting: Waiting[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A key that came in RTP. */
  heardInMedia(digit: string): void {
    const twin = this.#waiting.find((waiting) => waiting.digit === digit);
    if (twin === undefined) {
      this.#heard = [...this.#recent(), { digit, at: this.#clock.now() }];
      if (this.#ways === 'info-alone') this.#ways = 'unknown';
      return;
    }
    this.#ways = 'both';
    twin.cancel();
    this.#waiting = this.#waiting.filter((waiting) => waiting !== twin);
  }

  /** A key that came by INFO; `press` is called at once, later, or never. */
  heardByInfo(digit: string, press: () => void): void {
    const recent = this.#recent();
    const twin = recent.find((heard) => heard.digit === digit);
    if (twin !== undefined) {
      this.#ways = 'both';
      this.#heard = recent.filter((heard) => heard !== twin);
    } else if (this.#ways === 'info-alone') press();
    else this.#wait(digit, press);
  }

  close(): void {
    for (const { cancel } of this.#waiting) cancel();
    this.#waiting = [];
  }

  #wait(digit: string, press: () => void): void {
    const waiting: Waiting = {
      digit,
      cancel: this.#clock.after(WAIT_MS, () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        if (this.#ways === 'unknown') this.#ways = 'info-alone';
        press();
      }),
    };
    this.#waiting.push(waiting);
  }

  #recent(): Heard[] {
    const since = this.#clock.now() - TWIN_MS;
    return this.#heard.filter(({ at }) => at > since);
  }
}
