/** Leads that the gate holds for a person: released they are judged as if they came now, refused they are over. */
import type { Lead } from '../../domain/leads/lead.js';
import type { LeadId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { finishLead } from '../leads/after-attempt.js';
import { scheduleCallback } from '../leads/schedule-callback.js';
import { planEscalation } from '../speed/escalate-lead.js';
import { judgeAgain } from '../leads/take-lead.js';
import type { TakenLead } from '../leads/taken-lead.js';

/** Held leads that one run of the chore ends at most. */
const BATCH = 200;

/** Throws Fault `not-found`, `conflict` (the lead is not in quarantine). */
export function releaseLead(context: AppContext, id: LeadId, by: string): Promise<TakenLead> {
  return commit(context, async (unit) => {
    const lead = await heldLead(unit, id);
    const judged = await judgeAgain(context, unit, lead);
    const { status, willCallAt } = judged;
    const reason = judged.reason === 'call-now' ? 'quarantine-released' : judged.reason;
    if (willCallAt === undefined) {
      await finishLead(unit, lead, status === 'blocked' ? 'blocked' : 'not-dialled', reason);
      return { leadId: id, status, reason };
    }
    await unit.tx.leads.update(id, { status, reason, willCallAt, dueAt: willCallAt });
    await planEscalation(context, unit, { ...lead, dueAt: willCallAt }, 0);
    await scheduleCallback(unit, { leadId: id, at: willCallAt, reason });
    const payload = { by, status, will_call_at: new Date(willCallAt).toISOString() };
    unit.tell({ name: 'lead.released', leadId: id, payload });
    return { leadId: id, status, reason, willCallAt };
  });
}

/** Throws Fault `not-found`, `conflict`. */
export function refuseLead(context: AppContext, id: LeadId): Promise<TakenLead> {
  return commit(context, async (unit) => {
    const lead = await heldLead(unit, id);
    await finishLead(unit, lead, 'blocked', 'quarantine-refused');
    return { leadId: id, status: 'blocked', reason: 'quarantine-refused' };
  });
}

async function heldLead({ tx }: Unit, id: LeadId): Promise<Lead> {
  const lead = await tx.leads.byId(id);
  if (lead === undefined) throw new Fault('not-found', `There is no lead ${id}.`);
  if (lead.status !== 'quarantined')
    throw new Fault('conflict', `Lead ${id} is not in quarantine, it is ${lead.status}.`);
  return lead;
}

/** Housekeeping: a lead ends in one final state even when no person ever looks at it. */
export async function expireQuarantine(context: AppContext): Promise<void> {
  const { gate } = context.set().telephony;
  if (gate === undefined) return;
  const before = context.ports.clock.now() - gate.quarantineSeconds * 1000;
  await commit(context, async (unit) => {
    for (const lead of await unit.tx.leads.quarantinedBefore(before, BATCH))
      await finishLead(unit, lead, 'blocked', 'quarantine-expired');
  });
}
