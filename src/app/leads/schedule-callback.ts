/** Puts a lead's next callback on the job table, in the transaction that decided it. */
import type { Lead, LeadReason } from '../../domain/leads/lead.js';
import type { Instant, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { Unit } from '../events/commit.js';

export interface NextCallback {
  readonly leadId: LeadId;
  readonly at: Instant;
  readonly reason: LeadReason;
  /** Times this attempt was put off because no operator could be reached. */
  readonly waits?: number;
  /** When to look again at a lead that waits for its turn; absent: at `at`. */
  readonly lookAt?: Instant;
  /** Only this operator is rung. */
  readonly operator?: string;
}

/** Postponing is not failing: the job never runs out of tries. */
const CALLBACK_TRIES = 1_000_000;

/** One waiting job a lead: adding again moves it. */
export async function scheduleCallback(
  { tx }: Unit,
  { leadId, at, waits = 0, lookAt = at, operator }: NextCallback,
): Promise<void> {
  await tx.jobs.add({
    task: 'place-callback',
    payload: { leadId, waits: String(waits), ...present({ operator }) },
    runAt: lookAt,
    maxTries: CALLBACK_TRIES,
    key: `callback:${leadId}`,
  });
}

/** The lead, as it is now, waits: stored, told, and on the job table. */
export async function deferLead(unit: Unit, lead: Lead, next: Omit<NextCallback, 'leadId'>): Promise<void> {
  const { at, reason } = next;
  const waitsForTheSame = lead.status === 'deferred' && lead.reason === reason;
  if (!waitsForTheSame || lead.willCallAt !== at)
    await unit.tx.leads.update(lead.id, { status: 'deferred', reason, willCallAt: at });
  await scheduleCallback(unit, { ...next, leadId: lead.id });
  // A lead that waits a little longer for the same thing is no news.
  if (waitsForTheSame) return;
  const payload = { will_call_at: new Date(at).toISOString(), reason };
  unit.tell({ name: 'lead.deferred', leadId: lead.id, payload });
}
