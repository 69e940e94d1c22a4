/**
 * A pool number in a visitor's hands. Its life is four stretches, moved forward by every sign of life:
 *
 *   taken ─── exclusive ───┬─── tail ───┬─── cool-down ───┬─── free
 *             heldUntil ───┘  tailUntil ┘        freeAt ───┘
 *
 * Exclusive: nobody else. Tail: its visitor finds it again; lent to another only when the pool is empty. Cool-down:
 * nobody, so that late callers of this visitor are not taken for the next one's.
 */
import type { E164, Instant } from '../values/ids.js';
import type { Pool } from './pool.js';
import type { NumberKind } from './tracked-number.js';

export interface LeaseTimes {
  readonly heldUntil: Instant;
  readonly tailUntil: Instant;
  readonly freeAt: Instant;
}

/** A number of a pool as the choice sees it. */
export interface PoolNumber extends LeaseTimes, NumberKind {
  readonly number: E164;
  /** Counts its leases; a conditional write names the one it saw. 0: never leased. */
  readonly turn: number;
  readonly visitorId?: string;
}

export type LeaseStage = 'exclusive' | 'tail' | 'cool-down' | 'free';

export function stageOf({ heldUntil, tailUntil, freeAt }: LeaseTimes, now: Instant): LeaseStage {
  if (now < heldUntil) return 'exclusive';
  if (now < tailUntil) return 'tail';
  return now < freeAt ? 'cool-down' : 'free';
}

type Holds = Pick<Pool, 'exclusiveSeconds' | 'tailSeconds' | 'coolDownSeconds'>;

/** The stretches after a sign of life at `seenAt`. */
export function leaseTimes(
  { exclusiveSeconds, tailSeconds, coolDownSeconds }: Holds,
  seenAt: Instant,
): LeaseTimes {
  const heldUntil = seenAt + exclusiveSeconds * 1000;
  const tailUntil = heldUntil + tailSeconds * 1000;
  return { heldUntil, tailUntil, freeAt: tailUntil + coolDownSeconds * 1000 };
}

/** After a call the number stays with its caller: the exclusive stretch lasts at least that long. */
export function boundTimes(pool: Holds & Pick<Pool, 'afterCallSeconds'>, calledAt: Instant): LeaseTimes {
  return leaseTimes({ ...pool, exclusiveSeconds: pool.afterCallSeconds }, calledAt);
}

/** A visitor's clock may be wrong: only ours counts, and no sign of life shortens a hold. */
export function laterTimes(one: LeaseTimes, other: LeaseTimes): LeaseTimes {
  return {
    heldUntil: Math.max(one.heldUntil, other.heldUntil),
    tailUntil: Math.max(one.tailUntil, other.tailUntil),
    freeAt: Math.max(one.freeAt, other.freeAt),
  };
}
