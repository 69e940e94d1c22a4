/** A lead that names a visitor of a site gets that visitor's touch at intake. Ids we did not give out are left out. */
import { withVisitorTouch } from '../../domain/attribution/lead-touch.js';
import type { VisitorSession } from '../../domain/attribution/visitor.js';
import type { LeadDraft } from '../../domain/leads/lead.js';
import type { Repositories } from '../ports/store.js';

/** Visits looked back at for the last one that was not direct. */
const VISITS_BACK = 50;

export async function touchAtIntake({ visitors }: Repositories, draft: LeadDraft): Promise<LeadDraft> {
  const { visitorId, sessionId, ...plain } = draft;
  if (visitorId === undefined && sessionId === undefined) return draft;
  const session = await sessionOf(visitors, draft);
  if (session === undefined) return plain;
  return withVisitorTouch(draft, session, await visitors.sessionsOf(session.visitorId, VISITS_BACK));
}

/** A visit of another visitor than the one that is named is nobody's. */
async function sessionOf(
  visitors: Repositories['visitors'],
  { visitorId, sessionId }: LeadDraft,
): Promise<VisitorSession | undefined> {
  if (sessionId !== undefined) {
    const session = await visitors.session(sessionId);
    if (session !== undefined)
      return visitorId === undefined || session.visitorId === visitorId ? session : undefined;
  }
  return visitorId === undefined ? undefined : (await visitors.sessionsOf(visitorId, 1))[0];
}
