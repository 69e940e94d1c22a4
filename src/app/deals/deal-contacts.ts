/** What the store knows of the client of a deal: named calls and leads, visits, and contacts with the same phone. */
import type { TimedSource } from '../../domain/attribution/models.js';
import { lastNonDirect } from '../../domain/attribution/touch.js';
import type { VisitorSession } from '../../domain/attribution/visitor.js';
import type { DealClient } from '../../domain/deals/deal.js';
import type { DealContact } from '../../domain/deals/match-deal.js';
import type { Attribution } from '../../domain/attribution/attribution.js';
import type { CallRecord } from '../../domain/calls/call.js';
import type { Lead } from '../../domain/leads/lead.js';
import type { CallId, E164, LeadId, VisitorId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { Repositories } from '../ports/store.js';

type Kind = DealContact['by'];

/** Visits and leads of one client that are looked back at. */
const LOOK_BACK = 50;

/** Throws Fault `field-invalid` for a call or lead that there is not. */
export async function dealContacts(
  tx: Repositories,
  { callId, leadId, phone, ...visitor }: DealClient,
): Promise<readonly DealContact[]> {
  return [
    ...(callId === undefined ? [] : await ofCall(tx, callId)),
    ...(leadId === undefined ? [] : await ofLead(tx, leadId)),
    ...(await ofVisitor(tx, visitor)),
    ...(phone === undefined ? [] : await ofPhone(tx, phone)),
  ];
}

/** Throws Fault `field-invalid` for a call or lead that there is not. */
export async function requireNamed(tx: Repositories, { callId, leadId }: DealClient): Promise<void> {
  if (callId !== undefined) await callNamed(tx, callId);
  if (leadId !== undefined) await leadNamed(tx, leadId);
}

async function callNamed({ calls }: Repositories, id: CallId): Promise<CallRecord> {
  const call = await calls.byId(id);
  if (call === undefined) throw unknown('call_id', id);
  return call;
}

async function leadNamed({ leads }: Repositories, id: LeadId): Promise<Lead> {
  const lead = await leads.byId(id);
  if (lead === undefined) throw unknown('lead_id', id);
  return lead;
}

async function ofCall(tx: Repositories, callId: CallId): Promise<readonly DealContact[]> {
  const call = await callNamed(tx, callId);
  const attribution = await tx.attributions.ofCall(callId);
  if (attribution !== undefined) return [attributed('call', attribution)];
  const lead = call.leadId && (await tx.leads.byId(call.leadId));
  return lead === undefined ? [bareCall('call', call)] : [await leadContact(tx, 'call', lead, callId)];
}

async function ofLead(tx: Repositories, leadId: LeadId): Promise<readonly DealContact[]> {
  return [await leadContact(tx, 'lead', await leadNamed(tx, leadId))];
}

function unknown(field: string, id: string): Fault {
  return new Fault('field-invalid', `${field}: there is no ${id}`, {
    fields: [{ field, problem: 'is not one of ours' }],
  });
}

/** The first call of a caller is what is credited, whatever came between. */
function attributed(by: Kind, attribution: Attribution): DealContact {
  const { callId, at, project, touches, labels, repeatOf, visitorId } = attribution;
  return {
    by,
    at,
    callId,
    project,
    labels,
    touches: repeatOf === undefined ? touches.map(sourceOf) : [],
    ...present({ visitorId: visitorId as VisitorId | undefined }),
  };
}

function bareCall(by: Kind, { id: callId, startedAt: at }: CallRecord): DealContact {
  return { by, at, callId, touches: [], labels: {} };
}

async function leadContact(
  { visitors }: Repositories,
  by: Kind,
  lead: Lead,
  callId?: CallId,
): Promise<DealContact> {
  const { id: leadId, receivedAt: at, touch, visitorId } = lead;
  const snapshot = await visitors.snapshotOf(leadId);
  const visits = snapshot === undefined ? [] : [...snapshot.earlierVisits, snapshot];
  return {
    by,
    at,
    leadId,
    touches: visits.flatMap(({ touches }) => touches.map(sourceOf)),
    labels: present({
      source: touch['utm_source'],
      medium: touch['utm_medium'],
      campaign: touch['utm_campaign'] ?? lead.campaign,
      content: touch['utm_content'],
      term: touch['utm_term'],
    }),
    ...present({ callId, visitorId, project: touch['project'] }),
  };
}

/** A touch keeps more than models look at. */
function sourceOf({ at, source, medium, campaign, content, term }: TimedSource): TimedSource {
  return { at, ...present({ source, medium, campaign, content, term }) };
}

type VisitorIds = Pick<DealClient, 'visitorId' | 'gaClientId' | 'metricaClientId'>;

async function ofVisitor({ visitors }: Repositories, ids: VisitorIds): Promise<readonly DealContact[]> {
  const id = ids.visitorId ?? (await visitors.visitorWith(ids));
  const visits = id === undefined ? [] : await visitors.sessionsOf(id, LOOK_BACK);
  return visits.map((visit) => visitContact(visit, visits));
}

/** One visit with the touches until its end, of the earlier ones too. */
function visitContact(
  { visitorId, startedAt: at, project, id }: VisitorSession,
  visits: readonly VisitorSession[],
): DealContact {
  const touches = visits
    .filter((visit) => visit.id === id || visit.startedAt <= at)
    .flatMap((visit) => visit.touches)
    .sort((one, other) => one.at - other.at);
  const latest = touches.at(-1)?.at ?? at;
  const { source, medium, campaign } = lastNonDirect(touches) ?? {};
  return {
    by: 'visitor',
    at: Math.max(at, latest),
    visitorId,
    project,
    touches: touches.map(sourceOf),
    labels: present({ source, medium, campaign }),
  };
}

async function ofPhone(tx: Repositories, phone: E164): Promise<readonly DealContact[]> {
  const calls = await tx.attributions.ofCaller(phone, { since: 0, until: Number.MAX_SAFE_INTEGER });
  const leads = await tx.leads.list({ phone, limit: LOOK_BACK });
  const plain = await tx.calls.list({ phone, limit: LOOK_BACK });
  const known = new Set(calls.map(({ callId }) => callId));
  return [
    ...calls.map((call) => attributed('phone', call)),
    ...(await Promise.all(leads.items.map((lead) => leadContact(tx, 'phone', lead)))),
    ...plain.items.filter(({ id }) => !known.has(id)).map((call) => bareCall('phone', call)),
  ];
}
