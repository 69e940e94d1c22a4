/**
 * The line in which leads wait for a free operator. Whoever leaves a phone free wakes as many of the first in line as
 * there are seats, in the order of their policy, so that nobody polls and the freshest lead is not the last to hear.
 */
import type { CallbackPolicy, Group } from '../../domain/routing/telephony.js';
import type { Lead } from '../../domain/leads/lead.js';
import type { Instant } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import type { Repositories } from '../ports/store.js';
import { seatsOf } from '../operators/seats.js';
import type { Job } from '../ports/store.js';
import { commit } from '../events/commit.js';
import type { TaskOutcome } from '../tasks.js';
import { scheduleCallback } from './schedule-callback.js';

/** In the transaction that left `operator` free, or will at `at`. */
export async function wakeLine(
  context: AppContext,
  unit: Unit,
  operator: string,
  at?: Instant,
): Promise<void> {
  if (at !== undefined && at > unit.now) {
    await wakeLater(unit, operator, at);
    return;
  }
  const { telephony } = context.set();
  for (const group of Object.values(telephony.groups))
    if (group.operators.includes(operator)) await wakeGroup(context, unit, group);
}

async function wakeLater({ tx }: Unit, operator: string, runAt: Instant): Promise<void> {
  await tx.jobs.add({
    task: 'wake-line',
    payload: { operator },
    runAt,
    maxTries: 10,
    key: `wake:${operator}`,
  });
}

async function wakeGroup(context: AppContext, unit: Unit, group: Group): Promise<void> {
  const { telephony } = context.set();
  const first = await firstInLine(unit.tx, unit.now, group, backlogOf(telephony.callbacks, group), 1);
  if (first.length === 0) return;
  const { free } = await seatsOf(context, unit.tx, { telephony, group });
  const order = backlogOf(telephony.callbacks, group);
  for (const { id, reason } of await firstInLine(unit.tx, unit.now, group, order, free))
    await scheduleCallback(unit, { leadId: id, at: unit.now, reason });
}

/** The lead that looks for all who wait where this one does. */
export async function headOfLine(
  context: AppContext,
  { tx, now }: Unit,
  { group: name }: Lead,
): Promise<Lead | undefined> {
  const { telephony } = context.set();
  const group = telephony.groups[name ?? ''];
  if (group === undefined) return undefined;
  const [head] = await firstInLine(tx, now, group, backlogOf(telephony.callbacks, group), 1);
  return head;
}

/** When a lead left the line: somebody has to look for all of those who wait. */
export async function wakeHead(context: AppContext, unit: Unit, gone: Lead): Promise<void> {
  const head = await headOfLine(context, unit, gone);
  if (head !== undefined && head.id !== gone.id)
    await scheduleCallback(unit, { leadId: head.id, at: unit.now, reason: head.reason });
}

function firstInLine(
  tx: Repositories,
  now: Instant,
  group: Group,
  order: NonNullable<CallbackPolicy['backlog']>,
  limit: number,
): Promise<readonly Lead[]> {
  return limit === 0 ? Promise.resolve([]) : tx.leads.inLine(group.name, now, order, limit);
}

/** Of the first policy of this group that says so. */
export function backlogOf(
  callbacks: Readonly<Record<string, CallbackPolicy>>,
  group: Group,
): NonNullable<CallbackPolicy['backlog']> {
  const said = Object.values(callbacks).flatMap((policy) =>
    policy.group === group.name ? (policy.backlog ?? []) : [],
  );
  return said[0] ?? 'freshest-first';
}

/** Task `wake-line`: an operator's pause is over. */
export async function wakeLineJob(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  await commit(context, (unit) => wakeLine(context, unit, payload['operator'] ?? ''));
  return { kind: 'done' };
}
