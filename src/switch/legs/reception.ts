/** What the media server's events say of a channel's RTP and RTCP. Read by event-socket.ts, summed up by leg-meter.ts. */
import type { FarReception, Reception } from '../../domain/calls/quality.js';
import { present } from '../../domain/values/present.js';
import type { EslEvent } from '../libraries.js';

const PREFIX = 'variable_rtp_audio_in_';
/** switch_rtp.c, do_mos: a lost packet is a flaw, and each gap costs two more as a penalty. */
const FLAWS_OF_A_LOSS = 3;

/**
 * From FreeSWITCH's own figures, which have no count of lost packets: `loss_rate` is their share of those that came, but
 * renewed every 5 s and with two decimals; `flaw_total` is up to date, and exact where packets are lost one by one. The
 * variance is of the worst spell, in ms². Undefined when nothing ever came.
 */
export function receptionOf(event: EslEvent): Reception | undefined {
  const figure = (name: string) => Number(event.getHeader(`${PREFIX}${name}`) ?? 0) || 0;
  const packets = figure('media_packet_count');
  if (packets === 0) return undefined;
  const jitterMs = Math.round(100 * Math.sqrt(figure('jitter_max_variance'))) / 100;
  const lost = Math.max(figure('jitter_loss_rate') * packets, figure('flaw_total') / FLAWS_OF_A_LOSS);
  return { packets, lost: Math.round(lost), jitterMs };
}

const FRACTIONS = 256;
const UNITS_PER_MS = 8;

/** The first report block of RECV_RTCP_MESSAGE: between two parties there is no other. Undefined when there is none. */
export function farReportOf(event: EslEvent): FarReception | undefined {
  const fraction = event.getHeader('Source0-Fraction');
  if (fraction === null) return undefined;
  const roundTrip = Number(event.getHeader('Rtt0-Avg')) * 1000;
  return {
    lossPercent: (100 * Number(fraction)) / FRACTIONS,
    jitterMs: Number(event.getHeader('Source0-Jitter')) / UNITS_PER_MS,
    ...present({ roundTripMs: roundTrip > 0 ? roundTrip : undefined }),
  };
}

/** A channel's reports: each is of about the same time, so the mean of their losses is that of the call. */
export class ReportedReception {
  #reports = 0;
  #lossSum = 0;
  #worstJitterMs = 0;
  #roundTripMs: number | undefined;

  add({ lossPercent, jitterMs, roundTripMs }: FarReception): void {
    this.#reports += 1;
    this.#lossSum += lossPercent;
    this.#worstJitterMs = Math.max(this.#worstJitterMs, jitterMs);
    this.#roundTripMs = roundTripMs ?? this.#roundTripMs;
  }

  /** Undefined when none came. */
  all(): FarReception | undefined {
    if (this.#reports === 0) return undefined;
    return {
      lossPercent: twoDecimals(this.#lossSum / this.#reports),
      jitterMs: twoDecimals(this.#worstJitterMs),
      ...present({ roundTripMs: this.#roundTripMs && twoDecimals(this.#roundTripMs) }),
    };
  }
}

function twoDecimals(value: number): number {
  return Math.round(100 * value) / 100;
}
