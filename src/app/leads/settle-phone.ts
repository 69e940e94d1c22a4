/**
 * A call with a client is over: what it means for other leads of the same phone. A talk, whoever called whom, serves
 * them all; without one, those that waited for this call are called back now.
 */
import type { CallRecord } from '../../domain/calls/call.js';
import type { Lead, LeadReason } from '../../domain/leads/lead.js';
import type { Unit } from '../events/commit.js';
import { finishLead } from './after-attempt.js';
import { deferLead } from './schedule-callback.js';

/** In the transaction that closes the call. The lead of an attempt is none of its business. */
export async function settlePhone(unit: Unit, call: CallRecord): Promise<void> {
  if (call.clientNumber === undefined) return;
  const own = call.attemptId === undefined ? undefined : call.leadId;
  for (const lead of await unit.tx.leads.openOfPhone(call.clientNumber)) {
    if (lead.id === own || !(lead.status === 'queued' || lead.status === 'deferred')) continue;
    if (call.bridgedAt !== undefined && !wasAskedIn(call, lead))
      await finishLead(unit, lead, 'reached', reasonOf(call));
    else if (lead.reason === 'in-call') await callNow(unit, lead);
  }
}

/** Asked for in this very call: its talk is not the call that was asked for. */
function wasAskedIn(call: CallRecord, { source, receivedAt }: Lead): boolean {
  return source === 'call' && receivedAt >= call.startedAt;
}

function reasonOf({ direction, attemptId }: CallRecord): LeadReason {
  if (direction === 'inbound') return 'client-called';
  return attemptId === undefined ? 'called-by-hand' : 'reached';
}

/** Now, or when the client asked for it. */
async function callNow(unit: Unit, lead: Lead): Promise<void> {
  const { callAt = 0 } = lead;
  const reason = callAt > unit.now ? 'client-asked' : 'call-now';
  await deferLead(unit, lead, { at: Math.max(unit.now, callAt), reason });
}
