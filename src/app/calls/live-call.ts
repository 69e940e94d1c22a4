/** What a list of live calls shows of one that runs in this process. Called by the call's actor. */
import type { Session } from '../../domain/dialplan/session.js';
import { present } from '../../domain/values/present.js';
import type { CallSetup } from './begin/call-setup.js';
import type { LiveCall } from './call-registry.js';

export function describeCall({ record, facts }: CallSetup, session: Session): LiveCall {
  const { id: callId, direction, startedAt, leadId } = record;
  return {
    callId,
    direction,
    startedAt,
    state: session.state,
    legs: Object.entries(session.legs)
      .filter(([, leg]) => leg.state !== 'ended')
      .map(([ref, { role, party, state }]) => ({ ref, role, party, state })),
    supervisors: Object.values(session.supervisors ?? {}).map(({ party, by, mode, eavesdropping }) => ({
      operator: party,
      by,
      mode,
      state: eavesdropping === undefined ? ('ringing' as const) : ('listening' as const),
    })),
    ...present({
      leadId,
      clientNumber: facts.clientNumber,
      operator: session.operator,
      bridgedAt: session.bridgedAt,
      display: facts.display,
    }),
  };
}
