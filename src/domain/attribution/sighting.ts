/**
 * One visitor who was shown a number, and how near they were to calling it at a given moment. The moment decides which
 * band the sighting is in; each band has its rate of calls (`call-rates.ts`).
 */
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { Instant } from '../values/ids.js';

export interface Sighting {
  readonly visitorId: string;
  readonly sessionId: string;
  readonly takenAt: Instant;
  /** Last sign of life. */
  readonly seenAt: Instant;
  /** Last click on a `tel:` link with the number. */
  readonly clickedAt?: Instant;
  readonly labels: SourceLabels;
  readonly page?: string;
  /** ISO 3166, of the visitor's address. */
  readonly country?: string;
  /** ISO 3166-2, of the visitor's address. */
  readonly region?: string;
}

/**
 * Clicked: seconds since the click. Active: seconds since the number was shown, while signs of life come. Left: seconds
 * since the last one. Names hold the end of the band.
 */
export const BANDS = [
  { name: 'clicked-5s', after: 'click', endSeconds: 5 },
  { name: 'clicked-10s', after: 'click', endSeconds: 10 },
  { name: 'clicked-20s', after: 'click', endSeconds: 20 },
  { name: 'clicked-40s', after: 'click', endSeconds: 40 },
  { name: 'clicked-90s', after: 'click', endSeconds: 90 },
  { name: 'clicked-5m', after: 'click', endSeconds: 300 },
  { name: 'active-15s', after: 'shown', endSeconds: 15 },
  { name: 'active-30s', after: 'shown', endSeconds: 30 },
  { name: 'active-1m', after: 'shown', endSeconds: 60 },
  { name: 'active-2m', after: 'shown', endSeconds: 120 },
  { name: 'active-4m', after: 'shown', endSeconds: 240 },
  { name: 'active-8m', after: 'shown', endSeconds: 480 },
  { name: 'active-15m', after: 'shown', endSeconds: 900 },
  { name: 'active-later', after: 'shown', endSeconds: Infinity },
  { name: 'left-2m', after: 'left', endSeconds: 120 },
  { name: 'left-3m', after: 'left', endSeconds: 180 },
  { name: 'left-5m', after: 'left', endSeconds: 300 },
  { name: 'left-10m', after: 'left', endSeconds: 600 },
  { name: 'left-15m', after: 'left', endSeconds: 900 },
  { name: 'left-30m', after: 'left', endSeconds: 1800 },
  { name: 'left-1h', after: 'left', endSeconds: 3600 },
  { name: 'left-2h', after: 'left', endSeconds: 7200 },
  { name: 'left-6h', after: 'left', endSeconds: 21_600 },
  { name: 'left-1d', after: 'left', endSeconds: 86_400 },
  { name: 'left-4d', after: 'left', endSeconds: 345_600 },
  { name: 'left-14d', after: 'left', endSeconds: 1_209_600 },
  { name: 'left-60d', after: 'left', endSeconds: 5_184_000 },
] as const;

export type Band = (typeof BANDS)[number]['name'];

type Since = (typeof BANDS)[number]['after'];

/** Pages in front send a sign of life at least this often. */
const SIGN_MS = 60_000;
const CLICK_MS = 300_000;

/** Undefined when it was not shown yet, or so long ago that it does not count. */
export function bandOf({ takenAt, seenAt, clickedAt }: Sighting, at: Instant): Band | undefined {
  if (takenAt > at) return undefined;
  if (clickedAt !== undefined && clickedAt <= at && at - clickedAt < CLICK_MS)
    return bandAfter('click', at - clickedAt);
  const lastSeenAt = Math.min(seenAt, at);
  if (at - lastSeenAt <= SIGN_MS) return bandAfter('shown', at - takenAt);
  return bandAfter('left', at - lastSeenAt);
}

function bandAfter(since: Since, ms: number): Band | undefined {
  for (const { endMs, name } of BANDS_AFTER[since]) if (ms < endMs) return name;
  return undefined;
}

interface BandEnd {
  readonly name: Band;
  readonly endMs: number;
}

const bandsAfter = (since: Since): readonly BandEnd[] =>
  BANDS.filter(({ after }) => after === since).map(({ name, endSeconds }) => ({
    name,
    endMs: endSeconds * 1000,
  }));

const BANDS_AFTER: Readonly<Record<Since, readonly BandEnd[]>> = {
  click: bandsAfter('click'),
  shown: bandsAfter('shown'),
  left: bandsAfter('left'),
};

/** A sighting whose last sign of life is older than this is in one of the old bands, whatever else is true of it. */
export const RECENT_MS = 600_000;

export const OLD_BANDS = BANDS_AFTER.left.flatMap(({ name, endMs }, index) => {
  const startMs = BANDS_AFTER.left[index - 1]?.endMs ?? 0;
  return startMs >= RECENT_MS ? [{ name, startMs, endMs }] : [];
});

/** The bands of those who left, with a time inside: the middle of the logarithms. */
export const LEFT_MIDDLES = BANDS_AFTER.left.map(({ name, endMs }, index) => {
  const startMs = BANDS_AFTER.left[index - 1]?.endMs ?? SIGN_MS;
  return { name, middleSeconds: Math.sqrt(startMs * endMs) / 1000 };
});

/** Seconds a sighting spends in each band until `until`: what rates of calls are measured over. */
export function exposureOf(sighting: Sighting, until: Instant): Readonly<Partial<Record<Band, number>>> {
  const exposure: Partial<Record<Band, number>> = {};
  const edges = edgesOf(sighting, until);
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1];
    const band = to === undefined ? undefined : bandOf(sighting, from);
    if (to !== undefined && band !== undefined) exposure[band] = (exposure[band] ?? 0) + (to - from) / 1000;
  }
  return exposure;
}

/** Every moment at which a sighting may change its band, in order. */
function edgesOf({ takenAt, seenAt, clickedAt }: Sighting, until: Instant): readonly Instant[] {
  const edges = [takenAt, seenAt + SIGN_MS + 1, until];
  for (const { endMs } of BANDS_AFTER.shown) edges.push(takenAt + endMs);
  for (const { endMs } of BANDS_AFTER.left) edges.push(seenAt + endMs);
  if (clickedAt !== undefined) {
    edges.push(clickedAt, clickedAt + CLICK_MS);
    for (const { endMs } of BANDS_AFTER.click) edges.push(clickedAt + endMs);
  }
  return edges.filter((edge) => edge >= takenAt && edge <= until).sort((a, b) => a - b);
}
