/** Why a lead whose turn came cannot be called now, and when to look again. Looks only; the claim is made later. */
import type { Lead, LeadReason } from '../../domain/leads/lead.js';
import type { CallbackPolicy, Group } from '../../domain/routing/telephony.js';
import { nextOpen } from '../../domain/schedule/opening-hours.js';
import type { E164, Instant, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { availabilityAmong } from '../calls/routing/operators.js';
import { callingStopped } from '../calls/orders/stop-calling.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import { nextOpenOf } from '../group-hours.js';
import { seatsOf, type Seats } from '../operators/seats.js';
import { lineOf } from './line-turns.js';

/** How long each obstacle is waited out before looking again. */
export const LOOK_AGAIN_MS = {
  stopped: 30_000,
  switch: 2000,
  full: 1000,
  phone: 30_000,
} as const;
/**
 * Who waits in line is woken; this is for what wakes nobody: a phone that registers, a channel or a second of the trunk
 * that another group left, a process that died. The head looks for all of them, and whoever leaves the line wakes the
 * next head; those behind look in case that failed, and seldom, or a long line would be all looking.
 */
export const LINE_LOOK_MS = { trunk: 1000, head: 60_000, behind: 600_000 } as const;

/** A lead that can be called by these terms, in the set in force. */
export interface Callable {
  readonly lead: Lead;
  readonly phone: E164;
  readonly set: TelephonySet;
  readonly policy: CallbackPolicy;
  readonly group: Group;
  /** Only this operator is rung: he asked for the call. */
  readonly operator?: string | undefined;
}

export type Obstacle =
  | { readonly kind: 'wait'; readonly at: Instant; readonly reason: LeadReason; readonly waits?: number }
  /** Its time has come and stays; it is woken when it is its turn. `turn`: the leads whose turn it is. */
  | { readonly kind: 'line'; readonly reason: LeadReason; readonly turn?: readonly Lead[] }
  | { readonly kind: 'never'; readonly status: 'not-dialled' | 'unreached'; readonly reason: LeadReason };

/** Nothing is in the way. */
export interface Clear {
  readonly kind: 'clear';
  /** Do others wait in this line? */
  readonly others: 'yes' | 'no';
  /** Waits for a channel, and is passed. */
  readonly past?: LeadId;
}

export async function findObstacle(
  context: AppContext,
  callable: Callable,
  waits: number,
): Promise<Obstacle | Clear> {
  const now = context.ports.clock.now();
  return (
    timeObstacle(callable, now, waits) ??
    (await systemObstacle(context, now, waits)) ??
    (await operatorObstacle(context, callable, now, waits))
  );
}

function timeObstacle(
  { lead, set, policy, group }: Callable,
  now: Instant,
  waits: number,
): Obstacle | undefined {
  const planned = lead.willCallAt ?? now;
  // A job that was claimed twice, or comes early, or a clock that was set back, finds a later time in the lead.
  if (planned > now) return { kind: 'wait', at: planned, reason: lead.reason, waits };
  const open = nextOpenOf(set.telephony, group, policy, lead)(now);
  if (open === undefined) return { kind: 'never', status: 'unreached', reason: 'outside-hours' };
  return open > now ? { kind: 'wait', at: open, reason: 'outside-hours', waits } : undefined;
}

async function systemObstacle(
  context: AppContext,
  now: Instant,
  waits: number,
): Promise<Obstacle | undefined> {
  if ((await callingStopped(context)) === 'stopped')
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.stopped, reason: 'stopped-calling', waits };
  const { signalling, media, overload } = context.ports.switch.status();
  if (signalling !== 'ready' || media !== 'ready')
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.switch, reason: 'switch-unavailable', waits };
  if (overload !== undefined)
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.full, reason: 'overload', waits };
  if (context.calls.isFull(context.config.maximumCalls)) return { kind: 'line', reason: 'channels' };
  return undefined;
}

/** Waiting for talks to end is not limited; waiting for phones that are not there is, or the lead would wait for ever. */
async function operatorObstacle(
  context: AppContext,
  callable: Callable,
  now: Instant,
  waits: number,
): Promise<Obstacle | Clear> {
  const { policy, group, set } = callable;
  const seats = await seatsOf(context, context.ports.store, { telephony: set.telephony, group, policy });
  const waitsForTalks =
    seats.operators.some(({ standing }) => standing.kind === 'free') ||
    availabilityAmong(seats.operators) === 'busy';
  if (seats.free > 0 || waitsForTalks) return turnObstacle(context, callable, seats.free);
  const back = nextShift(callable, seats, now);
  if (back !== undefined) return { kind: 'wait', at: back, reason: 'no-operator', waits };
  if (waits + 1 >= policy.maxNoOperator)
    return { kind: 'never', status: 'unreached', reason: 'attempts-used-up' };
  return { kind: 'wait', at: now + policy.noOperatorSeconds * 1000, reason: 'no-operator', waits: waits + 1 };
}

/** The next time that somebody who is not at work now comes to work. */
function nextShift({ set, group }: Callable, { operators }: Seats, now: Instant): Instant | undefined {
  const shifts = operators.flatMap(({ operator, state }) => {
    const hours = set.telephony.hours[operator.hours ?? ''];
    const next =
      hours === undefined || state.duty !== 'on' ? undefined : nextOpen(hours, group.timeZone, now);
    return next === undefined || next <= now ? [] : [next];
  });
  return shifts.length === 0 ? undefined : Math.min(...shifts);
}

/** As many as there are seats have their turn, in the order of the policy. */
async function turnObstacle(
  context: AppContext,
  { lead, set: { telephony }, group, operator }: Callable,
  seats: number,
): Promise<Obstacle | Clear> {
  if (seats === 0) return { kind: 'line', reason: 'no-operator' };
  if (operator !== undefined) return { kind: 'clear', others: 'no' };
  const { line, turns, held } = await lineOf(context, { telephony, group, seats });
  const own = turns.find((turn) => turn.lead.id === lead.id);
  if (own !== undefined || line.length === 0)
    return { kind: 'clear', others: line.length > 1 ? 'yes' : 'no', ...present({ past: own?.past?.id }) };
  const why = line.flatMap((one) => (one.id === lead.id ? (held.get(one) ?? []) : []))[0];
  return { kind: 'line', reason: HELD[why ?? 'behind'], turn: turns.map((turn) => turn.lead) };
}

const HELD = { full: 'channels', down: 'trunk-down', behind: 'no-operator' } as const;
