/** A sign of life of a visit: time on the page, the next page of a single-page site, a click on a telephone number. */
import { MOST_TEL_CLICKS, type AnalyticsIds, type VisitorSession } from '../../domain/attribution/visitor.js';
import { withPage, withTimeOnPage } from '../../domain/attribution/visit-log.js';
import type { E164, Instant, SessionId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { touchLease } from '../numbers/touch-lease.js';
import { isRunning } from './open-session.js';

export interface SignOfLife {
  readonly sessionId: string;
  readonly project: string;
  /** Other systems' scripts may come later than ours. */
  readonly analytics: AnalyticsIds;
  readonly page?: { readonly url: string; readonly title?: string; readonly secondsInFront: number };
  readonly telClick?: { readonly number?: E164 };
}

export type Kept =
  /** `until`: its numbers may be another's from then on without a further sign. */
  | { readonly kind: 'kept'; readonly until?: Instant }
  /** A number it was shown is another's by now; it must ask again. */
  | { readonly kind: 'lost' }
  /** Too long nothing was heard, or the visit is none of ours: the script begins a new one. */
  | { readonly kind: 'over' | 'unknown' };

/** Throws Fault `store-unavailable`. */
export async function keepSession(context: AppContext, sign: SignOfLife): Promise<Kept> {
  const project = context.set().telephony.projects[sign.project];
  const noted = await commit(context, async (unit) => {
    const session = await unit.tx.visitors.session(sign.sessionId as SessionId);
    if (project === undefined || session?.project !== project.name) return 'unknown';
    if (!isRunning(session, project, unit.now)) return 'over';
    await noteSign(unit, session, sign);
    return 'noted';
  });
  return noted === 'noted' ? keepNumbers(context, sign) : { kind: noted };
}

async function keepNumbers(context: AppContext, { sessionId, telClick }: SignOfLife): Promise<Kept> {
  const leases = await touchLease(context, {
    sessionId,
    at: context.ports.clock.now(),
    kind: telClick === undefined ? 'heartbeat' : 'tel-click',
    ...present({ number: telClick?.number }),
  });
  if (leases.some(({ state }) => state === 'lost')) return { kind: 'lost' };
  const ends = leases.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return { kind: 'kept', ...(ends.length === 0 ? {} : { until: Math.min(...ends) }) };
}

async function noteSign({ tx, now }: Unit, session: VisitorSession, sign: SignOfLife): Promise<void> {
  await tx.visitors.updateSession(session.id, {
    ...present(sign.analytics),
    lastSeenAt: now,
    pages: pagesAfter(session, sign, now),
    telClicks: clicksAfter(session, sign, now),
  });
}

function pagesAfter({ pages }: VisitorSession, { page }: SignOfLife, at: Instant): VisitorSession['pages'] {
  if (page === undefined) return pages;
  const { url, title, secondsInFront } = page;
  const known = withPage(pages, { url, at, ...present({ title }) });
  return withTimeOnPage(known, { url, seconds: secondsInFront, at });
}

function clicksAfter(
  { telClicks }: VisitorSession,
  { telClick }: SignOfLife,
  at: Instant,
): VisitorSession['telClicks'] {
  if (telClick === undefined) return telClicks;
  return [...telClicks, { at, ...present({ number: telClick.number }) }].slice(-MOST_TEL_CLICKS);
}
