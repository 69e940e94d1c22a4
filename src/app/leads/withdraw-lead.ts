/** A person or a key withdraws a lead: no further attempt, and a call that is going on for it is hung up. */
import type { CallId, LeadId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { finishLead, isFinal } from './after-attempt.js';
import type { Withdrawal } from './taken-lead.js';

/** Throws Fault `not-found`. Its job, when one waits, finds the lead final and does nothing. */
export async function withdrawLead(context: AppContext, leadId: LeadId, by: string): Promise<Withdrawal> {
  const withdrawn = await commit(context, async (unit) => {
    const lead = await unit.tx.leads.byId(leadId);
    if (lead === undefined) throw new Fault('not-found', `There is no lead ${leadId}.`);
    if (isFinal(lead.status)) return { kind: 'already-final', status: lead.status } as const;
    const attempts = await unit.tx.attempts.ofLead(leadId);
    await finishLead(unit, lead, 'cancelled', 'withdrawn');
    return { kind: 'withdrawn', callId: attempts.find(({ state }) => state !== 'ended')?.callId } as const;
  });
  if (withdrawn.kind === 'already-final') return withdrawn;
  hangUp(context, withdrawn.callId, by);
  return { kind: 'withdrawn' };
}

function hangUp(context: AppContext, callId: CallId | undefined, by: string): void {
  if (callId !== undefined) context.calls.get(callId)?.command(by, { kind: 'hang-up' });
}
