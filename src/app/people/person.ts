/** A person asks what is stored about a phone, or that it be forgotten. Admins only; both are told in the log of events. */
import type { CallRecord, LegRecord, RecordingRecord } from '../../domain/calls/call.js';
import type { TimelineEvent } from '../../domain/calls/events.js';
import type { Deal } from '../../domain/deals/deal.js';
import type { Attempt, Lead, Push } from '../../domain/leads/lead.js';
import type { E164 } from '../../domain/values/ids.js';
import { maskPhone, parsePhone } from '../../domain/values/phone.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { finishLead, isFinal } from '../leads/after-attempt.js';
import type { DoNotCall, ErasedCounts } from '../ports/people.js';

export interface StoredLeadOf {
  readonly lead: Lead;
  readonly attempts: readonly Attempt[];
  readonly events: readonly TimelineEvent[];
  readonly push: Push | undefined;
}

export interface StoredCallOf {
  readonly call: CallRecord;
  readonly legs: readonly LegRecord[];
  readonly recordings: readonly RecordingRecord[];
  readonly events: readonly TimelineEvent[];
}

export interface StoredPerson {
  readonly phone: E164;
  readonly leads: readonly StoredLeadOf[];
  readonly calls: readonly StoredCallOf[];
  readonly deals: readonly Deal[];
  readonly doNotCall: DoNotCall | undefined;
}

export interface ErasedPerson extends ErasedCounts {
  readonly recordings: number;
}

/** Throws Fault `field-invalid`. */
export async function exportPerson(context: AppContext, written: string): Promise<StoredPerson> {
  const { store, clock } = context.ports;
  const phone = phoneOf(written);
  const { leads, calls, deals } = await store.people.storedOf(phone);
  return {
    phone,
    deals,
    leads: await Promise.all(
      leads.map(async (lead) => ({
        lead,
        attempts: await store.attempts.ofLead(lead.id),
        events: await store.events.ofLead(lead.id),
        push: lead.pushId === undefined ? undefined : await store.pushes.byId(lead.pushId),
      })),
    ),
    calls: await Promise.all(
      calls.map(async (call) => ({
        call,
        legs: await store.calls.legsOf(call.id),
        recordings: await store.recordings.ofCall(call.id),
        events: await store.events.ofCall(call.id),
      })),
    ),
    doNotCall: await store.doNotCall.entry(phone, clock.now()),
  };
}

/**
 * Files first: after a crash the phone is still found and the erasing is done again. An entry of the do-not-call list
 * stays, or the person would be called again. Throws Fault `field-invalid`, `conflict` (a call goes on).
 */
export async function erasePerson(context: AppContext, written: string, by: string): Promise<ErasedPerson> {
  const phone = phoneOf(written);
  await endWaiting(context, phone);
  const recordings = await removeRecordings(context, phone);
  return commit(context, async ({ tx, tell }) => {
    if ((await tx.calls.openOfPhone(phone)).length > 0) throw goesOn(phone);
    const counts = { ...(await tx.people.erase(phone)), recordings };
    tell({ name: 'person.erased', payload: { by, counts } });
    return counts;
  });
}

function phoneOf(written: string): E164 {
  const phone = parsePhone(written);
  if (phone.ok) return phone.e164;
  throw new Fault('field-invalid', `${written} is no phone number with its country`, {
    fields: [{ field: 'phone', problem: phone.why }],
  });
}

function goesOn(phone: E164): Fault {
  return new Fault('conflict', `A call with ${maskPhone(phone)} goes on; erase it when it is over.`);
}

/** Nobody is called about what will be forgotten. */
async function endWaiting(context: AppContext, phone: E164): Promise<void> {
  await commit(context, async (unit) => {
    if ((await unit.tx.calls.openOfPhone(phone)).length > 0) throw goesOn(phone);
    for (const lead of await unit.tx.leads.openOfPhone(phone))
      if (!isFinal(lead.status)) await finishLead(unit, lead, 'cancelled', 'withdrawn');
  });
}

async function removeRecordings({ ports }: AppContext, phone: E164): Promise<number> {
  const { calls } = await ports.store.people.storedOf(phone);
  let removed = 0;
  for (const { id } of calls)
    for (const recording of await ports.store.recordings.ofCall(id)) {
      if (recording.state === 'expired') continue;
      await ports.files.remove(recording.path);
      await ports.store.recordings.update(recording.id, { state: 'expired' });
      removed += 1;
    }
  return removed;
}
