/** What whoever asked for the call wants each party to hear (POST /v1/calls). Called by the verbs that make a party wait. */
import type { LegRef, Spoken } from './directives.js';
import type { Turn } from './turn.js';

/** Nothing when nothing was asked. An inbound caller is a client too. */
export function messageFor(turn: Turn, leg: LegRef): readonly Spoken[] {
  const role = turn.session.legs[leg]?.role;
  const { messages } = turn.facts;
  if (role === 'operator') return messages?.operator ?? [];
  return role === 'client' || role === 'caller' ? (messages?.client ?? []) : [];
}
