/** The session's legs during a turn: names, states, and whether one may still be used. Called by verbs and the engine. */
import type { LegDisposition, LegRole } from '../calls/call.js';
import { moveLeg, type LegEvent } from '../calls/states.js';
import type { LegRef } from './directives.js';
import type { SessionLeg } from './session.js';
import { ignore, type Turn } from './turn.js';

/** `operator` and other names that a step gave to a leg it chose. */
export function resolveLeg(turn: Turn, name: string): LegRef {
  return turn.session.aliases[name] ?? name;
}

export function aliasLeg(turn: Turn, name: string, leg: LegRef): void {
  turn.session.aliases = { ...turn.session.aliases, [name]: leg };
}

/** Neither ended nor let go by us. */
export function isAlive(turn: Turn, ref: LegRef): boolean {
  const leg = turn.session.legs[ref];
  return leg !== undefined && leg.state !== 'ended' && leg.letGo === undefined;
}

export function isTalking(turn: Turn, ref: LegRef): boolean {
  const state = turn.session.legs[ref]?.state;
  return isAlive(turn, ref) && (state === 'answered' || state === 'held');
}

export function changeLeg(turn: Turn, ref: LegRef, change: Partial<SessionLeg>): void {
  const leg = turn.session.legs[ref];
  if (leg !== undefined) turn.session.legs = { ...turn.session.legs, [ref]: { ...leg, ...change } };
}

/** Moves the leg by its transition table; an event that does not fit is counted and answered `ignored`. */
export function moveLegOf(turn: Turn, ref: LegRef, event: LegEvent): 'moved' | 'ignored' {
  const leg = turn.session.legs[ref];
  const moved = leg === undefined ? { kind: 'ignored' as const } : moveLeg(leg.state, event);
  if (moved.kind === 'moved') changeLeg(turn, ref, { state: moved.state });
  else ignore(turn, `${event} of a leg ${leg?.state ?? 'unknown'}`);
  return moved.kind;
}

export function noteClient(turn: Turn, role: LegRole, disposition: LegDisposition): void {
  if (role === 'client') turn.session.clientDisposition = disposition;
}
