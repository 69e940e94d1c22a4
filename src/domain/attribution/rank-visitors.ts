/**
 * Who called? Everyone who could have seen the number, each with the probability of being the caller. What happened
 * after it rang never counts. Exactly one winner, or the call is ambiguous; with nobody to choose from it is unknown.
 */
import { LABEL_NAMES, type SourceLabels } from '../numbers/tracked-number.js';
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';
import type { RankedVisitor } from './attribution.js';
import type { CallRates } from './call-rates.js';
import { bandOf, type Sighting } from './sighting.js';

export interface RingingCall {
  readonly at: Instant;
  /** ISO 3166, of the caller's number; absent when hidden or of no country. */
  readonly country?: string;
  /** ISO 3166-2, of a fixed line; absent of mobiles and where the number does not tell. */
  readonly region?: string;
}

/**
 * Rates are measured, not known, and a band is coarse: taken at their word they make the answer too sure. Chosen on four
 * shapes of made-up traffic, and judged on others (docs/adr, docs/attribution.md).
 */
const DOUBT = 0.97;

/** A caller from another country than the visitor's address: rare, but people travel and roam. */
const OTHER_COUNTRY = 0.05;
/** Of the same country, another region: address databases are wrong about one in four, and people call from work. */
const OTHER_REGION = 0.3;

/** Most likely first; ties by id, so that the order of the sightings does not matter. */
export function rankVisitors(
  sightings: readonly Sighting[],
  call: RingingCall,
  rates: CallRates,
): readonly RankedVisitor[] {
  const weighed = sightings.flatMap((sighting) => {
    const weight = weightOf(sighting, call, rates);
    return weight > 0 ? [{ sighting, weight }] : [];
  });
  const total = weighed.reduce((sum, { weight }) => sum + weight, rates.stranger ** DOUBT);
  return ofVisitors(weighed)
    .map(({ sighting, weight }) => rankedVisitor(sighting, weight / total))
    .sort((one, other) => other.probability - one.probability || (one.visitorId < other.visitorId ? -1 : 1));
}

function weightOf(sighting: Sighting, call: RingingCall, rates: CallRates): number {
  const band = bandOf(sighting, call.at);
  return band === undefined ? 0 : rates.bands[band] ** DOUBT * placeWeight(sighting, call);
}

function placeWeight(
  sighting: Pick<Sighting, 'country' | 'region'>,
  { country, region }: RingingCall,
): number {
  if (differ(country, sighting.country)) return OTHER_COUNTRY;
  return differ(region, sighting.region) ? OTHER_REGION : 1;
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

interface Weighed {
  readonly sighting: Sighting;
  readonly weight: number;
}

/** One who saw the number in several visits is one person; the likeliest visit speaks for them. */
function ofVisitors(weighed: readonly Weighed[]): readonly Weighed[] {
  const byVisitor = new Map<string, Weighed>();
  for (const one of weighed) {
    const known = byVisitor.get(one.sighting.visitorId);
    const weight = (known?.weight ?? 0) + one.weight;
    const sighting = known === undefined || likelier(one, known) ? one.sighting : known.sighting;
    byVisitor.set(one.sighting.visitorId, { sighting, weight });
  }
  return [...byVisitor.values()];
}

function likelier({ sighting }: Weighed, known: Weighed): boolean {
  const { takenAt, sessionId } = known.sighting;
  return sighting.takenAt === takenAt ? sighting.sessionId < sessionId : sighting.takenAt > takenAt;
}

function rankedVisitor({ visitorId, sessionId, labels, page }: Sighting, probability: number): RankedVisitor {
  return { visitorId, sessionId, probability, labels, ...present({ page }) };
}

export type Verdict =
  | { readonly outcome: 'attributed'; readonly winner: RankedVisitor; readonly confidence: number }
  | { readonly outcome: 'ambiguous'; readonly confidence: number }
  | { readonly outcome: 'unknown'; readonly confidence: 0 };

export function verdictOf(ranked: readonly RankedVisitor[], threshold: number): Verdict {
  const [winner, runnerUp] = ranked;
  if (winner === undefined) return { outcome: 'unknown', confidence: 0 };
  const confidence = winner.probability;
  // Two of the same probability: neither wins, however low the threshold is set.
  if (confidence < threshold || runnerUp?.probability === confidence)
    return { outcome: 'ambiguous', confidence };
  return { outcome: 'attributed', winner, confidence };
}

/**
 * What is certain although the visitor is not: the labels that candidates share who together reach the threshold. Empty
 * when their sources differ.
 */
export function agreedLabels(ranked: readonly RankedVisitor[], threshold: number): SourceLabels {
  const shares = new Map<string, { readonly labels: SourceLabels; readonly share: number }>();
  for (const { labels, probability } of ranked) {
    const key = LABEL_NAMES.map((name) => labels[name] ?? '').join('\n');
    shares.set(key, { labels, share: (shares.get(key)?.share ?? 0) + probability });
  }
  return [...shares.values()].find(({ share }) => share >= threshold)?.labels ?? {};
}
