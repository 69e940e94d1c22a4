/**
 * A talk that ended with "later, at …" makes a new lead for that time: the first one is reached and stays so, and the
 * wish is called like any other lead, with its own attempts and its own final state. A time that was spoken is set by a
 * person; until then the lead waits as long as the policy says.
 */
import type { CallOutcome, CallRecord } from '../../domain/calls/call.js';
import type { Lead, LeadReason } from '../../domain/leads/lead.js';
import { DEFAULT_POLICY } from '../../domain/leads/resolve-intake.js';
import type { CallbackPolicy } from '../../domain/routing/telephony.js';
import type { E164, Instant, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { isFinal } from './after-attempt.js';
import { deferLead, scheduleCallback } from './schedule-callback.js';

/** In the transaction that closes the call, or that marks a closed one. Nothing without a time, a phone or a policy. */
export async function followUp(context: AppContext, unit: Unit, call: CallRecord): Promise<void> {
  const { outcome, clientNumber: phone } = call;
  if (outcome === undefined || phone === undefined || !isWish(outcome)) return;
  const before = call.leadId && (await unit.tx.leads.byId(call.leadId));
  // A lead that is still to be called has its own next attempt.
  if (before && !isFinal(before.status)) return;
  const policy = context.set().telephony.callbacks[policyOf(before)];
  if (policy?.enabled !== 'on') return;
  const wish = wishOf(outcome, policy, unit.now);
  const waiting = (await unit.tx.leads.openOfPhone(phone)).find(({ reason }) => WISHES.includes(reason));
  if (waiting !== undefined) await deferLead(unit, waiting, wish);
  else await addLead(context, unit, { call, before, phone, policy: policy.name, ...wish });
}

function policyOf(before: Lead | undefined): string {
  return before?.policy ?? DEFAULT_POLICY;
}

function isWish({ mark, laterAt, spoken }: CallOutcome): boolean {
  return mark === 'later' && (laterAt !== undefined || spoken !== undefined);
}

const WISHES: readonly LeadReason[] = ['follow-up', 'time-spoken'];

/** Long enough for a person to hear what was said. */
const SPOKEN_SECONDS = 4 * 3600;

function wishOf(
  { laterAt }: CallOutcome,
  { spokenTimeSeconds = SPOKEN_SECONDS }: CallbackPolicy,
  now: Instant,
): Pick<Wish, 'at' | 'reason'> {
  return laterAt === undefined
    ? { at: now + spokenTimeSeconds * 1000, reason: 'time-spoken' }
    : { at: Math.max(now, laterAt), reason: 'follow-up' };
}

interface Wish {
  readonly call: CallRecord;
  readonly before: Lead | undefined;
  readonly phone: E164;
  readonly policy: string;
  readonly at: Instant;
  readonly reason: 'follow-up' | 'time-spoken';
}

async function addLead(context: AppContext, unit: Unit, wish: Wish): Promise<void> {
  const { call, before, phone, policy, at, reason } = wish;
  const lead: Lead = {
    ...inherited(before, call),
    id: context.ports.ids.next() as LeadId,
    receivedAt: unit.now,
    source: 'api',
    kind: 'callback',
    phone,
    rawPhone: phone,
    policy,
    status: 'deferred',
    reason,
    willCallAt: at,
    dueAt: at,
  };
  await unit.tx.leads.add(lead);
  await scheduleCallback(unit, { leadId: lead.id, at, reason: lead.reason });
  tellFollowUp(unit, lead, call, at);
}

function inherited(
  before: Lead | undefined,
  call: CallRecord,
): Pick<Lead, 'answers' | 'touch'> & Partial<Lead> {
  if (before === undefined) return { answers: [], touch: call.attribution };
  const { answers, touch, formName, formId, connectionId, clientName, email, locale, group } = before;
  const { campaign, adGroup, ad, timeZone, consent, id: followUpOf } = before;
  return {
    answers,
    touch,
    followUpOf,
    ...present({ formName, formId, connectionId, clientName, email, locale, group }),
    ...present({ campaign, adGroup, ad, timeZone, consent }),
  };
}

function tellFollowUp(
  { tell }: Unit,
  { id, status, reason, source }: Lead,
  call: CallRecord,
  at: number,
): void {
  const will_call_at = new Date(at).toISOString();
  const payload = { source, status, reason, will_call_at, follow_up_of: call.leadId, call_id: call.id };
  tell({ name: 'lead.received', leadId: id, payload });
  tell({ name: 'lead.deferred', leadId: id, payload: { will_call_at, reason } });
}
