/**
 * Key presses to send, one after another (RFC 4733 §2.5): a packet each tick with the duration so far, the last one with
 * the end bit and twice more for safety, then a pause. Owned by rtp-port.ts; while a press lasts no audio is sent.
 */
import { eventOfDigit } from '../wire/dtmf-event.js';
import { FRAME_MS, FRAME_SAMPLES } from './frame.js';
import type { RtpSender } from './rtp-sender.js';

const MIN_MS = 40;
const END_PACKETS = 3;
const PAUSE_TICKS = 2;
const VOLUME = 10;

interface Press {
  readonly event: number;
  readonly ticks: number;
  readonly done: () => void;
}

interface Sending {
  readonly press: Press;
  readonly startTimestamp: number;
  /** Ticks since the start, this one included. */
  tick: number;
}

export class DtmfSender {
  readonly #waiting: Press[] = [];
  #sending: Sending | undefined;
  #pauseTicks = 0;

  /** Resolves when the last digit was sent, or given up by `clear`. Characters that are no keys are left out. */
  send(digits: string, durationMs: number): Promise<void> {
    const events = Array.from(digits, eventOfDigit).filter((event) => event !== undefined);
    const last = events.length - 1;
    const ticks = Math.ceil(Math.max(durationMs, MIN_MS) / FRAME_MS);
    if (last < 0) return Promise.resolve();
    return new Promise((resolve) => {
      const never = () => undefined;
      for (const [index, event] of events.entries()) {
        this.#waiting.push({ event, ticks, done: index === last ? resolve : never });
      }
    });
  }

  /** Sends what this tick is due; `busy` when the tick belongs to a press. */
  tick(sender: RtpSender, payloadType: number | undefined): 'busy' | 'idle' {
    if (payloadType === undefined) {
      this.clear(); // The far end does not take events (any more).
      return 'idle';
    }
    const sending = this.#sending ?? this.#begin(sender.timestamp);
    if (!sending) return 'idle';
    const { press } = sending;
    sending.tick += 1;
    const phase = sending.tick >= press.ticks ? 'end' : 'going';
    const duration = Math.min(sending.tick, press.ticks) * FRAME_SAMPLES;
    const marker = sending.tick === 1 ? 1 : 0;
    sender.event(
      { event: press.event, phase, volume: VOLUME, duration },
      payloadType,
      sending.startTimestamp,
      marker,
    );
    if (sending.tick >= press.ticks + END_PACKETS - 1) this.#finish(press);
    return 'busy';
  }

  /** Forgets all presses; whoever waits for them goes on. */
  clear(): void {
    if (!this.#sending && this.#waiting.length === 0) return;
    const given = this.#sending ? [this.#sending.press, ...this.#waiting] : [...this.#waiting];
    this.#sending = undefined;
    this.#waiting.length = 0;
    for (const press of given) press.done();
  }

  #begin(startTimestamp: number): Sending | undefined {
    if (this.#pauseTicks > 0) {
      this.#pauseTicks -= 1;
      return undefined;
    }
    const press = this.#waiting.shift();
    this.#sending = press && { press, startTimestamp, tick: 0 };
    return this.#sending;
  }

  #finish(press: Press): void {
    this.#sending = undefined;
    this.#pauseTicks = PAUSE_TICKS;
    press.done();
  }
}
