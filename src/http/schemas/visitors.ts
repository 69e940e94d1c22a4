/** Visitors and their visits as JSON. */
import { z } from 'zod';
import type { Touch } from '../../domain/attribution/touch.js';
import type { Visitor, VisitorSession, VisitorSnapshot } from '../../domain/attribution/visitor.js';
import { isoTime, time } from './common.js';

const text = z.string().nullable();

export const touchSchema = z
  .object({
    at: time,
    channel: z.string(),
    source: z.string(),
    medium: z.string(),
    campaign: text,
    content: text,
    term: text,
    click_ids: z.record(z.string(), z.string()),
    tag: z.record(z.string(), z.string()),
    landing_page: z.string(),
    referrer: text,
  })
  .meta({ id: 'Touch' });

export const visitSchema = z
  .object({
    session_id: z.string(),
    started_at: time,
    last_seen_at: time,
    touches: z.array(touchSchema),
    pages: z.array(z.object({ url: z.string(), title: text, at: time, seconds: z.number().nullable() })),
    tel_clicks: z.array(z.object({ at: time, number: text })),
    ip: z.string(),
    device: z.string(),
    browser: text,
    os: text,
    city: text,
    country: text,
    region: text,
    ga_client_id: text,
    ga_session_id: text,
    ym_client_id: text,
  })
  .meta({ id: 'Visit' });

export const visitorSchema = z
  .object({
    visitor_id: z.string(),
    project: z.string(),
    first_seen_at: time,
    last_seen_at: time,
    visits: z.number(),
    sessions: z.array(visitSchema).meta({ description: 'Newest first' }),
  })
  .meta({ id: 'Visitor' });

export const snapshotSchema = visitSchema
  .omit({ last_seen_at: true })
  .extend({
    visitor_id: z.string(),
    project: z.string(),
    frozen_at: time,
    seconds_on_site: z.number(),
    earlier_visits: z.array(
      z.object({ session_id: z.string(), at: time, pages: z.number(), touches: z.array(touchSchema) }),
    ),
  })
  .meta({ id: 'VisitorSnapshot', description: 'What was known of the visitor at one moment' });

const TAG_NAMES = {
  campaign: 'campaign',
  adGroup: 'ad_group',
  ad: 'ad',
  keyword: 'keyword',
  placementType: 'placement_type',
  blockPosition: 'block_position',
} as const;

export function touchJson(touch: Touch): z.input<typeof touchSchema> {
  const {
    at,
    channel,
    source,
    medium,
    campaign,
    content,
    term,
    clickIds,
    tag = {},
    landingPage,
    referrer,
  } = touch;
  return {
    at: isoTime(at),
    channel,
    source,
    medium,
    campaign: campaign ?? null,
    content: content ?? null,
    term: term ?? null,
    click_ids: { ...clickIds },
    tag: Object.fromEntries(
      Object.entries(tag).map(([name, value]) => [TAG_NAMES[name as keyof typeof TAG_NAMES], String(value)]),
    ),
    landing_page: landingPage,
    referrer: referrer ?? null,
  };
}

function visitJson(session: VisitorSession): z.input<typeof visitSchema> {
  return { session_id: session.id, last_seen_at: isoTime(session.lastSeenAt), ...sightJson(session) };
}

export function snapshotJson(snapshot: VisitorSnapshot): z.input<typeof snapshotSchema> {
  return {
    session_id: snapshot.sessionId,
    visitor_id: snapshot.visitorId,
    project: snapshot.project,
    frozen_at: isoTime(snapshot.frozenAt),
    seconds_on_site: snapshot.secondsOnSite,
    ...sightJson(snapshot),
    earlier_visits: snapshot.earlierVisits.map(({ sessionId, at, pages, touches }) => ({
      session_id: sessionId,
      at: isoTime(at),
      pages,
      touches: touches.map(touchJson),
    })),
  };
}

type Sight = Omit<VisitorSnapshot, 'sessionId' | 'frozenAt' | 'secondsOnSite' | 'earlierVisits'>;

function sightJson(session: Sight) {
  const { device } = session;
  return {
    started_at: isoTime(session.startedAt),
    touches: session.touches.map(touchJson),
    pages: session.pages.map(({ url, title, at, seconds }) => ({
      url,
      title: title ?? null,
      at: isoTime(at),
      seconds: seconds ?? null,
    })),
    tel_clicks: session.telClicks.map(({ at, number }) => ({ at: isoTime(at), number: number ?? null })),
    ip: session.ip,
    device: device.kind,
    browser: device.browser ?? null,
    os: device.os ?? null,
    ...placeJson(session),
  };
}

function placeJson({ city, country, region, gaClientId, gaSessionId, metricaClientId }: Sight) {
  return {
    city: city ?? null,
    country: country ?? null,
    region: region ?? null,
    ga_client_id: gaClientId ?? null,
    ga_session_id: gaSessionId ?? null,
    ym_client_id: metricaClientId ?? null,
  };
}

export function visitorJson(
  visitor: Visitor,
  sessions: readonly VisitorSession[],
): z.input<typeof visitorSchema> {
  return {
    visitor_id: visitor.id,
    project: visitor.project,
    first_seen_at: isoTime(visitor.firstSeenAt),
    last_seen_at: isoTime(visitor.lastSeenAt),
    visits: visitor.visits,
    sessions: sessions.map(visitJson),
  };
}
