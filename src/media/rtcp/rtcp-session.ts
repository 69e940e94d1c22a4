/**
 * The reports of one port (RFC 3550 §6): ours go out on a timer of their own, never on the 20 ms tick; the far end's are
 * taken as they come. Owned by rtp-port.ts.
 */
import type { Buffer } from 'node:buffer';
import { readRtcp, writeRtcp, type RtcpReport, type SenderInfo } from '../../wire/rtcp-packet.js';
import { RTP_HEADER_BYTES } from '../../wire/rtp-packet.js';
import type { FarEndReport, FarEndView, MediaClock } from '../api.js';
import { SAMPLE_RATE } from '../frame.js';
import type { ReceptionMeter } from '../reception-meter.js';
import type { RtpSender } from '../rtp-sender.js';
import { middleBits, ntpTime, roundTripMs, shortUnits } from './ntp-time.js';
import { reportInterval } from './report-interval.js';

export interface RtcpSurroundings {
  readonly clock: MediaClock;
  readonly randomUint32: () => number;
  /** §6.2: 5 s between two parties. */
  readonly intervalMs: number;
  readonly sender: RtpSender;
  readonly meter: ReceptionMeter;
  readonly send: (packet: Buffer) => 'sent' | 'dropped';
  readonly told: (report: FarEndReport) => void;
}

/** The last sender report of the far end, for LSR and DLSR of our next one. */
interface Heard {
  readonly middle: number;
  readonly at: number;
}

const NOTHING_YET: FarEndView = {
  senderPackets: 0,
  senderOctets: 0,
  lost: undefined,
  fractionLost: undefined,
  jitterMs: undefined,
  roundTripMs: undefined,
};

export class RtcpSession {
  readonly #around: RtcpSurroundings;
  /** Says nothing of the machine, and is another one for each port (RFC 7022 §4.2). */
  readonly #name: string;
  #cancel: () => void;
  #heard: Heard | undefined;
  #view: FarEndView | undefined;
  #packetsBefore = 0;
  #state: 'silent' | 'reporting' = 'silent';

  constructor(around: RtcpSurroundings) {
    this.#around = around;
    this.#name = [0, 1, 2].map(() => around.randomUint32().toString(16).padStart(8, '0')).join('');
    this.#cancel = this.#arm('first');
  }

  /** What the far end told last of how it hears us. */
  get view(): FarEndView | undefined {
    return this.#view;
  }

  take(packet: Buffer): void {
    const compound = readRtcp(packet);
    if (compound === undefined) return;
    const now = this.#around.clock.now();
    for (const report of compound.reports) this.#note(report, now);
  }

  /** A party that never said anything does not say goodbye either (§6.3.7). */
  close(): void {
    this.#cancel();
    if (this.#state === 'reporting' || this.#around.sender.packets > 0) this.#send('leaving');
  }

  #arm(turn: 'first' | 'later'): () => void {
    const { clock, randomUint32, intervalMs } = this.#around;
    return clock.after(reportInterval(intervalMs, turn, randomUint32()), () => {
      this.#send('staying');
      this.#cancel = this.#arm('later');
    });
  }

  #send(state: 'staying' | 'leaving'): void {
    const sent = this.#around.send(writeRtcp(this.#report(), this.#name, state));
    if (sent === 'sent') this.#state = 'reporting';
  }

  #report(): RtcpReport {
    const { clock, sender, meter } = this.#around;
    const now = clock.now();
    const hasSent = sender.packets > this.#packetsBefore;
    this.#packetsBefore = sender.packets;
    const received = meter.report();
    const since = this.#heard;
    return {
      ssrc: sender.ssrc,
      sender: hasSent ? senderInfo(sender, now) : undefined,
      blocks: received
        ? [
            {
              ...received,
              lastReport: since?.middle ?? 0,
              delay: since === undefined ? 0 : shortUnits(now - since.at),
            },
          ]
        : [],
    };
  }

  #note(report: RtcpReport, now: number): void {
    if (report.sender) this.#heard = { middle: middleBits(report.sender.ntp), at: now };
    const ofUs = report.blocks.find(({ ssrc }) => ssrc === this.#around.sender.ssrc);
    const trip = ofUs && roundTripMs(now, ofUs);
    this.#view = {
      ...(this.#view ?? NOTHING_YET),
      ...(report.sender && { senderPackets: report.sender.packets, senderOctets: report.sender.octets }),
      ...(ofUs && {
        lost: ofUs.lost,
        fractionLost: ofUs.fractionLost,
        jitterMs: (1000 * ofUs.jitter) / SAMPLE_RATE,
      }),
      ...(trip !== undefined && { roundTripMs: trip }),
    };
    this.#around.told({ ...report, roundTripMs: trip });
  }
}

/** The RTP timestamp is that of the tick under way: within a frame of the NTP time. */
function senderInfo({ timestamp, packets, bytes }: RtpSender, now: number): SenderInfo {
  return { ntp: ntpTime(now), rtpTimestamp: timestamp, packets, octets: bytes - packets * RTP_HEADER_BYTES };
}
