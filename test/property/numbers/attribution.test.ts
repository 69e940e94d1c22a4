/** Ranking, verdicts, models and persons over arbitrary sightings, touches and contacts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_RATES, learnRates } from '../../../src/domain/attribution/call-rates.js';
import { creditsOf, MODEL_NAMES, type TimedSource } from '../../../src/domain/attribution/models.js';
import { personsOf, uniqueContacts, type Contact } from '../../../src/domain/attribution/person.js';
import { agreedLabels, rankVisitors, verdictOf } from '../../../src/domain/attribution/rank-visitors.js';
import { BANDS, bandOf, exposureOf, type Sighting } from '../../../src/domain/attribution/sighting.js';
import { SightingIndex } from '../../../src/domain/attribution/sighting-index.js';

const AT = 10_000_000_000;
const DAY = 86_400_000;

const sighting: fc.Arbitrary<Sighting> = fc
  .record({
    visitor: fc.nat(8),
    session: fc.nat(30),
    ago: fc.integer({ min: -DAY, max: 70 * DAY }),
    stay: fc.integer({ min: 0, max: 3_600_000 }),
    click: fc.option(fc.integer({ min: 0, max: 600_000 }), { nil: undefined }),
    source: fc.constantFrom('google', 'bing'),
  })
  .map(({ visitor, session, ago, stay, click, source }) => ({
    visitorId: `v${visitor}`,
    sessionId: `s${session}`,
    takenAt: AT - ago,
    seenAt: AT - ago + stay,
    labels: { source },
    ...(click === undefined ? {} : { clickedAt: AT - ago + Math.min(click, stay) }),
  }));
const sightings = fc.array(sighting, { maxLength: 20 });
const runs = { numRuns: 300 };

describe('who called', () => {
  it('exactly one winner, or ambiguous; nobody only when nobody could', () => {
    fc.assert(
      fc.property(sightings, fc.double({ min: 0, max: 1, noNaN: true }), (all, threshold) => {
        const ranked = rankVisitors(all, { at: AT }, FIRST_RATES);
        const verdict = verdictOf(ranked, threshold);
        if (verdict.outcome === 'unknown') expect(ranked).toEqual([]);
        if (verdict.outcome === 'attributed') {
          expect(verdict.winner).toBe(ranked[0]);
          expect(verdict.confidence).toBeGreaterThanOrEqual(threshold);
          for (const other of ranked.slice(1)) expect(other.probability).toBeLessThan(verdict.confidence);
        }
        const total = ranked.reduce((sum, { probability }) => sum + probability, 0);
        expect(total).toBeLessThan(1);
        expect(new Set(ranked.map(({ visitorId }) => visitorId)).size).toBe(ranked.length);
      }),
      runs,
    );
  });

  it('does not depend on the order of the sightings', () => {
    fc.assert(
      fc.property(sightings, (all) => {
        const there = rankVisitors(all, { at: AT }, FIRST_RATES);
        const back = rankVisitors([...all].reverse(), { at: AT }, FIRST_RATES);
        const rounded = (ranked: typeof there) =>
          ranked.map(({ visitorId, probability }) => [visitorId, probability.toFixed(9)]);
        expect(rounded(back)).toEqual(rounded(there));
      }),
      runs,
    );
  });

  it('nothing after the ring counts: neither sightings, nor signs of life, nor clicks', () => {
    fc.assert(
      fc.property(sightings, fc.integer({ min: 1, max: DAY }), (all, later) => {
        const after = all.map((one) => ({ ...one, sessionId: `late-${one.sessionId}`, takenAt: AT + later }));
        const known = rankVisitors(all, { at: AT }, FIRST_RATES);
        expect(rankVisitors([...all, ...after], { at: AT }, FIRST_RATES)).toEqual(known);
        const click = all.map((one) =>
          one.clickedAt === undefined ? { ...one, clickedAt: AT + later } : one,
        );
        expect(rankVisitors(click, { at: AT }, FIRST_RATES)).toEqual(known);
      }),
      runs,
    );
  });

  it('a caller from a region the visitor is not in is less likely them, but not so much; mobiles say nothing', () => {
    const base = { visitorId: 'v', sessionId: 's', takenAt: AT - 60_000, seenAt: AT, labels: {} };
    const probability = (region: string | undefined): number => {
      const [first] = rankVisitors(
        [{ ...base, country: 'RU', region: 'RU-MOW' }],
        { at: AT, country: 'RU', ...(region === undefined ? {} : { region }) },
        { ...FIRST_RATES, stranger: 1e-4 },
      );
      return first?.probability ?? 0;
    };
    expect(probability('RU-SPE')).toBeLessThan(probability('RU-MOW'));
    expect(probability(undefined)).toBe(probability('RU-MOW'));
  });

  it('a caller from a country the visitor is not in is less likely them', () => {
    const base = { visitorId: 'v', sessionId: 's', takenAt: AT - 60_000, seenAt: AT, labels: {} };
    const probability = (country: string): number =>
      rankVisitors(
        [
          { ...base, country: 'DE' },
          { ...base, visitorId: 'w' },
        ],
        { at: AT, country },
        FIRST_RATES,
      ).find(({ visitorId }) => visitorId === 'v')?.probability ?? 0;
    expect(probability('DE')).toBeCloseTo(0.5, 2);
    expect(probability('US')).toBeLessThan(0.06);
  });

  it('what the candidates agree on is told, and nothing else', () => {
    fc.assert(
      fc.property(sightings, (all) => {
        const ranked = rankVisitors(all, { at: AT }, FIRST_RATES);
        const { source } = agreedLabels(ranked, 0.7);
        if (source === undefined) return;
        const sum = ranked
          .filter(({ labels }) => labels.source === source)
          .reduce((share, { probability }) => share + probability, 0);
        expect(sum).toBeGreaterThanOrEqual(0.7);
      }),
      runs,
    );
  });
});

describe('bands', () => {
  it('the exposure of a sighting is the time until then, less what no band counts', () => {
    fc.assert(
      fc.property(sighting, (one) => {
        const until = AT + DAY;
        const sum = Object.values(exposureOf(one, until)).reduce((total, seconds) => total + seconds, 0);
        expect(sum).toBeLessThanOrEqual((until - one.takenAt) / 1000 + 1e-6);
        if (until - one.seenAt < 60 * DAY) expect(sum).toBeCloseTo((until - one.takenAt) / 1000, 3);
      }),
      runs,
    );
  });

  it('the index counts as one would by looking at each', () => {
    fc.assert(
      fc.property(sightings, (all) => {
        const expected = new Map<string, number>();
        for (const one of all) {
          const band = bandOf(one, AT);
          if (band !== undefined) expected.set(band, (expected.get(band) ?? 0) + 1);
        }
        expect(new Map(new SightingIndex(all).inBands(AT))).toEqual(expected);
      }),
      runs,
    );
  });

  it('without calls the measured rates only fall; later bands never call more than earlier ones', () => {
    const observed = { sightings: new Map([['n', [] as Sighting[]]]), calls: [], from: 0, until: AT };
    const { bands } = learnRates(observed);
    const left = BANDS.filter(({ after }) => after === 'left').map(({ name }) => bands[name]);
    expect(left).toEqual([...left].sort((one, other) => other - one));
  });
});

const touches = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 2 * AT }), source: fc.constantFrom('google', 'direct', 'bing') }),
  { maxLength: 12 },
);

describe('models', () => {
  it.each(MODEL_NAMES)('%s: shares sum to one, and no touch after the contact has any', (model) => {
    fc.assert(
      fc.property(touches, (all) => {
        const credits = creditsOf(model, all, { until: AT });
        const counted = all.filter(({ at }) => at <= AT);
        if (counted.length === 0) expect(credits).toEqual([]);
        else expect(credits.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        for (const { touch } of credits) expect(touch.at).toBeLessThanOrEqual(AT);
      }),
      runs,
    );
  });

  const visits: readonly TimedSource[] = [
    { at: AT - 21 * DAY, source: 'bing' },
    { at: AT - 14 * DAY, source: 'google' },
    { at: AT - 7 * DAY, source: 'mail' },
    { at: AT, source: 'direct' },
  ];
  it.each([
    ['last-non-direct', { mail: 1 }],
    ['last', { direct: 1 }],
    ['first', { bing: 1 }],
    ['linear', { bing: 0.25, google: 0.25, mail: 0.25, direct: 0.25 }],
    ['position', { bing: 0.4, google: 0.1, mail: 0.1, direct: 0.4 }],
    ['time-decay', { bing: 1 / 15, google: 2 / 15, mail: 4 / 15, direct: 8 / 15 }],
  ] as const)('%s spreads four visits as its name says', (model, expected) => {
    const credits = creditsOf(model, visits, { until: AT });
    expect(
      Object.fromEntries(credits.map(({ touch, share }) => [touch.source, Number(share.toFixed(9))])),
    ).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, share]) => [name, Number(share.toFixed(9))])),
    );
    const recent = creditsOf(model, visits, { until: AT, days: 10 }).map(({ touch }) => touch.source);
    for (const source of recent) expect(['mail', 'direct']).toContain(source);
  });
});

const contacts: fc.Arbitrary<readonly Contact[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('call', 'request', 'text'),
      at: fc.integer({ min: 0, max: 40 * DAY }),
      phone: fc.option(fc.constantFrom('p1', 'p2', 'p3'), { nil: undefined }),
      visitorId: fc.option(fc.constantFrom('v1', 'v2', 'v3'), { nil: undefined }),
    }),
    { maxLength: 15 },
  )
  .map((all) =>
    all.map(({ kind, at, phone, visitorId }, index) => ({
      id: `c${index}`,
      kind,
      at,
      ...(phone === undefined ? {} : { phone }),
      ...(visitorId === undefined ? {} : { visitorId }),
    })),
  );

describe('persons', () => {
  it('contacts that share a phone or a visitor are one person, in whatever order they come', () => {
    fc.assert(
      fc.property(contacts, (all) => {
        const persons = personsOf(all);
        for (const one of all)
          for (const other of all)
            if (one.phone !== undefined && one.phone === other.phone)
              expect(persons.get(one.id)).toBe(persons.get(other.id));
        expect(new Map([...personsOf([...all].reverse())].sort())).toEqual(new Map([...persons].sort()));
      }),
      runs,
    );
  });

  it('without an end to the window there are as many unique contacts as persons', () => {
    fc.assert(
      fc.property(contacts, (all) => {
        const persons = new Set(personsOf(all).values()).size;
        expect(uniqueContacts(all, { unique: 'across-kinds' }).size).toBe(persons);
        expect(uniqueContacts(all, { unique: 'per-kind' }).size).toBeGreaterThanOrEqual(persons);
      }),
      runs,
    );
  });
});
