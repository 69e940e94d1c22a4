/**
 * Whoever is to take a party over, from the first ring to the answer: all phones of an operator, as ring-group rings
 * them, or one number or address. Called by transfer.ts and talk-transfer.ts.
 */
import { startOriginate } from '../activities.js';
import type { Dialled, LegRef } from '../directives.js';
import { hangUp } from '../endings.js';
import { operatorNamed } from '../groups.js';
import type { HandedParty } from '../inputs.js';
import { aliasLeg, resolveLeg } from '../legs.js';
import type { Turn } from '../turn.js';
import type { Progress, StepEvent } from '../verb.js';
import { isActive, type Candidate } from './ring-candidates.js';
import { ringStep, type RingStep } from './ring-step.js';
import { beginRinging, giveUp, reactRinging, type RingState } from './ringing.js';

export type Target =
  { readonly kind: 'leg'; readonly leg: LegRef } | { readonly kind: 'operator'; readonly ringing: RingState };

export interface Wanted {
  readonly dialled: Dialled;
  readonly party: string;
}

/** What is the same for every target of one step. */
export interface Terms {
  /** Name for the leg that takes over. */
  readonly as: string;
  readonly ringSeconds: number;
}

export type Followed =
  | { readonly kind: 'rings'; readonly target: Target }
  | { readonly kind: 'answered'; readonly leg: LegRef }
  /** `reason` of our own, when the phone was not even rung. */
  | { readonly kind: 'lost'; readonly sipStatus: number; readonly reason?: string | undefined };

const DECLINED = 603;
const UNAVAILABLE = 480;
const BUSY = 486;

/** Rings the target. An operator of no group is not known to the plan: there the device that was named rings. */
export function ringTarget(turn: Turn, terms: Terms, { dialled, party }: Wanted): Followed {
  const operator = dialled.kind === 'operator' ? operatorNamed(turn.facts, dialled.operator) : undefined;
  if (operator !== undefined)
    return settle(turn, terms, { sipStatus: UNAVAILABLE }, () =>
      beginRinging(turn, ringTerms(terms), [operator]),
    );
  const leg = startOriginate(turn, {
    leg: terms.as,
    role: 'operator',
    party,
    dialled,
    // As in ring-group: through a trunk only a number of our own is shown.
    callerNumber: dialled.kind === 'number' ? turn.facts.callerId : turn.facts.clientNumber,
    callerName: turn.facts.display,
    ringSeconds: terms.ringSeconds,
  });
  aliasLeg(turn, terms.as, leg);
  return { kind: 'rings', target: { kind: 'leg', leg } };
}

/** The phones that another call has been ringing go on; who listens to its question is asked here anew. */
export function goOnRinging(turn: Turn, terms: Terms, parties: readonly HandedParty[]): Followed {
  const [outside] = parties.filter(({ about }) => about.role === 'consult');
  if (outside !== undefined) return { kind: 'rings', target: { kind: 'leg', leg: outside.leg } };
  let followed: Followed = rings({ candidates: parties.map(candidateOf) });
  for (const { leg, about } of parties)
    if (about.answeredAt !== undefined && followed.kind === 'rings')
      followed = followTarget(turn, terms, followed.target, { kind: 'leg-answered', leg }) ?? followed;
  return followed;
}

function candidateOf({ leg, about, device }: HandedParty): Candidate {
  return {
    operator: about.party,
    device: about.device ?? 0,
    kind: device,
    stage: 0,
    phase: 'ringing',
    leg,
    tries: 0,
    repeats: 0,
  };
}

/** Undefined: the event is not about the target, or changes nothing. */
export function followTarget(
  turn: Turn,
  terms: Terms,
  target: Target,
  event: StepEvent,
): Followed | undefined {
  if (target.kind === 'operator') {
    const react = () => reactRinging(turn, ringTerms(terms), target.ringing, event);
    return settle(turn, terms, lossBy(event), react);
  }
  if (!('leg' in event) || event.leg !== target.leg) return undefined;
  if (event.kind === 'leg-answered') return { kind: 'answered', leg: target.leg };
  return event.kind === 'leg-ended' ? { kind: 'lost', sipStatus: event.ending.sipStatus ?? 503 } : undefined;
}

/** Whoever took over is the operator of the call from here on; a number or an address is nobody we know. */
export function noteTaker(turn: Turn, leg: LegRef): void {
  const taker = turn.session.legs[leg];
  if (taker?.device !== undefined) turn.session.operator = taker.party;
}

export function isTarget(target: Target, leg: LegRef): boolean {
  return target.kind === 'leg'
    ? target.leg === leg
    : target.ringing.candidates.some((candidate) => isActive(candidate) && candidate.leg === leg);
}

export function letTargetGo(turn: Turn, target: Target): void {
  if (target.kind === 'leg') hangUp(turn, target.leg, 'normal');
  else giveUp(turn, target.ringing, 'gone');
}

/** A mobile may be answered by its mailbox: it is asked for the accept key. */
function ringTerms({ as, ringSeconds }: Terms): RingStep {
  return ringStep.parse({ do: 'ring-group', ask: 'mobiles', as, ringSeconds });
}

/** What a colleague says to a transfer decides nothing about the lead: that was accepted long ago. */
function settle<P extends Progress<RingState> | undefined>(
  turn: Turn,
  { as }: Terms,
  loss: Loss,
  ring: () => P,
): Followed | Extract<P, undefined> {
  const { operator, operatorDecision } = turn.session;
  const progress = ring();
  Object.assign(turn.session, { operator, operatorDecision });
  if (progress === undefined) return progress as Extract<P, undefined>;
  if (progress.kind === 'stay') return rings(progress.state);
  const accepted = progress.kind === 'leave' && progress.outcome === 'accepted';
  return accepted ? { kind: 'answered', leg: resolveLeg(turn, as) } : { kind: 'lost', ...loss };
}

function rings(ringing: RingState): Followed {
  return { kind: 'rings', target: { kind: 'operator', ringing } };
}

type Loss = Pick<Extract<Followed, { kind: 'lost' }>, 'sipStatus' | 'reason'>;

function lossBy(event: StepEvent): Loss {
  if (event.kind !== 'leg-ended') return { sipStatus: DECLINED };
  const { sipStatus, reason } = event.ending;
  return { sipStatus: sipStatus ?? (reason === 'busy-device' ? BUSY : UNAVAILABLE), reason };
}
