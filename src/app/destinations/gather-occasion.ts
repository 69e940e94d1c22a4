/** Everything that destinations are told of one event, read from the store at the time of the try. */
import type { Attribution } from '../../domain/attribution/attribution.js';
import { CLICK_IDS } from '../../domain/attribution/touch.js';
import type { VisitorSnapshot } from '../../domain/attribution/visitor.js';
import type { CallRecord } from '../../domain/calls/call.js';
import type { Deal, DealStatus } from '../../domain/deals/deal.js';
import type { ToldEvent } from '../../domain/destinations/destination.js';
import type {
  Occasion,
  OccasionCall,
  OccasionDeal,
  OccasionIds,
  OccasionLead,
} from '../../domain/destinations/occasion.js';
import type { Lead } from '../../domain/leads/lead.js';
import type { SourceLabels } from '../../domain/numbers/tracked-number.js';
import type { CallId, DealId, EventId, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';

/** As stored: `{type, timestamp, data}`. */
export interface ToldBody {
  readonly type: ToldEvent;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Rows {
  readonly call: CallRecord | undefined;
  readonly attribution: Attribution | undefined;
  readonly lead: Lead | undefined;
  readonly deal: Deal | undefined;
  readonly snapshot: VisitorSnapshot | undefined;
}

export async function gatherOccasion(
  context: AppContext,
  id: EventId,
  { type, timestamp, data }: ToldBody,
): Promise<Occasion> {
  const rows = await readRows(context, data);
  const { call, lead, deal, snapshot } = rows;
  const touch = { ...call?.attribution, ...lead?.touch };
  const landing = snapshot?.touches.at(-1);
  return {
    id,
    event: type,
    at: Date.parse(typeof data['deal_at'] === 'string' ? data['deal_at'] : timestamp),
    now: context.ports.clock.now(),
    ids: idsOf(rows, touch),
    source: sourceOf(rows, touch),
    ...present({
      phone: deal?.phone ?? lead?.phone ?? call?.clientNumber,
      clientName: lead?.clientName,
      email: lead?.email,
      landingPage: landing?.landingPage ?? touch['landing_page'],
      page: touch['page_url'] ?? snapshot?.pages.at(-1)?.url,
      referrer: landing?.referrer ?? touch['referrer'],
      project: rows.attribution?.project ?? touch['project'] ?? deal?.project,
      call: call && (await callOf(context, call, rows.attribution)),
      lead: lead && leadOf(lead),
      deal: deal && dealOf(deal, data),
      keys: type === 'key.pressed' ? await keysOf(context, id, call) : undefined,
      reason: call?.outcome?.reason,
    }),
  };
}

async function readRows({ ports: { store } }: AppContext, data: ToldBody['data']): Promise<Rows> {
  const deal = await store.deals.byId((data['deal_id'] ?? '') as DealId);
  const call = await store.calls.byId((data['call_id'] ?? deal?.callId ?? '') as CallId);
  const lead = await store.leads.byId((data['lead_id'] ?? deal?.leadId ?? call?.leadId ?? '') as LeadId);
  const attribution = call && (await store.attributions.ofCall(call.id));
  const snapshot =
    (call && (await store.visitors.snapshotOf(call.id))) ??
    (lead && (await store.visitors.snapshotOf(lead.id)));
  return { call, lead, deal, attribution, snapshot };
}

type Touch = Readonly<Record<string, string>>;

function idsOf({ snapshot, deal }: Rows, touch: Touch): OccasionIds {
  const clicks = clicksOf(snapshot);
  const named = (name: string): string | undefined => touch[name] ?? clicks[name];
  return present({
    gaClientId: deal?.gaClientId ?? touch['ga_client_id'] ?? snapshot?.gaClientId,
    gaSessionId: touch['ga_session_id'] ?? snapshot?.gaSessionId,
    metricaClientId: deal?.metricaClientId ?? touch['ym_client_id'] ?? snapshot?.metricaClientId,
    yclid: named('yclid'),
    gclid: named('gclid'),
    fbclid: named('fbclid'),
    ttclid: named('ttclid'),
    ttp: named('ttp'),
    userId: deal?.userId ?? touch['user_id'],
    ip: touch['ip'] ?? snapshot?.ip,
  });
}

/** Of the latest touch that has one, visits before this one included. */
function clicksOf(snapshot: VisitorSnapshot | undefined): Touch {
  const touches = [
    ...(snapshot?.earlierVisits ?? []).flatMap((visit) => visit.touches),
    ...(snapshot?.touches ?? []),
  ].sort((one, other) => one.at - other.at);
  return Object.fromEntries(
    CLICK_IDS.flatMap((name) => {
      const value = touches.findLast(({ clickIds }) => clickIds[name] !== undefined)?.clickIds[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function sourceOf({ attribution, deal, lead }: Rows, touch: Touch): SourceLabels {
  if (deal?.labels.source !== undefined) return deal.labels;
  if (attribution?.labels.source !== undefined) return attribution.labels;
  return present({
    source: touch['utm_source'],
    medium: touch['utm_medium'],
    campaign: touch['utm_campaign'] ?? lead?.campaign,
    content: touch['utm_content'],
    term: touch['utm_term'],
  });
}

async function callOf(
  { ports }: AppContext,
  call: CallRecord,
  attribution: Attribution | undefined,
): Promise<OccasionCall> {
  const { store, clock, recordingLinks } = ports;
  const { id, direction, did, startedAt, endedAt, bridgedAt, unbridgedAt, disposition, operator, tags } =
    call;
  const talkedUntil = unbridgedAt ?? endedAt ?? clock.now();
  const history =
    call.clientNumber === undefined ? undefined : await store.calls.historyWith(call.clientNumber, startedAt);
  const ready = (await store.recordings.ofCall(id)).some(({ state }) => state === 'ready');
  return {
    id,
    direction,
    startedAt,
    tags,
    talkSeconds: bridgedAt === undefined ? 0 : (talkedUntil - bridgedAt) / 1000,
    waitSeconds: ((bridgedAt ?? endedAt ?? clock.now()) - startedAt) / 1000,
    first: (history?.calls ?? 0) === 0 ? 'yes' : 'no',
    tracking: trackingOf(attribution),
    ...present({
      did,
      endedAt,
      disposition,
      operator,
      mark: call.outcome?.mark,
      target: attribution?.target,
      recordingUrl: ready ? recordingLinks?.urlOf(id, clock.now()) : undefined,
    }),
  };
}

function trackingOf(attribution: Attribution | undefined): OccasionCall['tracking'] {
  if (attribution?.outcome === 'static') return 'static';
  return attribution?.outcome === 'attributed' ? 'visitor' : 'none';
}

function leadOf({ id, externalId, kind, receivedAt, formName, status, answers }: Lead): OccasionLead {
  return {
    ...{ id, kind, receivedAt, status },
    answers: Object.fromEntries(answers.map(({ field, value }) => [field, value])),
    ...present({ externalId, form: formName }),
  };
}

/** The event tells what the deal became then; the row may have gone on since. */
function dealOf(
  { id, externalId, currency, amount, stage, status }: Deal,
  told: ToldBody['data'],
): OccasionDeal {
  return {
    ...{ id, externalId },
    status: (told['status'] as DealStatus | undefined) ?? status,
    ...present({ was: told['was'] as DealStatus | undefined, stage, amount, currency }),
  };
}

/** Pressed in the talk: the key itself, and the code of two that it ends. Before the talk: none. */
async function keysOf(
  { ports }: AppContext,
  id: EventId,
  call: CallRecord | undefined,
): Promise<readonly string[]> {
  if (call?.bridgedAt === undefined) return [];
  const events = await ports.store.events.ofCall(call.id);
  const place = events.findIndex((event) => event.id === id);
  const pressed = events
    .slice(0, place + 1)
    .filter(({ name, at }) => name === 'key.pressed' && at >= (call.bridgedAt ?? 0))
    .map(({ payload }) => payload['digit'])
    .filter((digit) => typeof digit === 'string');
  const last = pressed.at(-1);
  if (last === undefined) return [];
  return pressed.at(-2) === '*' ? [last, `*${last}`] : [last];
}
