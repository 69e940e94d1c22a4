/**
 * RECV_RTCP_MESSAGE (switch_core_media.c, switch_core_media_read_frame): each report of the far end, with FreeSWITCH's own
 * smoothing of loss and round trip. What a report leaves out is shown as the one before had it. Used by leg-media.ts.
 */
import type { FarEndReport } from '../../../media/api.js';
import { microseconds } from '../events/event-bus.js';
import type { Channel } from './channel.js';

const NO_SENDER = { ntp: { seconds: 0, fraction: 0 }, rtpTimestamp: 0, packets: 0, octets: 0 };
/** process_rtcp_report: seven parts of the average so far, three of the new value. */
const KEPT = 0.7;

export class RtcpEvents {
  readonly #channel: Channel;
  #sender = NO_SENDER;
  #senderSsrc = 0;
  #lossAverage = 0;
  #tripAverage = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  told(report: FarEndReport): void {
    if (report.sender !== undefined) {
      this.#sender = report.sender;
      this.#senderSsrc = report.ssrc;
    }
    const [block] = report.blocks;
    if (block !== undefined)
      this.#lossAverage = smoothed(this.#lossAverage, Math.trunc((100 * block.fractionLost) / 255));
    if (report.roundTripMs !== undefined)
      this.#tripAverage = smoothed(this.#tripAverage, report.roundTripMs / 1000);
    this.#channel.fire('RECV_RTCP_MESSAGE', 'receivedRtcp', (headers) =>
      Object.assign(headers, this.#headers(report)),
    );
  }

  #headers(report: FarEndReport): Record<string, string> {
    const { clock } = this.#channel.core;
    return {
      'Unique-ID': this.#channel.uuid,
      SSRC: hex(this.#senderSsrc),
      'NTP-Most-Significant-Word': String(this.#sender.ntp.seconds),
      'NTP-Least-Significant-Word': String(this.#sender.ntp.fraction),
      'RTP-Timestamp': String(this.#sender.rtpTimestamp),
      'Sender-Packet-Count': String(this.#sender.packets),
      'Octect-Packet-Count': String(this.#sender.octets),
      'Last-RTP-Timestamp': String(this.#sender.rtpTimestamp),
      'RTP-Rate': '8000',
      'Capture-Time': microseconds(clock.now()),
      ...this.#sources(report),
    };
  }

  /** Between two parties there is one source to report on; of further ones nothing is kept. */
  #sources({ blocks: [block] }: FarEndReport): Record<string, string> {
    if (block === undefined) return {};
    return {
      'Source0-SSRC': hex(block.ssrc),
      'Source0-Fraction': String(block.fractionLost),
      'Source0-Lost': String(block.lost >>> 0),
      'Source0-Loss-Avg': String(Math.trunc(this.#lossAverage)),
      'Source0-Highest-Sequence-Number-Received': String(block.highestSequence),
      'Source0-Jitter': String(block.jitter),
      'Source0-LSR': String(block.lastReport),
      'Source0-DLSR': String(block.delay),
      'Rtt0-Avg': this.#tripAverage.toFixed(6),
    };
  }
}

function smoothed(average: number, value: number): number {
  return average === 0 ? value : KEPT * average + (1 - KEPT) * value;
}

function hex(ssrc: number): string {
  return ssrc.toString(16).padStart(8, '0');
}
