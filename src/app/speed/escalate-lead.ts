/**
 * Task `escalate-lead`: a lead that no operator accepted in time is told as `lead.late`, and goes to the next group if the
 * policy names one. Planned with the lead, one step after another; a lead that was accepted or is final needs none.
 */
import type { Lead } from '../../domain/leads/lead.js';
import { escalationStep } from '../../domain/speed/escalation.js';
import type { Instant, LeadId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { isFinal } from '../leads/after-attempt.js';
import { deferLead } from '../leads/schedule-callback.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';

const TRIES = 20;

export type Escalated = Pick<Lead, 'id' | 'policy'> & { readonly dueAt: Instant };

/** In the transaction that decided when the lead may first be called. */
export async function planEscalation(
  context: AppContext,
  { tx }: Unit,
  lead: Escalated,
  step: number,
): Promise<void> {
  const planned = escalationStep(context.set().telephony.callbacks[lead.policy ?? '']?.escalation, step);
  if (planned === undefined) return;
  await tx.jobs.add({
    task: 'escalate-lead',
    payload: { leadId: lead.id, step: String(step) },
    runAt: lead.dueAt + planned.afterSeconds * 1000,
    maxTries: TRIES,
    key: `escalate:${lead.id}`,
  });
}

export async function escalateLead(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const step = Number(payload['step'] ?? 0);
  await commit(context, async (unit) => {
    const lead = await unit.tx.leads.byId(payload['leadId'] as LeadId);
    if (lead?.dueAt === undefined || isFinal(lead.status) || (await wasAccepted(unit, lead.id))) return;
    await escalate(context, unit, lead, step);
    await planEscalation(context, unit, { ...lead, dueAt: lead.dueAt }, step + 1);
  });
  return { kind: 'done' };
}

async function wasAccepted({ tx }: Unit, id: LeadId): Promise<boolean> {
  return (await tx.events.ofLead(id)).some(({ name }) => name === 'operator.accepted');
}

async function escalate(context: AppContext, unit: Unit, lead: Lead, step: number): Promise<void> {
  const { telephony } = context.set();
  const planned = escalationStep(telephony.callbacks[lead.policy ?? '']?.escalation, step);
  if (planned === undefined) return;
  const group = planned.group === undefined ? undefined : telephony.groups[planned.group];
  const payload = {
    step: step + 1,
    after_seconds: planned.afterSeconds,
    from: lead.group,
    group: group?.name,
  };
  unit.tell({ name: 'lead.late', leadId: lead.id, payload });
  if (group === undefined) return;
  await unit.tx.leads.update(lead.id, { group: group.name });
  // A call that goes on is not disturbed: the next attempt belongs to the new group.
  if (lead.status === 'queued' || lead.status === 'deferred')
    await deferLead(unit, lead, { at: unit.now, reason: 'escalated' });
}
