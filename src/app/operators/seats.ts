/**
 * Seats: never more callbacks under way than there are operators free to take them. A callback holds a seat of its group
 * from its claim to its end; while it rings or talks to an operator that operator is engaged, and until then its seat
 * keeps one of the free operators from being promised twice.
 */
import { hasSkills } from '../../domain/routing/ring-order.js';
import type { CallbackPolicy, Group, Telephony } from '../../domain/routing/telephony.js';
import type { CallId, Instant } from '../../domain/values/ids.js';
import { LINE_LEASE_MS } from '../calls/routing/resources.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import type { Repositories } from '../ports/store.js';
import { operatorsOf } from '../calls/routing/operators.js';
import { standingsOf, type OperatorNow } from './standings.js';

export interface Seats {
  /** Callbacks that may begin now. */
  readonly free: number;
  readonly operators: readonly OperatorNow[];
}

export interface SeatsOf {
  readonly telephony: Telephony;
  readonly group: Group;
  readonly policy?: CallbackPolicy;
}

/** More than any group has operators: seats are counted, not numbered. */
const MOST_SEATS = 10_000;

export const seatPool = (group: string): string => `seats:${group}`;

export async function seatsOf(context: AppContext, tx: Repositories, terms: SeatsOf): Promise<Seats> {
  const { telephony, group, policy } = terms;
  const able = operatorsOf(telephony, group).filter((operator) => hasSkills(operator, policy?.skills));
  const operators = await standingsOf(context, tx, { telephony, operators: able, group });
  const free = operators.filter(({ standing }) => standing.kind === 'free').length;
  if (free === 0) return { free, operators };
  const now = context.ports.clock.now();
  let seeking = 0;
  for (const pool of poolsOfSharers(telephony, group)) seeking += await tx.calls.countSeeking(pool, now);
  return { free: Math.max(0, free - seeking), operators };
}

/** Groups that would ring the same people. */
function poolsOfSharers({ groups }: Telephony, group: Group): readonly string[] {
  return Object.values(groups)
    .filter(({ operators }) => operators.some((name) => group.operators.includes(name)))
    .map(({ name }) => seatPool(name));
}

/** In the transaction that counted them free. */
export async function takeSeat({ tx, now }: Unit, group: Group, callId: CallId): Promise<void> {
  await tx.leases.takeSlot(seatPool(group.name), MOST_SEATS, callId, now + LINE_LEASE_MS, now);
}

/** When the first of those who will come back by themselves does; undefined when none will. */
export function nextFreeAt(operators: readonly OperatorNow[]): Instant | undefined {
  const times = operators.flatMap(({ standing }) => ('until' in standing ? [standing.until] : []));
  return times.length === 0 ? undefined : Math.min(...times);
}
