/** The end of a callback's call is the end of an attempt: the lead is final, or its next attempt is on the job table. */
import type { CallRecord, LegRecord } from '../../domain/calls/call.js';
import type { EventName } from '../../domain/calls/events.js';
import type { SessionOutcome } from '../../domain/dialplan/decide.js';
import {
  FINAL_LEAD_STATUSES,
  type Attempt,
  type Lead,
  type LeadReason,
  type LeadStatus,
} from '../../domain/leads/lead.js';
import {
  afterAttempt,
  countAttempts,
  countsAsRing,
  finalByItself,
  type AfterAttempt,
  type AttemptCounts,
  type AttemptResult,
} from '../../domain/retry/after-attempt.js';
import { clientZone, startOfDay } from '../../domain/schedule/call-window.js';
import type { Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { nextOpenOf } from '../group-hours.js';
import { deferLead } from './schedule-callback.js';

export interface EndedCall {
  readonly call: CallRecord;
  readonly legs: readonly LegRecord[];
  readonly outcome: SessionOutcome;
  readonly talk?: 'cut' | undefined;
}

/** In the transaction that closes the call. A call without an attempt has no lead to go on with. */
export async function concludeAttempt(context: AppContext, unit: Unit, ended: EndedCall): Promise<void> {
  const { attemptId } = ended.call;
  const attempt = attemptId && (await unit.tx.attempts.byId(attemptId));
  if (!attempt || attempt.state === 'ended') return;
  const lead = await unit.tx.leads.byId(attempt.leadId);
  if (lead === undefined) return;
  const result = resultOf(ended);
  const next = isFinal(lead.status) ? undefined : await decideNext(context, unit, lead, attempt, result);
  await closeAttempt(unit, attempt, result, next);
  if (next !== undefined) await goOn(unit, lead, next);
}

async function goOn(unit: Unit, lead: Lead, next: Next): Promise<void> {
  if (next.kind === 'final') await finishLead(unit, lead, next.status, next.reason);
  else await deferLead(unit, lead, { at: next.at, reason: next.reason });
}

export function isFinal(status: LeadStatus): boolean {
  return (FINAL_LEAD_STATUSES as readonly LeadStatus[]).includes(status);
}

/** The only way a lead that was to be called becomes final. */
export async function finishLead(
  unit: Unit,
  { id }: Lead,
  status: LeadStatus,
  reason: LeadReason,
): Promise<void> {
  await unit.tx.leads.update(id, { status, reason, finishedAt: unit.now });
  unit.tell({ name: `lead.${status}` as EventName, leadId: id, payload: { status, reason } });
}

function resultOf({ legs, outcome, talk }: EndedCall): AttemptResult {
  const client = legs.filter(({ role }) => role === 'client');
  return {
    disposition: outcome.disposition,
    clientRung: talk === 'cut' ? 'yes' : rungOf(client),
    ...present({ clientDisposition: outcome.clientDisposition, operatorDecision: outcome.operatorDecision }),
    ...present({ talk }),
  };
}

/** An INVITE that was meant to leave counts, whether or not a ring was heard of. */
function rungOf(client: readonly LegRecord[]): AttemptResult['clientRung'] {
  if (client.length === 0) return 'no';
  const unsure = client.some(({ disposition }) => disposition === 'unknown' || disposition === 'lost');
  return unsure ? 'unknown' : 'yes';
}

type Next =
  AfterAttempt | { readonly kind: 'final'; readonly status: 'not-dialled'; readonly reason: 'no-policy' };

async function decideNext(
  context: AppContext,
  unit: Unit,
  lead: Lead,
  attempt: Attempt,
  result: AttemptResult,
): Promise<Next> {
  const { telephony } = context.set();
  const policy = telephony.callbacks[lead.policy ?? ''];
  const group = telephony.groups[lead.group ?? policy?.group ?? ''];
  if (policy === undefined || group === undefined)
    return finalByItself(result) ?? { kind: 'final', status: 'not-dialled', reason: 'no-policy' };
  const earlier = (await unit.tx.attempts.ofLead(lead.id)).filter(({ id }) => id !== attempt.id);
  const zone = clientZone(lead, group);
  return afterAttempt(result, countsOf(result, earlier, startOfDay(zone, unit.now)), {
    policy,
    operatorRingSeconds: group.ringSeconds,
    now: unit.now,
    random: context.ports.random.next(),
    nextOpen: nextOpenOf(telephony, group, policy, lead),
    zone,
  });
}

function countsOf(result: AttemptResult, earlier: readonly Attempt[], today: Instant): AttemptCounts {
  const rangToday = earlier.filter((one) => one.startedAt >= today && countsAsRing(one)).length;
  return {
    ...countAttempts([...earlier, result]),
    today: rangToday + (countsAsRing(result) ? 1 : 0),
    alike: earlier.filter(({ disposition }) => disposition === result.disposition).length + 1,
    ...(earlier.some(({ disposition }) => disposition === 'answered') && { talked: 'before' as const }),
  };
}

async function closeAttempt(
  unit: Unit,
  attempt: Attempt,
  result: AttemptResult,
  next: Next | undefined,
): Promise<void> {
  const nextAttemptAt = next?.kind === 'again' ? next.at : undefined;
  const { disposition, clientRung } = result;
  await unit.tx.attempts.update(attempt.id, {
    state: 'ended',
    endedAt: unit.now,
    disposition,
    clientRung,
    ...present({ nextAttemptAt }),
  });
  const payload = {
    attempt: attempt.number,
    disposition,
    client_rung: clientRung,
    next_attempt_at: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
  };
  unit.tell({ name: 'attempt.ended', callId: attempt.callId, leadId: attempt.leadId, payload });
}
