/** An occasion from the rows that tell of it: whose word counts when several know the same. Pure. */
import type { Attribution } from '../attribution/attribution.js';
import type { CLICK_IDS } from '../attribution/touch.js';
import type { VisitorSnapshot } from '../attribution/visitor.js';
import type { CallRecord } from '../calls/call.js';
import type { Deal, DealStatus } from '../deals/deal.js';
import type { Lead } from '../leads/lead.js';
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';
import type { ToldEvent } from './destination.js';
import type { Occasion, OccasionCall, OccasionDeal, OccasionIds, OccasionLead } from './occasion.js';

export interface OccasionRows {
  readonly call?: CallRecord;
  readonly attribution?: Attribution;
  readonly lead?: Lead;
  readonly deal?: Deal;
  readonly snapshot?: VisitorSnapshot;
}

export interface Happened {
  readonly id: string;
  readonly event: ToldEvent;
  readonly at: Instant;
  readonly now: Instant;
  /** What the event itself said. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Of the call: earlier ones with the same client, the address of its recording, keys up to this event. */
  readonly earlierCalls: number;
  readonly recordingUrl?: string;
  readonly keys?: readonly string[];
}

type Touch = Readonly<Record<string, string>>;

export function occasionOf(happened: Happened, rows: OccasionRows): Occasion {
  const { id, event, at, now, keys } = happened;
  const touch = { ...rows.call?.attribution, ...rows.lead?.touch };
  return {
    ...{ id, event, at, now },
    ids: idsOf(rows, touch),
    source: sourceOf(rows, touch),
    ...clientOf(rows),
    ...placeOf(rows, touch),
    ...nounsOf(happened, rows),
    ...present({ keys }),
  };
}

function firstKnown<T>(...values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}

function clientOf({ call, lead, deal }: OccasionRows): Pick<Occasion, 'phone' | 'clientName' | 'email'> {
  return present({
    phone: firstKnown(deal?.phone, lead?.phone, call?.clientNumber),
    clientName: lead?.clientName,
    email: lead?.email,
  });
}

type Place = Pick<Occasion, 'landingPage' | 'page' | 'referrer' | 'project'>;

function placeOf({ attribution, deal, snapshot }: OccasionRows, touch: Touch): Place {
  const landing = snapshot?.touches.at(-1);
  return present({
    landingPage: firstKnown(landing?.landingPage, touch['landing_page']),
    page: firstKnown(touch['page_url'], snapshot?.pages.at(-1)?.url),
    referrer: firstKnown(landing?.referrer, touch['referrer']),
    project: firstKnown(attribution?.project, touch['project'], deal?.project),
  });
}

function nounsOf(
  happened: Happened,
  { call, attribution, lead, deal }: OccasionRows,
): Pick<Occasion, 'call' | 'lead' | 'deal' | 'reason'> {
  return present({
    call: call && callOf(happened, call, attribution),
    lead: lead && leadOf(lead),
    deal: deal && dealOf(deal, happened.said),
    reason: call?.outcome?.reason,
  });
}

function idsOf({ snapshot, deal }: OccasionRows, touch: Touch): OccasionIds {
  const clicks = { ...clicksOf(snapshot), ...touch };
  const { yclid, gclid, fbclid, ttclid, ttp } = clicks;
  return present({
    gaClientId: firstKnown(deal?.gaClientId, touch['ga_client_id'], snapshot?.gaClientId),
    gaSessionId: firstKnown(touch['ga_session_id'], snapshot?.gaSessionId),
    metricaClientId: firstKnown(deal?.metricaClientId, touch['ym_client_id'], snapshot?.metricaClientId),
    userId: firstKnown(deal?.userId, touch['user_id']),
    ip: firstKnown(touch['ip'], snapshot?.ip),
    ...{ yclid, gclid, fbclid, ttclid, ttp },
  });
}

type Clicks = Readonly<Partial<Record<(typeof CLICK_IDS)[number], string>>>;

/** Of the latest touch that has one, visits before this one included. */
function clicksOf(snapshot: VisitorSnapshot | undefined): Clicks {
  if (snapshot === undefined) return {};
  const touches = [...snapshot.earlierVisits, snapshot]
    .flatMap((visit) => visit.touches)
    .sort((one, other) => one.at - other.at);
  return Object.assign({}, ...touches.map(({ clickIds }) => clickIds)) as Clicks;
}

function sourceOf({ attribution, deal, lead }: OccasionRows, touch: Touch): SourceLabels {
  const told: SourceLabels = present({
    source: touch['utm_source'],
    medium: touch['utm_medium'],
    campaign: firstKnown(touch['utm_campaign'], lead?.campaign),
    content: touch['utm_content'],
    term: touch['utm_term'],
  });
  const all = [deal?.labels, attribution?.labels, told];
  return all.find((labels) => labels?.source !== undefined) ?? told;
}

function callOf(
  { now, earlierCalls, recordingUrl }: Happened,
  call: CallRecord,
  attribution: Attribution | undefined,
): OccasionCall {
  const { id, direction, did, startedAt, endedAt, bridgedAt, unbridgedAt, disposition, operator, tags } =
    call;
  const over = endedAt ?? now;
  return {
    ...{ id, direction, startedAt, tags },
    talkSeconds: bridgedAt === undefined ? 0 : ((unbridgedAt ?? over) - bridgedAt) / 1000,
    waitSeconds: ((bridgedAt ?? over) - startedAt) / 1000,
    first: earlierCalls === 0 ? 'yes' : 'no',
    tracking: TRACKING[attribution?.outcome ?? 'unknown'],
    ...present({ did, endedAt, disposition, operator, recordingUrl }),
    ...present({ mark: call.outcome?.mark, target: attribution?.target }),
  };
}

const TRACKING: Readonly<Record<Attribution['outcome'], OccasionCall['tracking']>> = {
  static: 'static',
  attributed: 'visitor',
  ambiguous: 'none',
  unknown: 'none',
};

function leadOf({ id, externalId, kind, receivedAt, formName, status, answers, test }: Lead): OccasionLead {
  return {
    ...{ id, kind, receivedAt, status, test: test ?? 'no' },
    answers: Object.fromEntries(answers.map(({ field, value }) => [field, value])),
    ...present({ externalId, form: formName }),
  };
}

/** The event tells what the deal became then; the row may have gone on since. */
function dealOf(
  { id, externalId, currency, amount, stage, status }: Deal,
  said: Happened['said'],
): OccasionDeal {
  return {
    ...{ id, externalId },
    status: (said['status'] as DealStatus | undefined) ?? status,
    ...present({ was: said['was'] as DealStatus | undefined, stage, amount, currency }),
  };
}
