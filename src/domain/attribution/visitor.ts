/** A visitor of a site and one visit of theirs, as the number-swap script reports it. Pure values. */
import type { E164, Instant, SessionId, VisitorId } from '../values/ids.js';
import { present } from '../values/present.js';
import type { Touch } from './touch.js';

export interface Visitor {
  readonly id: VisitorId;
  readonly project: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly visits: number;
}

export interface PageView {
  /** Without its fragment. */
  readonly url: string;
  readonly title?: string;
  readonly at: Instant;
  /** While the page was in front; absent until something was reported of it. */
  readonly seconds?: number;
}

/** A click on a `tel:` link: the person is about to call the number it shows. */
export interface TelClick {
  readonly at: Instant;
  /** Absent when the link showed a number that is not ours. */
  readonly number?: E164;
}

export interface Device {
  readonly kind: 'desktop' | 'mobile' | 'tablet' | 'tv' | 'unknown';
  readonly browser?: string;
  readonly os?: string;
  readonly language?: string;
  readonly timeZone?: string;
  /** `1280x720` in CSS pixels. */
  readonly screen?: string;
}

/** Ids other measuring systems gave the same browser. */
export interface AnalyticsIds {
  readonly gaClientId?: string;
  readonly gaSessionId?: string;
  readonly metricaClientId?: string;
}

/** One visit: ends when nothing was heard for the project's `session` time. */
export interface VisitorSession extends AnalyticsIds {
  readonly id: SessionId;
  readonly visitorId: VisitorId;
  readonly project: string;
  readonly startedAt: Instant;
  /** By our clock, never the browser's. */
  readonly lastSeenAt: Instant;
  readonly agent: 'person' | 'bot';
  /** In order; the first is how the visit began. */
  readonly touches: readonly Touch[];
  readonly pages: readonly PageView[];
  readonly telClicks: readonly TelClick[];
  readonly ip: string;
  readonly userAgent: string;
  readonly device: Device;
  readonly city?: string;
  /** ISO 3166, of the address. */
  readonly country?: string;
  /** ISO 3166-2, of the address. */
  readonly region?: string;
}

/** Kept of one visit; what comes after is not remembered, the counters of time go on. */
export const MOST_PAGES = 200;
export const MOST_TOUCHES = 50;
export const MOST_TEL_CLICKS = 50;

export interface EarlierVisit {
  readonly sessionId: SessionId;
  readonly at: Instant;
  readonly pages: number;
  readonly touches: readonly Touch[];
}

/** What was known of a visitor at one moment. Kept with a call or lead; later visits never change it. */
export interface VisitorSnapshot extends AnalyticsIds {
  readonly sessionId: SessionId;
  readonly visitorId: VisitorId;
  readonly project: string;
  readonly frozenAt: Instant;
  readonly startedAt: Instant;
  readonly touches: readonly Touch[];
  readonly pages: readonly PageView[];
  readonly secondsOnSite: number;
  readonly telClicks: readonly TelClick[];
  /** Newest first. */
  readonly earlierVisits: readonly EarlierVisit[];
  readonly ip: string;
  readonly device: Device;
  readonly city?: string;
  readonly country?: string;
  readonly region?: string;
}

/** Everything after `at` is left out: what a person did during the call did not bring the call. */
export function freezeVisitor(
  session: VisitorSession,
  at: Instant,
  earlier: readonly VisitorSession[] = [],
): VisitorSnapshot {
  const { id, visitorId, project, startedAt, ip, device, city, country, region } = session;
  const { gaClientId, gaSessionId, metricaClientId } = session;
  return {
    sessionId: id,
    visitorId,
    project,
    frozenAt: at,
    startedAt,
    touches: until(session.touches, at),
    pages: until(session.pages, at),
    secondsOnSite: Math.max(0, Math.round((Math.min(at, session.lastSeenAt) - startedAt) / 1000)),
    telClicks: until(session.telClicks, at),
    earlierVisits: earlier
      .filter((visit) => visit.id !== id && visit.startedAt < startedAt)
      .sort((one, other) => other.startedAt - one.startedAt)
      .map((visit) => ({
        sessionId: visit.id,
        at: visit.startedAt,
        pages: visit.pages.length,
        touches: until(visit.touches, at),
      })),
    ip,
    device,
    ...present({ city, country, region, gaClientId, gaSessionId, metricaClientId }),
  };
}

function until<T extends { readonly at: Instant }>(items: readonly T[], at: Instant): readonly T[] {
  return items.filter((item) => item.at <= at);
}
