/** An operator looked at a waiting lead and asks for its call (callbacks: order: preview), or a person wants it called now. */
import type { LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { scheduleCallback } from './schedule-callback.js';

/**
 * Only `operator` is rung when one is named. Hours, seats and lines are looked at as ever. Throws Fault `not-found`,
 * `conflict` when the lead does not wait.
 */
export async function callLead(
  context: AppContext,
  id: LeadId,
  { operator }: { readonly operator?: string | undefined },
): Promise<void> {
  if (operator !== undefined && !Object.hasOwn(context.set().telephony.operators, operator))
    throw new Fault('not-found', `There is no operator ${operator}.`);
  await commit(context, async (unit) => {
    const lead = await unit.tx.leads.byId(id);
    if (lead === undefined) throw new Fault('not-found', `There is no lead ${id}.`);
    if (lead.status !== 'queued' && lead.status !== 'deferred')
      throw new Fault('conflict', `Lead ${id} is ${lead.status}: it does not wait for a call.`);
    await unit.tx.leads.update(id, { status: 'queued', reason: 'call-now', willCallAt: unit.now });
    await scheduleCallback(unit, { leadId: id, at: unit.now, reason: 'call-now', ...present({ operator }) });
  });
}
