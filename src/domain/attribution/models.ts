/**
 * How the credit for a contact is spread over the touches that led to it. Always computed from the stored touches, so
 * that another model changes reports and never the facts. Called by the attribution of calls and requests, and reports.
 */
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { Instant } from '../values/ids.js';

export const MODEL_NAMES = ['last-non-direct', 'last', 'first', 'linear', 'position', 'time-decay'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** A touch as models see it: when, and where from. */
export interface TimedSource extends SourceLabels {
  readonly at: Instant;
}

export interface Credit<T extends TimedSource> {
  readonly touch: T;
  /** Shares of one contact sum to 1. */
  readonly share: number;
}

export interface TouchWindow {
  /** The contact: touches after it never count. */
  readonly until: Instant;
  /** Touches older than this do not count either; absent: all do. */
  readonly days?: number;
}

const DAY_MS = 86_400_000;
/** Position: first and last get this much each, those between share the rest. */
const END_SHARE = 0.4;
/** Time-decay: a touch this much older has half the weight. */
const HALF_LIFE_MS = 7 * DAY_MS;
export const DIRECT = 'direct';

/** Nobody came without any source but those who typed the address. */
export function isDirect({ source }: SourceLabels): boolean {
  return source === undefined || source === DIRECT;
}

/** Empty when no touch counts. In time order, whatever the order given. */
export function creditsOf<T extends TimedSource>(
  model: ModelName,
  touches: readonly T[],
  { until, days }: TouchWindow,
): readonly Credit<T>[] {
  const since = days === undefined ? -Infinity : until - days * DAY_MS;
  const counted = touches
    .filter(({ at }) => at <= until && at >= since)
    .sort((one, other) => one.at - other.at);
  const weights = WEIGHTS[model](counted, until);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return counted.flatMap((touch, index) => {
    const share = (weights[index] ?? 0) / total;
    return share > 0 ? [{ touch, share }] : [];
  });
}

type Weigher = (touches: readonly TimedSource[], until: Instant) => readonly number[];

const only =
  (chosen: (touches: readonly TimedSource[]) => number): Weigher =>
  (touches) => {
    const place = chosen(touches);
    return touches.map((_, index) => (index === place ? 1 : 0));
  };

const WEIGHTS: Readonly<Record<ModelName, Weigher>> = {
  'last-non-direct': only((touches) => {
    const known = touches.findLastIndex((touch) => !isDirect(touch));
    return known === -1 ? touches.length - 1 : known;
  }),
  last: only((touches) => touches.length - 1),
  first: only(() => 0),
  linear: (touches) => touches.map(() => 1),
  position: (touches) => touches.map((_, index) => positionWeight(index, touches.length)),
  'time-decay': (touches, until) => touches.map(({ at }) => 2 ** ((at - until) / HALF_LIFE_MS)),
};

function positionWeight(index: number, count: number): number {
  if (count <= 2) return 1;
  const atAnEnd = index === 0 || index === count - 1;
  return atAnEnd ? END_SHARE : (1 - 2 * END_SHARE) / (count - 2);
}

/** The touch with the largest share; of equal ones the latest. */
export function leadingTouch<T extends TimedSource>(credits: readonly Credit<T>[]): T | undefined {
  let best: Credit<T> | undefined;
  for (const credit of credits) if (best === undefined || credit.share >= best.share) best = credit;
  return best?.touch;
}
