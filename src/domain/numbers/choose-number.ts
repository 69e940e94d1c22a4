/**
 * Which number of a pool a visitor gets. Pure and independent of the order of the candidates: the store may hand over
 * the whole pool or only the best of each kind (`number-leases.ts`), the choice is the same. The write that follows is
 * conditional on the turn seen here.
 */
import type { Instant } from '../values/ids.js';
import { stageOf, type PoolNumber } from './lease.js';
import type { Pool } from './pool.js';
import type { NumberKind } from './tracked-number.js';

export interface NumberWish {
  readonly visitorId: string;
  /** Kind of the number that stands on the page: toll-free replaces toll-free. Absent: any number fits. */
  readonly like?: NumberKind;
  readonly now: Instant;
}

export type Choice =
  /** `own`: it is the visitor's already, or was; `free`: rested longest; `lent`: another's tail. */
  | { readonly kind: 'take'; readonly as: 'own' | 'free' | 'lent'; readonly number: PoolNumber }
  | { readonly kind: 'none' };

type Terms = Pick<Pool, 'overflow' | 'otherArea'>;

export function chooseNumber(
  { overflow, otherArea }: Terms,
  wish: NumberWish,
  numbers: readonly PoolNumber[],
): Choice {
  let own: PoolNumber | undefined;
  let free: PoolNumber | undefined;
  let lent: PoolNumber | undefined;
  for (const number of numbers) {
    if (!fits(number, wish.like, otherArea)) continue;
    const place = placeOf(number, wish);
    if (place === 'own') own = better(own, number, wish);
    else if (place === 'free') free = better(free, number, wish);
    else if (place === 'tail') lent = better(lent, number, wish);
  }
  if (own !== undefined) return { kind: 'take', as: 'own', number: own };
  if (free !== undefined) return { kind: 'take', as: 'free', number: free };
  if (lent !== undefined && overflow.kind === 'lend') return { kind: 'take', as: 'lent', number: lent };
  return { kind: 'none' };
}

/** A number in cool-down is nobody's, not even of the visitor who had it. */
function placeOf(number: PoolNumber, { visitorId, now }: NumberWish): 'own' | 'free' | 'tail' | undefined {
  const stage = stageOf(number, now);
  if (stage === 'cool-down') return undefined;
  if (number.visitorId === visitorId) return 'own';
  return stage === 'exclusive' ? undefined : stage;
}

export function fits(
  number: NumberKind,
  like: NumberKind | undefined,
  otherArea: Terms['otherArea'],
): boolean {
  if (like === undefined) return true;
  if (number.type !== like.type || number.country !== like.country) return false;
  return otherArea === 'allowed' || number.area === like.area;
}

/** The same area first, then the longest idle, then the lower number: a total order. */
function better(best: PoolNumber | undefined, other: PoolNumber, wish: NumberWish): PoolNumber {
  if (best === undefined) return other;
  const near = nearness(other, wish) - nearness(best, wish);
  if (near !== 0) return near > 0 ? other : best;
  const idle = idleSince(other, wish) - idleSince(best, wish);
  if (idle !== 0) return idle < 0 ? other : best;
  return other.number < best.number ? other : best;
}

/** Of two free numbers the one that is free longer, of two tails the one that ends sooner. */
function idleSince(number: PoolNumber, { now }: NumberWish): Instant {
  return stageOf(number, now) === 'free' ? number.freeAt : number.tailUntil;
}

function nearness({ area }: NumberKind, { like }: NumberWish): number {
  return like?.area !== undefined && area === like.area ? 1 : 0;
}
