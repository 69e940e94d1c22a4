/**
 * The part of a step that is about other nouns than the call: places in queues, parking slots, callbacks. Decided in the
 * step's transaction; what is decided at once comes back as the outcome of the activity. Called by commit-step.
 */
import type { Directive, QueueLeave } from '../../domain/dialplan/directives.js';
import type { ActivityOutcome } from '../../domain/dialplan/inputs.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { storeLead } from '../leads/take-lead.js';
import type { CallSetup } from './begin/call-setup.js';
import { LINE_LEASE_MS, parkingSlot } from './routing/resources.js';

type DirectiveOf<V extends Directive['verb']> = Extract<Directive, { verb: V }>;

export interface Desk {
  readonly context: AppContext;
  readonly unit: Unit;
  readonly setup: CallSetup;
}

/** Undefined: nothing is decided; the activity goes on, or it is none of ours. */
export async function writeDesk(desk: Desk, directive: Directive): Promise<ActivityOutcome | undefined> {
  switch (directive.verb) {
    case 'queue':
      return joinQueue(desk, directive);
    case 'park':
      return park(desk, directive);
    case 'callback':
      return requestCallback(desk, directive);
    case 'leave-queue':
      await leaveQueue(desk, directive);
      return undefined;
    case 'unpark':
      await unpark(desk, directive);
      return undefined;
    default:
      return undefined;
  }
}

async function joinQueue(
  { unit, setup }: Desk,
  directive: DirectiveOf<'queue'>,
): Promise<ActivityOutcome | undefined> {
  const { activity, queue, group, priority, mostWaiting } = directive;
  const { clientNumber, locale } = setup.facts;
  const entry = {
    id: activity,
    queue,
    callId: setup.record.id,
    locale,
    priority,
    joinedAt: unit.now,
    state: 'waiting',
    ...present({ group: group ?? setup.facts.group?.name, clientNumber }),
  } as const;
  const joined = await unit.tx.queue.join(entry, mostWaiting);
  return joined === 'full' ? { kind: 'not-allowed', why: 'channels' } : undefined;
}

/** What the caller chose moves the place whatever state it is in; a turn given back keeps it. */
async function leaveQueue({ unit }: Desk, directive: DirectiveOf<'leave-queue'>): Promise<void> {
  const { entry, how, operator } = directive;
  if (how === 'waiting') {
    const declined = { declinedBy: operator, declinedAt: unit.now };
    await unit.tx.queue.move(entry, ['offered'], { state: 'waiting', ...present(declined) });
    return;
  }
  await unit.tx.queue.move(entry, ['waiting', 'offered'], leftBy(how, unit.now, operator));
}

function leftBy(how: Exclude<QueueLeave, 'waiting'>, now: number, operator: string | undefined): object {
  if (how === 'callback') return { state: 'callback' };
  return { state: 'left', how, leftAt: now, ...present({ operator }) };
}

/** The first free slot; a slot is a lease, so no two calls are parked in one. */
async function park({ unit, setup }: Desk, { slots }: DirectiveOf<'park'>): Promise<ActivityOutcome> {
  const until = unit.now + LINE_LEASE_MS;
  for (const slot of slots) {
    const taken = await unit.tx.leases.take(parkingSlot(slot), setup.record.id, until, unit.now);
    if (taken === 'taken') return { kind: 'parked', slot };
  }
  return { kind: 'not-allowed', why: 'channels' };
}

function unpark({ unit, setup }: Desk, { slot }: DirectiveOf<'unpark'>): Promise<void> {
  return unit.tx.leases.release(parkingSlot(slot), setup.record.id);
}

/** Stored with the step: a crash cannot lose the wish, nor make two of it. */
async function requestCallback(
  { context, unit, setup }: Desk,
  directive: DirectiveOf<'callback'>,
): Promise<ActivityOutcome> {
  const { number, delaySeconds, group, locale } = directive;
  const draft = {
    source: 'call',
    kind: 'callback',
    rawPhone: number,
    callAt: unit.now + delaySeconds * 1000,
    locale,
    answers: [],
    touch: setup.record.attribution,
    ...present({ group: group ?? setup.facts.group?.name, country: setup.facts.group?.country }),
  } as const;
  const { lead } = await storeLead(context, unit, draft, {});
  const { leadId, status } = lead;
  const payload = { number, lead_id: leadId, status };
  unit.tell({ name: 'callback.requested', callId: setup.record.id, leadId, payload });
  return { kind: 'lead-taken', leadId, status };
}
