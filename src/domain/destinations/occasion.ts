/** What a destination is told of: one event with everything known of its call, lead, deal, client and source. */
import type { CallDirection, CallDisposition, CallMark } from '../calls/call.js';
import type { DealStatus } from '../deals/deal.js';
import type { LeadKind, LeadStatus } from '../leads/lead.js';
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { E164, Instant } from '../values/ids.js';
import { nearestName } from '../values/nearest.js';
import { present } from '../values/present.js';
import type { ToldEvent } from './destination.js';

export interface OccasionCall {
  readonly id: string;
  readonly direction: CallDirection;
  readonly did?: E164;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly talkSeconds: number;
  /** From the first ring to the talk, or to the end without one. */
  readonly waitSeconds: number;
  readonly disposition?: CallDisposition;
  readonly operator?: string;
  readonly mark?: CallMark;
  readonly target?: 'yes' | 'no';
  readonly tags: readonly string[];
  /** No call with this client before. */
  readonly first: 'yes' | 'no';
  /** The number itself says where it was seen; nobody's visit belongs to it. */
  readonly tracking: 'visitor' | 'static' | 'none';
  readonly recordingUrl?: string;
}

export interface OccasionLead {
  readonly id: string;
  /** At its source: a TikTok lead id. */
  readonly externalId?: string;
  readonly kind: LeadKind;
  readonly receivedAt: Instant;
  readonly form?: string;
  readonly status: LeadStatus;
  readonly test: 'yes' | 'no';
  readonly answers: Readonly<Record<string, string>>;
}

export interface OccasionDeal {
  readonly id: string;
  readonly externalId: string;
  readonly status: DealStatus;
  /** Before this event; absent: the deal is new. */
  readonly was?: DealStatus;
  readonly stage?: string;
  readonly amount?: number;
  readonly currency?: string;
}

/** Ids that others gave the client's browser or click. */
export interface OccasionIds {
  readonly gaClientId?: string;
  readonly gaSessionId?: string;
  readonly metricaClientId?: string;
  readonly yclid?: string;
  readonly gclid?: string;
  readonly fbclid?: string;
  readonly ttclid?: string;
  readonly ttp?: string;
  readonly userId?: string;
  readonly ip?: string;
}

export interface Occasion {
  /** The same at every try: receivers dedupe by it. */
  readonly id: string;
  readonly event: ToldEvent;
  readonly at: Instant;
  /** Of this try. */
  readonly now: Instant;
  readonly phone?: E164;
  readonly clientName?: string;
  readonly email?: string;
  readonly ids: OccasionIds;
  readonly source: SourceLabels;
  readonly landingPage?: string;
  readonly page?: string;
  readonly referrer?: string;
  readonly project?: string;
  readonly call?: OccasionCall;
  readonly lead?: OccasionLead;
  readonly deal?: OccasionDeal;
  /** Of `key.pressed`: the key, and the code of two keys that it ends. */
  readonly keys?: readonly string[];
  /** Said by a mark: why, and by whom. */
  readonly reason?: string;
}

/** Names of facts in templates of admins, and in the body of a CRM that was given none. */
export const FACT_NAMES = [
  'id',
  'event',
  'at',
  'phone',
  'name',
  'email',
  'gcid',
  'yaClientId',
  'yclid',
  'gclid',
  'ttclid',
  'userId',
  'source',
  'medium',
  'campaign',
  'content',
  'term',
  'landingPage',
  'page',
  'referrer',
  'project',
  'form',
  'callId',
  'leadId',
  'direction',
  'did',
  'startedAt',
  'endedAt',
  'talkSeconds',
  'waitSeconds',
  'disposition',
  'operator',
  'mark',
  'target',
  'firstCall',
  'recordingUrl',
  'key',
  'reason',
  'dealId',
  'dealStatus',
  'dealStage',
  'amount',
  'currency',
] as const;

/** Names that are none of these, and braces that do not close; filters are tried when it is filled. */
export function templateProblem(template: string): string | undefined {
  if (template.split('{{').length !== template.split('}}').length) return '{{ and }} do not match';
  const names = [...template.matchAll(/\{\{-?\s*([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
  const strange = names.find((name) => !FACT_NAMES.some((known) => known === name));
  if (strange === undefined) return undefined;
  const near = nearestName(strange, FACT_NAMES);
  return `there is no fact ${strange}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

export type Facts = Readonly<Partial<Record<(typeof FACT_NAMES)[number], string | number>>>;

const iso = (at: Instant | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

export function factsOf(occasion: Occasion): Facts {
  const { id, event, at, phone, clientName, email, ids, source, project, keys, reason } = occasion;
  const { landingPage, page, referrer } = occasion;
  return present({
    ...{ id, event, at: iso(at), phone, name: clientName, email },
    gcid: ids.gaClientId,
    yaClientId: ids.metricaClientId,
    ...{ yclid: ids.yclid, gclid: ids.gclid, ttclid: ids.ttclid, userId: ids.userId },
    source: source.source,
    medium: source.medium,
    campaign: source.campaign,
    content: source.content,
    term: source.term,
    ...{ landingPage, page, referrer, project, key: keys?.at(-1), reason },
    ...callFacts(occasion.call),
    ...leadFacts(occasion.lead),
    ...dealFacts(occasion.deal),
  });
}

function callFacts(call: OccasionCall | undefined): Facts {
  if (call === undefined) return {};
  const { id, direction, did, talkSeconds, waitSeconds, disposition, operator, mark, target, first } = call;
  return present({
    ...{ callId: id, direction, did, talkSeconds, waitSeconds, disposition, operator, mark, target },
    firstCall: first,
    startedAt: iso(call.startedAt),
    endedAt: iso(call.endedAt),
    recordingUrl: call.recordingUrl,
  });
}

function leadFacts(lead: OccasionLead | undefined): Facts {
  return lead === undefined ? {} : present({ leadId: lead.id, form: lead.form });
}

function dealFacts(deal: OccasionDeal | undefined): Facts {
  if (deal === undefined) return {};
  const { externalId, status, stage, amount, currency } = deal;
  return present({ dealId: externalId, dealStatus: status, dealStage: stage, amount, currency });
}
