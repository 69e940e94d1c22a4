/**
 * An attended transfer between two calls, seen from the consultation: the call that goes on fetches whom the transferor
 * consulted (answered, or still ringing); this one gives those legs away, keeps the transferor's own until he has been
 * told, and ends. Called by advance.ts, take-signal.ts and take-outcome.ts.
 */
import type { Device } from '../routing/telephony.js';
import { activitiesOf, quiet, stopActivity } from './activities.js';
import type { LegRef } from './directives.js';
import { endLeg, finish, hangUp } from './endings.js';
import { operatorNamed } from './groups.js';
import type { HandedParty, SessionCommand } from './inputs.js';
import { isAlive, isTalking } from './legs.js';
import { order, tell, type Turn } from './turn.js';

export function handOver(
  turn: Turn,
  _by: string,
  { leg, to, fetching }: Extract<SessionCommand, { kind: 'hand-over' }>,
): void {
  const parties = consultedBy(turn, leg).map((party) => described(turn, party));
  order(turn, { verb: 'hand-over', to, fetching, parties });
  if (parties.length === 0) return;
  for (const { leg: given } of parties) give(turn, given);
  quiet(turn, leg);
  turn.session.step = null;
  turn.session.handedOver = { to, leg };
  const by = turn.session.legs[leg]?.party;
  tell(turn, 'call.handed-over', { by, to_call: to, parties: parties.map(({ about }) => about.party) });
}

/** Colleagues, and whom an operator dialled by hand; a client who called us, or was called back, stays in his call. */
function consultedBy(turn: Turn, leg: LegRef): readonly LegRef[] {
  if (!isAlive(turn, leg) || turn.session.handedOver !== undefined) return [];
  const dialled = Object.keys(turn.session.legs).filter(
    (other) => other !== leg && isAlive(turn, other) && mayGo(turn, other),
  );
  const partner = partnerOf(turn, leg);
  return partner === undefined ? dialled : dialled.filter((other) => other === partner);
}

function mayGo({ session, facts }: Turn, leg: LegRef): boolean {
  const role = session.legs[leg]?.role;
  return role === 'operator' || (role === 'client' && facts.direction === 'outbound');
}

export function partnerOf(turn: Turn, leg: LegRef): LegRef | undefined {
  const bridge = activitiesOf(turn, leg).find(([, running]) => running.verb === 'bridge')?.[1];
  return bridge?.leg === leg ? bridge.other : bridge?.leg;
}

function described(turn: Turn, leg: LegRef): HandedParty {
  const own = turn.session.legs[leg] ?? { role: 'operator', party: leg, state: 'new' };
  const about = own.role === 'client' ? { ...own, role: 'consult' as const } : own;
  const isAsked = activitiesOf(turn, leg).some(([, { verb }]) => verb === 'gather');
  return {
    leg,
    about,
    device: deviceOf(turn, about.party, about.device),
    accepted: isTalking(turn, leg) && !isAsked ? 'yes' : 'no',
  };
}

function deviceOf(turn: Turn, party: string, device: number | undefined): Device['kind'] {
  return operatorNamed(turn.facts, party)?.devices[device ?? 0]?.kind ?? 'uri';
}

/** From here on it is as good as ended. Its INVITE is not stopped: the other call goes on with it. */
function give(turn: Turn, leg: LegRef): void {
  for (const [id, { verb }] of activitiesOf(turn, leg)) if (verb !== 'originate') stopActivity(turn, id);
  endLeg(turn, leg, { by: 'system', reason: 'handed-over', at: turn.now });
}

/** The transferor has been told, or has hung up by himself. */
export function letGo(turn: Turn): void {
  const { handedOver } = turn.session;
  if (handedOver === undefined) return;
  hangUp(turn, handedOver.leg, isTalking(turn, handedOver.leg) ? 'normal' : 'completed-elsewhere');
  finish(turn, { reason: 'handed over to another call', by: 'command' });
}

export function receiveParties(turn: Turn, parties: readonly HandedParty[]): void {
  for (const { leg, about } of parties) turn.session.legs = { ...turn.session.legs, [leg]: about };
}
