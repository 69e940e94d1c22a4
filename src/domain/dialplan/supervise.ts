/**
 * Supervisors of a talk: a leg that hears both parties by eavesdropping on the operator's, so that talk and recording go
 * on untouched. They are no part of the plan: steps never see their legs, and a supervisor leaves with the leg he
 * watches. Called by advance.ts and for signals of his leg.
 */
import { modeOfKey, type ConferenceMember, type SupervisionMode } from '../calls/supervision.js';
import type { ActivityId } from '../values/ids.js';
import { startEavesdrop, startOnCaller, startOriginate, startReject, stopActivity } from './activities.js';
import type { LegRef } from './directives.js';
import { hangUp } from './endings.js';
import { partnerOf } from './hand-over.js';
import type { SessionCommand } from './inputs.js';
import { isAlive, isTalking } from './legs.js';
import type { Session, Supervision } from './session.js';
import { showStep } from './steps.js';
import { without } from '../values/present.js';
import { ignore, order, tell, type Turn } from './turn.js';

type Of<K extends SessionCommand['kind']> = Extract<SessionCommand, { kind: K }>;

const RING_SECONDS = 30;
/** On a supervisor's phone: leave, as in FreeSWITCH's eavesdrop. */
const LEAVE_KEY = '*';

export function isSupervisor(turn: Turn, leg: LegRef): boolean {
  return turn.session.supervisors?.[leg] !== undefined;
}

/** Rings the supervisor's phone; one who is there already changes whom he speaks to. */
export function supervise(turn: Turn, by: string, { mode, party, dialled }: Of<'supervise'>): void {
  const there = supervisorNamed(turn, party);
  const watched = watchedLeg(turn);
  if (there !== undefined) changeMode(turn, there, mode, by);
  else if (watched === undefined) ignore(turn, 'supervise without a talk');
  else {
    const leg = startOriginate(turn, {
      leg: `supervisor:${party}`,
      role: 'supervisor',
      party,
      dialled,
      callerNumber: turn.facts.clientNumber,
      callerName: turn.facts.display,
      ringSeconds: RING_SECONDS,
    });
    note(turn, leg, { party, by, mode, watched });
  }
}

/**
 * A supervisor who called us and wants to hear this talk, or an operator who goes on talking on another phone (`replaces`);
 * refused when it is over by now.
 */
export function joinTalk(turn: Turn, by: string, { mode, party, leg, replaces }: Of<'join'>): void {
  if (turn.session.legs[leg] !== undefined) {
    ignore(turn, 'join of a leg that is there');
    return;
  }
  turn.session.legs = {
    ...turn.session.legs,
    [leg]: { role: replaces === undefined ? 'supervisor' : 'operator', party, state: 'new' },
  };
  const watched = replaces ?? watchedLeg(turn);
  if (watched === undefined || !isTalking(turn, watched) || supervisorNamed(turn, party) !== undefined) {
    ignore(turn, 'join without a talk');
    startReject(turn, leg, replaces === undefined ? 480 : 481);
    return;
  }
  const wish = mode === 'take-over' ? ({ mode: 'listen', then: mode } as const) : { mode };
  note(turn, leg, { party, by, watched, ...wish });
  startOnCaller(turn, 'answer', leg);
}

export function sitsInConference({ supervisors }: Session, party: string): boolean {
  return Object.values(supervisors ?? {}).some(
    (one) => one.party === party && one.mode === 'three-way' && one.eavesdropping !== undefined,
  );
}

export function stopSupervising(turn: Turn, by: string, { party }: Of<'stop-supervising'>): void {
  const leg = supervisorNamed(turn, party);
  if (leg === undefined) ignore(turn, 'stop-supervising without a supervisor');
  else leave(turn, leg, by);
}

/** The supervisor takes the place of the leg he watches; the talk is recorded on as a new recording. */
export function takeOver(turn: Turn, by: string, { party }: Of<'take-over'>): void {
  const leg = supervisorNamed(turn, party);
  const supervision = leg === undefined ? undefined : turn.session.supervisors?.[leg];
  if (leg === undefined || supervision?.eavesdropping === undefined) {
    ignore(turn, 'take-over without a supervisor');
    return;
  }
  replace(turn, leg, supervision, by);
}

/** In a conference of three the operator may just go: the supervisor stays with the client. */
export function inherit(turn: Turn, leg: LegRef): 'inherited' | 'nobody' {
  const heir = Object.entries(turn.session.supervisors ?? {}).find(
    ([, { watched, mode, eavesdropping }]) =>
      watched === leg && mode === 'three-way' && eavesdropping !== undefined,
  );
  if (heir === undefined || !isTalking(turn, heir[0])) return 'nobody';
  replace(turn, heir[0], heir[1], heir[1].party);
  return 'inherited';
}

/** A key of his own phone does not reach this: only in a conference is there anything to mute. */
export function changeMember(turn: Turn, by: string, { party, member, change }: Of<'member'>): void {
  const leg = supervisorNamed(turn, party);
  const supervision = leg === undefined ? undefined : turn.session.supervisors?.[leg];
  const meant = leg === undefined ? undefined : memberLeg(turn, leg, member);
  if (supervision?.mode !== 'three-way' || supervision.eavesdropping === undefined || meant === undefined) {
    ignore(turn, 'member without a conference');
    return;
  }
  order(turn, { verb: 'conference-member', eavesdropping: supervision.eavesdropping, leg: meant, change });
  tell(turn, 'supervision.changed', { leg, operator: party, by, mode: supervision.mode, member, change });
}

