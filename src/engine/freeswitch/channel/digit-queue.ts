/**
 * Digits that have arrived and wait until the channel's thread takes them: the DTMF event is fired then, not on
 * arrival. A digit first goes through the channel's digit machine (bind_digit_action), when one listens.
 */
import { basicHeaders } from './channel-headers.js';
import type { Channel } from './channel.js';

export type DigitSource = 'RTP' | 'APP' | 'ENDPOINT' | 'INBAND_AUDIO';

export interface Digit {
  readonly digit: string;
  /** In samples of 8 kHz. */
  readonly duration: number;
  readonly source: DigitSource;
}

export class DigitQueue {
  readonly #channel: Channel;
  #waiting: Digit[] = [];

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** A digit from the wire or from `uuid_recv_dtmf`. */
  arrived(digit: Digit): void {
    if (this.#channel.digitMachine?.take(digit) === 'held') return;
    this.queue(digit);
  }

  /** Past the digit machine. */
  queue(digit: Digit): void {
    this.#waiting.push(digit);
    this.#channel.thread.stir();
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The next digit, its DTMF event fired. */
  take(): Digit | undefined {
    const digit = this.#waiting.shift();
    if (digit !== undefined) this.#announce(digit);
    return digit;
  }

  flush(): void {
    this.#waiting = [];
  }

  #announce(digit: Digit): void {
    this.#channel.fire('DTMF', 'dtmf', (headers) => {
      basicHeaders(headers, this.#channel);
      headers['DTMF-Digit'] = digit.digit;
      headers['DTMF-Duration'] = String(digit.duration);
      headers['DTMF-Source'] = digit.source;
    });
  }
}
