/** Which contact of a client a deal is credited to. Pure choice over what app/deals found in the store. */
import type { TimedSource } from '../attribution/models.js';
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { CallId, Instant, LeadId, VisitorId } from '../values/ids.js';
import { present } from '../values/present.js';
import type { DealMatch } from './deal.js';

/** A call, lead or visit of the client, with where it came from. */
export interface DealContact {
  readonly at: Instant;
  readonly by: Exclude<DealMatch['matchedBy'], 'nothing'>;
  readonly callId?: CallId;
  readonly leadId?: LeadId;
  readonly visitorId?: VisitorId;
  readonly project?: string;
  readonly touches: readonly TimedSource[];
  readonly labels: SourceLabels;
}

/** Clocks of CRMs are set by hand: a deal may be dated a little before the call it was made in. */
const CLOCK_SKEW_MS = 600_000;

/** Who was named outright, then who carries the visitor's ids, then who has the phone. */
const ORDER = ['call', 'lead', 'visitor', 'phone'] as const;

/**
 * The last contact before the deal of those that say where the client came from; else the last one. A contact after the
 * deal began did not bring it, unless the CRM itself names it.
 */
export function matchDeal(contacts: readonly DealContact[], openedAt: Instant): DealMatch {
  const counted = contacts.filter((contact) => isNamed(contact) || contact.at <= openedAt + CLOCK_SKEW_MS);
  const ordered = ORDER.flatMap((by) =>
    counted.filter((contact) => contact.by === by).sort((one, other) => other.at - one.at),
  );
  const best = ordered.find(saysWhere) ?? ordered[0];
  if (best === undefined) return { matchedBy: 'nothing', touches: [], labels: {} };
  const known = [...ordered.filter(isNamed), best, ...ordered];
  const named = {
    callId: known.find(({ callId }) => callId !== undefined)?.callId,
    leadId: known.find(({ leadId }) => leadId !== undefined)?.leadId,
    visitorId: known.find(({ visitorId }) => visitorId !== undefined)?.visitorId,
    project: known.find(({ project }) => project !== undefined)?.project,
  };
  const { by: matchedBy, at: contactAt, touches, labels } = best;
  return { matchedBy, contactAt, touches, labels, ...present(named) };
}

function isNamed({ by }: DealContact): boolean {
  return by === 'call' || by === 'lead';
}

function saysWhere({ touches, labels }: DealContact): boolean {
  return touches.length > 0 || labels.source !== undefined;
}
