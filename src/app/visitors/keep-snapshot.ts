/** Freezes what is known of a visitor with the call or lead it belongs to, in the transaction that stores that. */
import { freezeVisitor } from '../../domain/attribution/visitor.js';
import type { CallId, Instant, LeadId, SessionId } from '../../domain/values/ids.js';
import type { Repositories } from '../ports/store.js';

/** Earlier visits that are told of. */
const VISITS_BACK = 20;

export interface Moment {
  readonly owner: CallId | LeadId;
  readonly sessionId: SessionId;
  /** When it rang, or came. */
  readonly at: Instant;
}

/** A visit that has expired meanwhile leaves nothing to freeze. */
export async function keepSnapshot(
  { visitors }: Pick<Repositories, 'visitors'>,
  { owner, sessionId, at }: Moment,
): Promise<void> {
  const session = await visitors.session(sessionId);
  if (session === undefined) return;
  const earlier = await visitors.sessionsOf(session.visitorId, VISITS_BACK);
  await visitors.keepSnapshot(owner, freezeVisitor(session, at, earlier));
}
