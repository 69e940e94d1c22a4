/** A sign of life of a visitor: holds of the session's numbers begin anew. A click on a number is a strong sign. */
import { leaseTimes } from '../../domain/numbers/lease.js';
import type { E164, Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';

export interface LeaseTouch {
  readonly sessionId: string;
  /** By our clock: a visitor's may be wrong. */
  readonly at: Instant;
  readonly kind: 'heartbeat' | 'tel-click';
  /** Of a click: the number on the link; absent: any of the session. */
  readonly number?: E164;
}

export interface LeaseState {
  readonly number: E164;
  /** `lost`: it is another's by now, ask for a number again. */
  readonly state: 'kept' | 'lost';
  readonly until?: Instant;
}

/** One row for each number of the session; empty when it has none. Throws Fault `store-unavailable`. */
export async function touchLease(context: AppContext, touch: LeaseTouch): Promise<readonly LeaseState[]> {
  const { numberLeases } = context.ports.store;
  const states: LeaseState[] = [];
  for (const lease of await numberLeases.ofSession(touch.sessionId)) {
    const pool = context.set().telephony.pools[lease.pool];
    if (pool === undefined) continue;
    const times = leaseTimes(pool, touch.at);
    const clicked = touch.kind === 'tel-click' && (touch.number ?? lease.number) === lease.number;
    const state = await numberLeases.seen(lease, {
      times,
      at: touch.at,
      ...present({ clickedAt: clicked ? touch.at : undefined }),
    });
    states.push({
      number: lease.number,
      state,
      ...present({ until: state === 'kept' ? times.heldUntil : undefined }),
    });
  }
  return states;
}
