/**
 * Turns telephone-event packets (RFC 4733) into one digit per key press, whatever was lost, repeated or overtaken on
 * the way. All packets of one press carry the timestamp of its start. Owned by rtp-receiver.ts.
 */
import { digitOfEvent, readDtmfEvent } from '../wire/dtmf-event.js';
import { timestampDistance, type RtpView } from '../wire/rtp-packet.js';
import { FRAME_MS, samplesOfMs } from './frame.js';

/** No packet for so many ticks: all three end packets were lost. */
const LOST_END_TICKS = 160 / FRAME_MS;
/** A press that began longer ago than this is a new timeline of the sender, not a straggler. */
const NEW_TIMELINE = samplesOfMs(20_000);

interface Press {
  readonly digit: string;
  readonly timestamp: number;
  duration: number;
  silentTicks: number;
}

export class DtmfReceiver {
  readonly #report: (digit: string, durationSamples: number) => void;
  #press: Press | undefined;
  /** Timestamp of the last press that was reported or begun: older ones are stragglers. */
  #lastSeen: number | undefined;

  constructor(report: (digit: string, durationSamples: number) => void) {
    this.#report = report;
  }

  accept(view: RtpView, packet: Buffer): void {
    const event = readDtmfEvent(packet, view.payloadStart, view.payloadEnd);
    const digit = event && digitOfEvent(event.event);
    if (!event || digit === undefined) return;
    if (this.#press?.timestamp !== view.timestamp) this.#begin(digit, view.timestamp);
    const press = this.#press;
    if (press?.timestamp !== view.timestamp) return;
    press.silentTicks = 0;
    press.duration = Math.max(press.duration, event.duration);
    if (event.phase === 'end') this.#finish();
  }

  /** Once every 20 ms. */
  tick(): void {
    if (!this.#press) return;
    this.#press.silentTicks += 1;
    if (this.#press.silentTicks > LOST_END_TICKS) this.#finish();
  }

  /** Another sender: its timestamps have nothing to do with those before. */
  reset(): void {
    this.#finish();
    this.#lastSeen = undefined;
  }

  #begin(digit: string, timestamp: number): void {
    if (this.#lastSeen !== undefined) {
      const step = timestampDistance(this.#lastSeen, timestamp);
      if (step <= 0 && step > -NEW_TIMELINE) return;
    }
    this.#finish();
    this.#lastSeen = timestamp;
    this.#press = { digit, timestamp, duration: 0, silentTicks: 0 };
  }

  #finish(): void {
    const press = this.#press;
    this.#press = undefined;
    if (press) this.#report(press.digit, press.duration);
  }
}