function memberLeg(turn: Turn, supervisor: LegRef, member: ConferenceMember): LegRef | undefined {
  if (member === 'supervisor') return supervisor;
  const watched = turn.session.supervisors?.[supervisor]?.watched;
  if (watched === undefined || member === 'operator') return watched;
  return partnerOf(turn, watched);
}

function replace(turn: Turn, leg: LegRef, { watched, eavesdropping }: Supervision, by: string): void {
  forget(turn, leg);
  if (eavesdropping !== undefined) stopActivity(turn, eavesdropping);
  if (showStep(turn, { kind: 'party-replaced', leg: watched, to: leg }) === 'moved')
    tell(turn, 'call.taken-over', { by, from: watched, to: leg });
  else hangUp(turn, leg, 'normal');
}

export function supervisorAnswered(turn: Turn, leg: LegRef): void {
  const supervision = turn.session.supervisors?.[leg];
  if (supervision === undefined) return;
  if (supervision.then === 'take-over' && isTalking(turn, supervision.watched)) {
    replace(turn, leg, supervision, supervision.by);
    return;
  }
  const { party, by, mode, watched } = supervision;
  const eavesdropping = startEavesdrop(turn, leg, watched, mode);
  note(turn, leg, { ...supervision, eavesdropping });
  tell(turn, 'supervision.started', { leg, operator: party, by, mode, watched });
}

export function supervisorEnded(turn: Turn, leg: LegRef): void {
  const supervision = turn.session.supervisors?.[leg];
  if (supervision === undefined) return;
  forget(turn, leg);
  if (supervision.eavesdropping !== undefined)
    tell(turn, 'supervision.ended', { leg, operator: supervision.party });
}

/** The switch acts on the key by itself; here it is booked. */
export function supervisorPressed(turn: Turn, leg: LegRef, digit: string): void {
  const supervision = turn.session.supervisors?.[leg];
  const mode = modeOfKey(digit);
  // In a conference keys mean nothing: he speaks to everybody, and leaves by hanging up.
  if (supervision?.eavesdropping === undefined || supervision.mode === 'three-way') return;
  if (digit === LEAVE_KEY) leave(turn, leg, supervision.party);
  else if (mode !== undefined && mode !== supervision.mode)
    bookMode(turn, leg, supervision, { mode, by: supervision.party });
}

/** Whoever watches a leg that is gone has nothing to hear any more. */
export function settleSupervision(turn: Turn): void {
  if (turn.session.supervisors === undefined) return;
  for (const [leg, { watched }] of Object.entries(turn.session.supervisors))
    if (!isAlive(turn, watched)) leave(turn, leg, 'system');
}

function changeMode(turn: Turn, leg: LegRef, mode: SupervisionMode, by: string): void {
  const supervision = turn.session.supervisors?.[leg];
  if (supervision === undefined || supervision.mode === mode) return;
  if (supervision.eavesdropping === undefined) note(turn, leg, { ...supervision, mode });
  else {
    order(turn, { verb: 'eavesdrop-mode', eavesdropping: supervision.eavesdropping, mode });
    bookMode(turn, leg, supervision, { mode, by });
  }
}

function bookMode(
  turn: Turn,
  leg: LegRef,
  supervision: Supervision,
  { mode, by }: { readonly mode: SupervisionMode; readonly by: string },
): void {
  note(turn, leg, { ...supervision, mode });
  tell(turn, 'supervision.changed', { leg, operator: supervision.party, by, mode });
}

function leave(turn: Turn, leg: LegRef, by: string): void {
  const supervision = turn.session.supervisors?.[leg];
  forget(turn, leg);
  if (supervision?.eavesdropping !== undefined)
    tell(turn, 'supervision.ended', { leg, operator: supervision.party, by });
  hangUp(turn, leg, 'normal');
}

function note(turn: Turn, leg: LegRef, supervision: Supervision): void {
  turn.session.supervisors = { ...turn.session.supervisors, [leg]: supervision };
}

function forget(turn: Turn, leg: LegRef): void {
  turn.session.supervisors = without(turn.session.supervisors ?? {}, leg);
}

function supervisorNamed(turn: Turn, party: string): LegRef | undefined {
  return Object.entries(turn.session.supervisors ?? {}).find(([, one]) => one.party === party)?.[0];
}

/** The operator's side of the talk, or whoever stands in his place. */
export function watchedLeg(turn: Turn): LegRef | undefined {
  const talk = Object.values(turn.session.activities).find(
    ({ verb, talkAt }) => verb === 'bridge' && talkAt !== undefined,
  );
  if (talk?.leg === undefined || talk.other === undefined) return undefined;
  const isOperator = (leg: LegRef) => ['operator', 'supervisor'].includes(turn.session.legs[leg]?.role ?? '');
  return isOperator(talk.leg) || !isOperator(talk.other) ? talk.leg : talk.other;
}

/** The switch stopped eavesdropping by itself: nothing is left to hear. */
export function eavesdropEnded(turn: Turn, leg: LegRef | undefined, activity: ActivityId): void {
  const supervision = leg === undefined ? undefined : turn.session.supervisors?.[leg];
  if (leg !== undefined && supervision?.eavesdropping === activity) leave(turn, leg, 'system');
}
