/**
 * Whether one more call may come in: accepted calls keep their quality, the rest is told to come again. Pure; the switch
 * counts and measures.
 */
import type { Instant } from '../values/ids.js';

export interface AdmissionTerms {
  readonly mostLegs: number;
  /** The event loop runs later than this: everything does. */
  readonly mostLagMs: number;
  /** Share of its processors that the idlest media server must have left, 0 to 1; 0: not asked. */
  readonly leastIdleCpu: number;
}

export interface Load {
  /** `away`: no media server takes calls. */
  readonly media: 'ready' | 'away';
  readonly legs: number;
  readonly eventLoopLagMs: number;
  /** Of the idlest media server that takes calls; absent: not known yet. */
  readonly idleCpu?: number;
}

/** Why no call is taken at all. */
export type Standstill = 'media' | 'legs' | 'lag' | 'processor';
/** Why this one is not. */
export type Overload = Standstill | 'calls-per-second' | 'draining';

export function overloadOf(terms: AdmissionTerms, load: Load): Standstill | undefined {
  if (load.media === 'away') return 'media';
  if (load.legs >= terms.mostLegs) return 'legs';
  if (load.eventLoopLagMs > terms.mostLagMs) return 'lag';
  return (load.idleCpu ?? 1) < terms.leastIdleCpu ? 'processor' : undefined;
}

const SECOND_MS = 1000;

/** At most so many in any one second. Holds one time for each; refused ones do not count, so that it recovers at once. */
export class CallRate {
  readonly #most: number;
  #times: Instant[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  take(now: Instant): 'taken' | 'full' {
    this.#times = this.#times.filter((at) => at > now - SECOND_MS);
    if (this.#times.length >= this.#most) return 'full';
    this.#times.push(now);
    return 'taken';
  }
}
