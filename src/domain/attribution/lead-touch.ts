/** What a visit says of a lead that was left in it, by the names touches of leads have everywhere. */
import type { LeadDraft } from '../leads/lead.js';
import { present } from '../values/present.js';
import { lastNonDirect, type Touch } from './touch.js';
import type { VisitorSession } from './visitor.js';

/** The draft with the visitor's touch; what the form itself said wins. `visits` are in any order and of one visitor. */
export function withVisitorTouch(
  draft: LeadDraft,
  session: VisitorSession,
  visits: readonly VisitorSession[],
): LeadDraft {
  const touches = [...visits.filter(({ id }) => id !== session.id), session]
    .flatMap((visit) => visit.touches)
    .sort((one, other) => one.at - other.at);
  const touch = lastNonDirect(touches);
  return {
    ...draft,
    visitorId: session.visitorId,
    sessionId: session.id,
    touch: { ...touchFields(touch), ...sessionFields(session), ...draft.touch },
    ...advertisementOf(draft, touch),
  };
}

type Advertisement = Pick<LeadDraft, 'campaign' | 'adGroup' | 'ad'>;

function advertisementOf(draft: LeadDraft, touch: Touch | undefined): Advertisement {
  if (touch === undefined) return {};
  const { campaign, content, tag = {} } = touch;
  return present({
    campaign: draft.campaign ?? campaign,
    adGroup: draft.adGroup ?? tag.adGroup,
    ad: draft.ad ?? tag.ad ?? content,
  });
}

function touchFields(touch: Touch | undefined): Record<string, string> {
  if (touch === undefined) return {};
  return {
    channel: touch.channel,
    utm_source: touch.source,
    utm_medium: touch.medium,
    landing_page: touch.landingPage,
    ...touch.clickIds,
    ...present({
      utm_campaign: touch.campaign,
      utm_content: touch.content,
      utm_term: touch.term,
      referrer: touch.referrer,
    }),
  };
}

function sessionFields(session: VisitorSession): Record<string, string> {
  const { gaClientId, gaSessionId, metricaClientId, city, ip, device, pages, project } = session;
  return {
    project,
    visitor_id: session.visitorId,
    session_id: session.id,
    ip,
    device: device.kind,
    ...present({
      ga_client_id: gaClientId,
      ga_session_id: gaSessionId,
      ym_client_id: metricaClientId,
      city,
      page_url: pages.at(-1)?.url,
    }),
  };
}
