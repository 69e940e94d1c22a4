/**
 * How often visitors in each band call: calls per visitor and second. The likelihood that a call comes from a visitor is
 * proportional to the rate of the band the visitor is in at that moment (competing Poisson processes). The rates given
 * here are where a new installation begins; `learnRates` measures its own from its calls and sightings.
 */
import type { Instant } from '../values/ids.js';
import { powerLawThrough } from './power-law.js';
import { BANDS, exposureOf, LEFT_MIDDLES, type Band, type Sighting } from './sighting.js';
import { SightingIndex } from './sighting-index.js';

export interface CallRates {
  readonly bands: Readonly<Record<Band, number>>;
  /** Calls to one number and second by people who are not among its visitors: it stands in notebooks and old ads. */
  readonly stranger: number;
}

/** About one visitor in thirty calls, most of them soon. */
export const FIRST_RATES: CallRates = {
  bands: {
    'clicked-5s': 2.5e-2,
    'clicked-10s': 2.5e-2,
    'clicked-20s': 2e-2,
    'clicked-40s': 8e-3,
    'clicked-90s': 2e-3,
    'clicked-5m': 3e-4,
    'active-15s': 1e-4,
    'active-30s': 1e-4,
    'active-1m': 9e-5,
    'active-2m': 7e-5,
    'active-4m': 5e-5,
    'active-8m': 3e-5,
    'active-15m': 2e-5,
    'active-later': 1e-5,
    'left-2m': 2.5e-5,
    'left-3m': 2e-5,
    'left-5m': 1.5e-5,
    'left-10m': 8e-6,
    'left-15m': 4e-6,
    'left-30m': 2e-6,
    'left-1h': 8e-7,
    'left-2h': 3e-7,
    'left-6h': 8e-8,
    'left-1d': 1.2e-8,
    'left-4d': 1.2e-9,
    'left-14d': 1.5e-10,
    'left-60d': 1.5e-11,
  },
  stranger: 1e-7,
};

export interface Observed {
  /** Sightings of each number. */
  readonly sightings: ReadonlyMap<string, readonly Sighting[]>;
  readonly calls: readonly { readonly number: string; readonly at: Instant }[];
  readonly from: Instant;
  readonly until: Instant;
}

/** Calls that the first rates of clicks and pages in front are worth: measured ones take over as calls come in. */
const PRIOR_CALLS = 2;
const ROUNDS = 200;

/**
 * Maximum likelihood of a mixture by expectation and maximisation: each call is shared among those who could have made
 * it by the rates so far, then each rate is the calls shared to its band over the seconds spent in it. Nobody needs to
 * know who really called.
 */
export function learnRates(observed: Observed, first: CallRates = FIRST_RATES): CallRates {
  const exposure = totalExposure(observed);
  const indexes = new Map([...observed.sightings].map(([number, of]) => [number, new SightingIndex(of)]));
  const candidates = observed.calls.map(
    ({ number, at }) => indexes.get(number)?.inBands(at) ?? new Map<Band, number>(),
  );
  const numberSeconds = (observed.sightings.size * (observed.until - observed.from)) / 1000;
  let rates = first;
  for (let round = 0; round < ROUNDS; round += 1) {
    const shared = shareCalls(candidates, rates);
    const expected = expectedRates({ calls: shared.bands, seconds: exposure }, first);
    rates = {
      bands: falling((band) => {
        const { worth, rate } = expected(band);
        return { calls: worth + shared.bands[band], seconds: worth / rate + exposure[band] };
      }),
      stranger: measured(shared.stranger, numberSeconds, first.stranger),
    };
  }
  return rates;
}

interface Totals {
  readonly calls: Readonly<Record<Band, number>>;
  readonly seconds: Readonly<Record<Band, number>>;
}

/** Calls that the law is worth in each band of those who left; chosen with `DOUBT` (docs/adr). */
const LAW_CALLS = 5;
/** A band in which nobody called yet lies where the first rates have it. */
const LEAST_CALLS = 0.5;

/**
 * What is expected of a band before its own calls are counted. Of those who left, calls become rare as a power of the
 * time, so their bands lean on a law through all of them: an old band has hundreds of candidates for every call, and
 * alone it would take calls from its neighbours, or give them, by chance.
 */
function expectedRates(
  { calls, seconds }: Totals,
  first: CallRates,
): (band: Band) => { readonly worth: number; readonly rate: number } {
  const law = powerLawThrough(
    LEFT_MIDDLES.map(({ name, middleSeconds }) => ({
      seconds: middleSeconds,
      rate: (calls[name] + LEAST_CALLS) / (seconds[name] + LEAST_CALLS / first.bands[name]),
      weight: calls[name] + LEAST_CALLS,
    })),
  );
  const lawful = new Map(LEFT_MIDDLES.map(({ name, middleSeconds }) => [name, law(middleSeconds)]));
  return (band) => {
    const rate = lawful.get(band);
    return rate === undefined ? { worth: PRIOR_CALLS, rate: first.bands[band] } : { worth: LAW_CALLS, rate };
  };
}

function measured(calls: number, seconds: number, first: number): number {
  return rateOf({ calls: PRIOR_CALLS + calls, seconds: PRIOR_CALLS / first + seconds });
}

interface Measure {
  readonly calls: number;
  readonly seconds: number;
}

/**
 * The longer a visitor is gone the less they call: rates that would rise are pooled with the ones before (isotonic
 * regression by pooling adjacent violators). Without it old bands, in which all numbers have many visitors, borrow calls
 * from one another without end.
 */
function falling(measureOf: (band: Band) => Measure): Record<Band, number> {
  const rates = mapBands((band) => rateOf(measureOf(band)));
  const pools: { readonly bands: readonly Band[]; readonly measure: Measure }[] = [];
  for (const { name, after } of BANDS) {
    if (after !== 'left') continue;
    let pool = { bands: [name] as readonly Band[], measure: measureOf(name) };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (rateOf(last.measure) >= rateOf(pool.measure)) break;
      pools.pop();
      pool = { bands: [...last.bands, ...pool.bands], measure: sum(last.measure, pool.measure) };
    }
    pools.push(pool);
  }
  for (const { bands, measure } of pools) for (const band of bands) rates[band] = rateOf(measure);
  return rates;
}

function rateOf({ calls, seconds }: Measure): number {
  return calls / seconds;
}

function sum(one: Measure, other: Measure): Measure {
  return { calls: one.calls + other.calls, seconds: one.seconds + other.seconds };
}

function mapBands(value: (band: Band) => number): Record<Band, number> {
  return Object.fromEntries(BANDS.map(({ name }) => [name, value(name)])) as Record<Band, number>;
}

function totalExposure({ sightings, until }: Observed): Readonly<Record<Band, number>> {
  const total = mapBands(() => 0);
  for (const ofNumber of sightings.values())
    for (const sighting of ofNumber)
      for (const [band, seconds] of Object.entries(exposureOf(sighting, until)))
        total[band as Band] += seconds;
  return total;
}

type BandCounts = ReadonlyMap<Band, number>;

function shareCalls(
  candidates: readonly BandCounts[],
  rates: CallRates,
): { readonly bands: Readonly<Record<Band, number>>; readonly stranger: number } {
  const bands = mapBands(() => 0);
  let stranger = 0;
  for (const ofCall of candidates) {
    let total = rates.stranger;
    for (const [band, count] of ofCall) total += count * rates.bands[band];
    for (const [band, count] of ofCall) bands[band] += (count * rates.bands[band]) / total;
    stranger += rates.stranger / total;
  }
  return { bands, stranger };
}
