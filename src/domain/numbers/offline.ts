/** Where a number was seen off the web, and what advertising cost. Days are local dates as written, `YYYY-MM-DD`. */
import type { E164 } from '../values/ids.js';
import type { SourceLabels } from './tracked-number.js';

/** A static number on a poster, in a radio spot, on a map: from the first day to the last. */
export interface Placement {
  readonly number: E164;
  readonly startsOn: string;
  /** Last day; absent: still there. */
  readonly endsOn?: string;
  readonly name: string;
  readonly labels: SourceLabels;
}

/** Advertising costs of one source and day; importing the same key again replaces it. */
export interface Cost {
  readonly project: string;
  readonly day: string;
  readonly source: string;
  readonly medium: string;
  /** Empty: the whole source. */
  readonly campaign: string;
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/**
 * The placement a call on this day came from. After its last day people still call the number: the one that ended last
 * before the day counts. Undefined before the first.
 */
export function placementOn(placements: readonly Placement[], day: string): Placement | undefined {
  const begun = placements.filter(({ startsOn }) => startsOn <= day);
  const running = begun.filter(({ endsOn }) => endsOn === undefined || endsOn >= day);
  const pick = running.length > 0 ? running : begun;
  const rank = ({ startsOn, endsOn }: Placement): string =>
    running.length > 0 ? startsOn : `${endsOn ?? ''} ${startsOn}`;
  return pick.reduce<Placement | undefined>(
    (best, one) => (best === undefined || rank(one) > rank(best) ? one : best),
    undefined,
  );
}
