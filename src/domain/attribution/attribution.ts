/**
 * What a call is attributed to, frozen at ring time: who could have seen the number, how likely each of them is the
 * caller, and the touches of the winner. Reports recompute shares from the touches; they never change what stands here.
 */
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { CallId, E164, Instant } from '../values/ids.js';
import type { ModelName, TimedSource } from './models.js';

/**
 * `attributed`: one visitor, confidence above the threshold; `ambiguous`: several could be and none stands out;
 * `static`: the number itself says where it was seen; `unknown`: nobody is known to have seen it.
 */
export const ATTRIBUTION_OUTCOMES = ['attributed', 'ambiguous', 'static', 'unknown'] as const;
export type AttributionOutcome = (typeof ATTRIBUTION_OUTCOMES)[number];

/** One who could have seen the number. */
export interface RankedVisitor {
  readonly visitorId: string;
  readonly sessionId: string;
  /** That the caller is this visitor; with the chance of a stranger all sum to 1. */
  readonly probability: number;
  readonly labels: SourceLabels;
  readonly page?: string;
}

export interface Attribution {
  readonly callId: CallId;
  /** When it rang; nothing later counts. */
  readonly at: Instant;
  readonly number: E164;
  readonly project: string;
  readonly pool?: string;
  /** Absent when the caller hides the number. */
  readonly caller?: E164;
  readonly outcome: AttributionOutcome;
  /** Of the winner; absent unless `attributed`. */
  readonly visitorId?: string;
  readonly sessionId?: string;
  /** 1 for a static number, 0 when unknown, else the probability of the first of `candidates`. */
  readonly confidence: number;
  /** Most likely first: winner and runner-up lead. */
  readonly candidates: readonly RankedVisitor[];
  /** All touches of the winner until the call, in time order. */
  readonly touches: readonly TimedSource[];
  /** Of the touch that `model` credits most. */
  readonly labels: SourceLabels;
  readonly model: ModelName;
  readonly page?: string;
  /** The first call of this caller, when the project credits that one. */
  readonly repeatOf?: CallId;
  readonly target?: 'yes' | 'no';
  /** Version of the rule that judged. */
  readonly targetRule?: string;
}
