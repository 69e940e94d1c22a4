/** Counts what came from the far end: loss by sequence number (RFC 3550 A.3) and jitter (A.8). Owned by rtp-receiver.ts. */
import type { ReportBlock } from '../wire/rtcp-packet.js';
import { sequenceDistance, timestampDistance, type RtpView } from '../wire/rtp-packet.js';
import { SAMPLE_RATE } from './frame.js';

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
/** A transit time that changes by more than a second is a new timeline, not jitter. */
const NEW_TIMELINE = SAMPLE_RATE;
const SEQUENCES = 0x10000;

export class ReceptionMeter {
  packets = 0;
  bytes = 0;
  /** Jumps of the sequence. */
  gaps = 0;
  #ssrc: number | undefined;
  /** Sequence numbers passed and packets received since this SSRC was first seen. */
  #expected = 0;
  #received = 0;
  #lostBefore = 0;
  #highest = 0;
  #cycles = 0;
  #reported = { expected: 0, received: 0 };
  #transit: number | undefined;
  #jitter = 0;

  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#received);
  }

  /** How the present sender was received, for a report; undefined when nothing came since the one before. */
  report(): Omit<ReportBlock, 'lastReport' | 'delay'> | undefined {
    const before = this.#reported;
    if (this.#ssrc === undefined || this.#received === before.received) return undefined;
    this.#reported = { expected: this.#expected, received: this.#received };
    const expected = this.#expected - before.expected;
    const lost = expected - (this.#received - before.received);
    return {
      ssrc: this.#ssrc,
      fractionLost: expected === 0 || lost <= 0 ? 0 : Math.floor((256 * lost) / expected),
      lost: this.#expected - this.#received,
      highestSequence: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.floor(this.#jitter),
    };
  }

  get jitterMs(): number {
    return this.#jitter / SAMPLES_PER_MS;
  }

  /** `timed`: its timestamp tells when it was sent (that of a telephone-event stands still). */
  count(
    view: RtpView,
    bytes: number,
    now: number,
    timing: 'timed' | 'untimed',
  ): 'same-sender' | 'new-sender' {
    this.packets += 1;
    this.bytes += bytes;
    const sender = this.#follow(view);
    if (timing === 'timed') this.#measureJitter(view.timestamp, now);
    return sender;
  }

  #follow(view: RtpView): 'same-sender' | 'new-sender' {
    if (this.#ssrc !== view.ssrc) {
      this.#lostBefore = this.lost;
      this.#ssrc = view.ssrc;
      this.#highest = view.sequence;
      this.#cycles = 0;
      this.#reported = { expected: 0, received: 0 };
      this.#expected = 1;
      this.#received = 1;
      this.#transit = undefined;
      return 'new-sender';
    }
    const step = sequenceDistance(this.#highest, view.sequence);
    if (step > 1) this.gaps += 1;
    if (step > 0) {
      this.#expected += step;
      if (view.sequence < this.#highest) this.#cycles += SEQUENCES;
      this.#highest = view.sequence;
    }
    this.#received += 1;
    return 'same-sender';
  }

  #measureJitter(timestamp: number, now: number): void {
    const transit = Math.round(now * SAMPLES_PER_MS - timestamp) | 0;
    const change = this.#transit === undefined ? 0 : Math.abs(timestampDistance(this.#transit, transit));
    this.#transit = transit;
    if (change < NEW_TIMELINE) this.#jitter += (change - this.#jitter) / 16;
  }
}
