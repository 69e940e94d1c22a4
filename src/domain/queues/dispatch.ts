/**
 * Whose turn it is: waiting callers and free operators → who is rung for whom, and where everybody stands. Pure; the
 * queue desk writes the offers conditionally and speaks to the calls.
 */
import type { Instant } from '../values/ids.js';
import type { QueueEntry } from './queue-entry.js';

export interface FreeOperators {
  /** In ringing order. */
  of(group: string | undefined): readonly string[];
}

export interface Dispatch {
  readonly offers: readonly { readonly entry: QueueEntry; readonly operator: string }[];
  readonly positions: readonly {
    readonly entry: QueueEntry;
    /** 1 is next. */
    readonly position: number;
    readonly waiting: number;
  }[];
  /** Wishes for a callback that nobody could fulfil in a day. */
  readonly expired: readonly QueueEntry[];
}

/** An operator who did not take a caller is not rung for the same one again so soon. */
const DECLINED_MS = 15_000;
const CALLBACK_MS = 24 * 3_600_000;

/** Higher priority first, then who came earlier; ids break ties. */
export function byTurn(a: QueueEntry, b: QueueEntry): number {
  return b.priority - a.priority || a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1);
}

/** `isOurs`: this process can speak to the entry's call; callbacks are anybody's. */
export function dispatch(
  entries: readonly QueueEntry[],
  free: FreeOperators,
  now: Instant,
  isOurs: (entry: QueueEntry) => boolean,
): Dispatch {
  const expired = entries.filter((entry) => entry.state === 'callback' && now - entry.joinedAt > CALLBACK_MS);
  const open = entries.filter((entry) => !expired.includes(entry)).toSorted(byTurn);
  const taken = new Set(open.flatMap(({ state, operator }) => (state === 'offered' ? [operator] : [])));
  const offers: { entry: QueueEntry; operator: string }[] = [];
  for (const entry of open) {
    if (entry.state === 'offered' || (entry.state === 'waiting' && !isOurs(entry))) continue;
    const operator = free.of(entry.group).find((name) => !taken.has(name) && !hasDeclined(entry, name, now));
    if (operator === undefined) continue;
    taken.add(operator);
    offers.push({ entry, operator });
  }
  return { offers, positions: positionsOf(open), expired };
}

function hasDeclined({ declinedBy, declinedAt }: QueueEntry, operator: string, now: Instant): boolean {
  return declinedBy === operator && declinedAt !== undefined && now - declinedAt < DECLINED_MS;
}

function positionsOf(open: readonly QueueEntry[]): Dispatch['positions'] {
  const inQueue = new Map<string, number>();
  const placed = open.map((entry) => {
    const position = (inQueue.get(entry.queue) ?? 0) + 1;
    inQueue.set(entry.queue, position);
    return { entry, position };
  });
  return placed.map((one) => ({ ...one, waiting: inQueue.get(one.entry.queue) ?? one.position }));
}
