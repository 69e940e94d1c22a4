/**
 * How a party was heard, by what the media server counted of its RTP, and how it heard us, by what its end told of ours
 * (RTCP); and what listeners would say of both, estimated by the E-model. Pure; the switch measures, the call record and the
 * metrics show.
 */
import type { Instant, LegId } from '../values/ids.js';

/** Of what came from the party. */
export interface Reception {
  readonly packets: number;
  readonly lost: number;
  /** Standard deviation of the packets' spacing. */
  readonly jitterMs: number;
}

/** How the party's end received what we sent, by its reports (RFC 3550 §6.4). */
export interface FarReception {
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly roundTripMs?: number;
}

export interface LegQuality extends Reception {
  readonly legId: LegId;
  /** End of the channel. */
  readonly at: Instant;
  readonly trunk?: string;
  /** 1 (bad) … 4.4, which is the best that G.711 gets. */
  readonly mos: number;
  /** How the party heard us; absent when its end told nothing. */
  readonly farEndMos?: number;
  readonly farEndLossPercent?: number;
  readonly farEndJitterMs?: number;
  readonly roundTripMs?: number;
}

/** ITU-T G.107 §7.7 with every parameter at its default. */
const BEST_RATING = 93.2;
/** G.113 appendix I, G.711 without concealment: nothing fills a gap on our way. */
const LOSS_ROBUSTNESS = 4.3;
/** A packet of 20 ms, and the 40 ms that the jitter buffer holds. The network's own is half the round trip, if the far end tells it. */
const KNOWN_DELAY_MS = 60;
/** From here on a talk gets in its own way (G.107, simplified by Cole and Rosenbluth). */
const DELAY_KNEE_MS = 177.3;

export function lossPercent({ packets, lost }: Reception): number {
  const expected = packets + lost;
  return expected === 0 ? 0 : (100 * lost) / expected;
}

/** Mean opinion score of G.711, two decimals. */
export function estimateMos(reception: Reception, roundTripMs = 0): number {
  return estimateFarMos({
    lossPercent: lossPercent(reception),
    jitterMs: reception.jitterMs,
    roundTripMs,
  });
}

export function estimateFarMos({ lossPercent: loss, jitterMs, roundTripMs = 0 }: FarReception): number {
  const equipment = (95 * loss) / (loss + LOSS_ROBUSTNESS);
  const delay = KNOWN_DELAY_MS + 2 * jitterMs + roundTripMs / 2;
  const late = 0.024 * delay + 0.11 * Math.max(0, delay - DELAY_KNEE_MS);
  return Math.round(100 * mosOf(BEST_RATING - equipment - late)) / 100;
}

/** G.107 annex B. */
function mosOf(rating: number): number {
  if (rating <= 0) return 1;
  const bounded = Math.min(rating, 100);
  return Math.max(1, 1 + 0.035 * bounded + bounded * (bounded - 60) * (100 - bounded) * 7e-6);
}
