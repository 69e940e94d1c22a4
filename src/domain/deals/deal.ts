/**
 * A deal (sale) of the CRM, and what a later report of it changes. Reports come in any order and more than once: the one
 * with the latest time says how the deal stands, and every id that was ever told stays.
 */
import type { TimedSource } from '../attribution/models.js';
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { CallId, DealId, E164, Instant, LeadId, VisitorId } from '../values/ids.js';
import { present } from '../values/present.js';

export const DEAL_STATUSES = ['open', 'won', 'lost'] as const;
export type DealStatus = (typeof DEAL_STATUSES)[number];

/** Who the client is, as far as the CRM knows; at least one of them leads to where the client came from. */
export interface DealClient {
  readonly phone?: E164;
  readonly callId?: CallId;
  readonly leadId?: LeadId;
  readonly visitorId?: VisitorId;
  readonly gaClientId?: string;
  readonly metricaClientId?: string;
  /** The site's own id of a signed-in user. */
  readonly userId?: string;
}

/** What the CRM says about a deal at one moment. */
export interface DealReport extends DealClient {
  /** Of the CRM; the same again is the same deal. */
  readonly externalId: string;
  /** Absent: that of what it is matched to. */
  readonly project?: string;
  readonly status: DealStatus;
  /** The CRM's own word for where it stands. */
  readonly stage?: string;
  readonly amount?: number;
  /** ISO 4217; there when `amount` is. */
  readonly currency?: string;
  /** When the deal came to this status. */
  readonly at: Instant;
  /** When it began; absent: at its first report. */
  readonly openedAt?: Instant;
}

/** Which of our facts tells where the client came from. */
export interface DealMatch {
  readonly matchedBy: 'call' | 'lead' | 'visitor' | 'phone' | 'nothing';
  readonly callId?: CallId;
  readonly leadId?: LeadId;
  readonly visitorId?: VisitorId;
  readonly project?: string;
  /** Of the contact or visit; touches after it do not count. */
  readonly contactAt?: Instant;
  readonly touches: readonly TimedSource[];
  /** What it is credited to when no touch counts. */
  readonly labels: SourceLabels;
}

export interface Deal extends DealReport, DealMatch {
  readonly id: DealId;
  readonly openedAt: Instant;
}

/** `stale`: something later is known already; `same`: it says nothing new. */
export type DealChange =
  | { readonly kind: 'stale' | 'same'; readonly deal: Deal }
  | { readonly kind: 'changed'; readonly deal: Deal; readonly was: DealStatus };

export function newDeal(id: DealId, report: DealReport, match: DealMatch): Deal {
  return { id, ...report, ...match, openedAt: report.openedAt ?? report.at };
}

/** `match` is made of everything told so far. */
export function changedDeal(before: Deal, report: DealReport, match: DealMatch): DealChange {
  if (report.at < before.at) return { kind: 'stale', deal: before };
  const { id, openedAt, amount, currency, stage } = before;
  const known = { amount, currency, stage, ...clientOf(before) };
  const deal = { ...present(known), ...report, ...match, id, openedAt: report.openedAt ?? openedAt };
  if (JSON.stringify(sorted(deal)) === JSON.stringify(sorted(before))) return { kind: 'same', deal: before };
  return { kind: 'changed', deal, was: before.status };
}

/** What was told of the client before and now. */
export function clientTold(before: DealClient | undefined, report: DealClient): DealClient {
  return { ...(before === undefined ? {} : clientOf(before)), ...clientOf(report) };
}

function clientOf({
  phone,
  callId,
  leadId,
  visitorId,
  gaClientId,
  metricaClientId,
  userId,
}: DealClient): DealClient {
  return present({ phone, callId, leadId, visitorId, gaClientId, metricaClientId, userId });
}

function sorted(deal: Deal): readonly (readonly [string, unknown])[] {
  return Object.entries(deal).sort(([one], [other]) => (one < other ? -1 : 1));
}
