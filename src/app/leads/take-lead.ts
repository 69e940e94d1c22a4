/** Intake: one transaction stores the lead, what is told about it, and the job that will call it. */
import type { Project } from '../../domain/attribution/project.js';
import { judgeLead, type Judgement } from '../../domain/leads/judge-lead.js';
import type { Connection, Form, Lead, LeadDraft } from '../../domain/leads/lead.js';
import { mergeDuplicate } from '../../domain/leads/merge.js';
import { resolveIntake, type ResolvedIntake } from '../../domain/leads/resolve-intake.js';
import { nearestName } from '../../domain/values/nearest.js';
import type { ClientPlace } from '../../domain/schedule/call-window.js';
import type { Instant, LeadId, PushId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { askForNumber, askGate, clientNetwork } from '../gate/ask-gate.js';
import { nextOpenOf } from '../group-hours.js';
import { keepSnapshot } from '../visitors/keep-snapshot.js';
import { touchAtIntake } from '../visitors/touch-at-intake.js';
import { isFinal } from './after-attempt.js';
import { scheduleCallback } from './schedule-callback.js';
import { planEscalation } from '../speed/escalate-lead.js';
import type { TakenLead } from './taken-lead.js';

/** Throws Fault `not-found` (form, connection), `field-invalid` (group), `store-unavailable`. */
export async function takeLead(context: AppContext, draft: LeadDraft): Promise<TakenLead> {
  const { groups } = context.set().telephony;
  if (draft.group !== undefined && !Object.hasOwn(groups, draft.group))
    throw unknownGroup(draft.group, Object.keys(groups));
  return commit(context, async (unit) => {
    const origin = await originOf(unit, draft);
    return (await storeLead(context, unit, await touchAtIntake(unit.tx, draft), origin)).lead;
  });
}

function unknownGroup(group: string, known: readonly string[]): Fault {
  const nearest = nearestName(group, known);
  const problem = `there is no group ${group}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  return new Fault('field-invalid', problem, { fields: [{ field: 'group', problem }] });
}

export interface LeadOrigin {
  /** It was left long ago, and comes only now. */
  readonly late?: 'yes';
  readonly connection?: Connection;
  readonly form?: Form;
  readonly pushId?: PushId;
}

/** Throws Fault `not-found`. */
export async function originOf({ tx }: Unit, draft: LeadDraft): Promise<LeadOrigin> {
  const form = draft.formId && (await tx.forms.byId(draft.formId));
  if (draft.formId !== undefined && form === undefined)
    throw new Fault('not-found', `There is no form ${draft.formId}.`);
  const connectionId = draft.connectionId ?? form?.connectionId;
  const connection = connectionId && (await tx.connections.byId(connectionId));
  if (connectionId !== undefined && connection === undefined)
    throw new Fault('not-found', `There is no connection ${connectionId}.`);
  return present({ form, connection });
}

export interface StoredLead {
  readonly kind: 'stored' | 'repeated';
  readonly lead: TakenLead;
}

/** Stores one judged lead in the caller's transaction. An entry of a source that is known already is not stored again. */
export async function storeLead(
  context: AppContext,
  unit: Unit,
  draft: LeadDraft,
  origin: LeadOrigin,
): Promise<StoredLead> {
  const known = await sameEntry(unit, draft, origin);
  if (known !== undefined) return { kind: 'repeated', lead: takenOf(known) };
  const judged = await judgeDraft(context, unit, draft, origin);
  const { earlier } = judged;
  const lead = leadOf(context.ports.ids.next() as LeadId, unit, draft, judged);
  await unit.tx.leads.add(lead);
  if (lead.sessionId !== undefined)
    await keepSnapshot(unit.tx, { owner: lead.id, sessionId: lead.sessionId, at: unit.now });
  if (earlier !== undefined && lead.status === 'duplicate') await mergeInto(unit, earlier, draft);
  if (lead.willCallAt !== undefined) await planLead(context, unit, lead, lead.willCallAt);
  tellLead(unit, lead);
  return { kind: 'stored', lead: takenOf(lead) };
}

export type JudgedDraft = Judged & { readonly earlier: Lead | undefined };

/** Reads only: the rehearsal of a lead asks the same. */
export async function judgeDraft(
  context: AppContext,
  unit: Unit,
  draft: LeadDraft,
  origin: LeadOrigin,
): Promise<JudgedDraft> {
  const resolved = resolveIntake(draft, { telephony: context.set().telephony, ...origin });
  const earlier = await earlierLead(unit, resolved);
  const gate = await askGate(context.set().telephony, unit, {
    draft,
    resolved,
    origin: present({ formId: draft.formId, connectionId: origin.connection?.id }),
    repeats: earlier === undefined ? 'nothing' : 'earlier',
  });
  const judgement = judgeLead(draft, resolved, {
    now: unit.now,
    nextOpen: nextOpenOf(context.set().telephony, resolved.group, resolved.policy, placeOf(draft, resolved)),
    inCall: await inCall(unit, resolved),
    ...origin,
    ...present({ earlier, gate, texts: textsOf(context, draft) }),
  });
  const network = clientNetwork(context.set().telephony.gate, draft);
  return { origin, resolved, judgement, network, earlier };
}

function textsOf(context: AppContext, { source, touch }: LeadDraft): Project['texts'] | undefined {
  if (source !== 'sip' && source !== 'sms') return undefined;
  return context.set().telephony.projects[touch['project'] ?? '']?.texts;
}

async function planLead(context: AppContext, unit: Unit, lead: Lead, at: Instant): Promise<void> {
  await scheduleCallback(unit, { leadId: lead.id, at, reason: lead.reason });
  await planEscalation(context, unit, { ...lead, dueAt: at }, 0);
}

export type JudgedAgain = Pick<TakenLead, 'status' | 'reason' | 'willCallAt'>;

/** A stored lead judged as if it came now, past the gate's counts and the duplicate window: a person vouches for it. */
export async function judgeAgain(context: AppContext, unit: Unit, lead: Lead): Promise<JudgedAgain> {
  const { telephony } = context.set();
  const origin = await originOf(unit, lead);
  const resolved = resolveIntake(lead, { telephony, ...origin });
  const listed =
    lead.phone && (await askForNumber(telephony, unit, { phone: lead.phone, group: resolved.group }));
  const nextOpen = nextOpenOf(telephony, resolved.group, resolved.policy, placeOf(lead, resolved));
  return judgeLead(lead, resolved, { now: unit.now, nextOpen, ...origin, ...present({ gate: listed }) });
}

function placeOf({ timeZone }: LeadDraft, { phone }: ResolvedIntake): ClientPlace {
  return present({ timeZone, phone: phone.kind === 'good' ? phone.e164 : undefined });
}

/** A client who is in a call with us is not rung: the end of that call decides. */
async function inCall({ tx }: Unit, { phone }: ResolvedIntake): Promise<'yes' | 'no'> {
  if (phone.kind !== 'good') return 'no';
  return (await tx.calls.openOfPhone(phone.e164)).length > 0 ? 'yes' : 'no';
}

function sameEntry({ tx }: Unit, draft: LeadDraft, { connection }: LeadOrigin): Promise<Lead | undefined> {
  if (connection === undefined || draft.externalId === undefined) return Promise.resolve(undefined);
  return tx.leads.byExternalId(connection.id, draft.externalId);
}

async function earlierLead(
  { tx, now }: Unit,
  { phone, policy, group }: ResolvedIntake,
): Promise<Lead | undefined> {
  // A window of nothing: every lead is called.
  if (phone.kind !== 'good' || policy === undefined || policy.duplicateWindowMinutes === 0) return undefined;
  const since = now - policy.duplicateWindowMinutes * 60_000;
  return tx.leads.latestOfPhone(phone.e164, group?.name, since);
}

/** The lead that will be called learns what its repetition said. */
async function mergeInto({ tx }: Unit, earlier: Lead, draft: LeadDraft): Promise<void> {
  await tx.leads.update(earlier.id, mergeDuplicate(earlier, draft));
}

export interface Judged {
  readonly origin: LeadOrigin;
  readonly resolved: ResolvedIntake;
  readonly judgement: Judgement;
  readonly network: string | undefined;
}

function leadOf(id: LeadId, { now }: Unit, draft: LeadDraft, judged: Judged): Lead {
  const { origin, resolved, judgement, network } = judged;
  const { connection, form, pushId } = origin;
  return {
    ...draft,
    id,
    receivedAt: now,
    ...judgement,
    ...(isFinal(judgement.status) ? { finishedAt: now } : {}),
    touch: { ...draft.touch, ...form?.staticUtm },
    ...present({
      pushId,
      connectionId: connection?.id,
      formName: form?.displayName,
      phone: resolved.phone.kind === 'good' ? resolved.phone.e164 : undefined,
      policy: resolved.policy?.name,
      group: resolved.group?.name,
      locale: resolved.locale,
      clientNetwork: network,
      dueAt: 'willCallAt' in judgement ? judgement.willCallAt : undefined,
    }),
  };
}

function takenOf({ id, status, reason, willCallAt, duplicateOf, locale }: Lead): TakenLead {
  return { leadId: id, status, reason, ...present({ willCallAt, duplicateOf, locale }) };
}

function tellLead({ tell }: Unit, lead: Lead): void {
  const { id, status, reason, willCallAt, source, formName, duplicateOf } = lead;
  const will_call_at = willCallAt === undefined ? undefined : new Date(willCallAt).toISOString();
  tell({
    name: 'lead.received',
    leadId: id,
    payload: { source, form: formName, status, reason, will_call_at },
  });
  if (status === 'deferred') tell({ name: 'lead.deferred', leadId: id, payload: { will_call_at, reason } });
  if (status === 'duplicate')
    tell({ name: 'lead.duplicate', leadId: id, payload: { reason, duplicate_of: duplicateOf } });
  if (status === 'blocked' || status === 'quarantined')
    tell({ name: `lead.${status}`, leadId: id, payload: { reason, detail: lead.gateNote } });
  if (status === 'not-dialled' || status === 'no-phone')
    tell({ name: 'lead.not-dialled', leadId: id, payload: { reason } });
}
