/**
 * A transfer asked for during a talk (REFER, RFC 3515; Replaces, RFC 3891). Blind: we dial the target and move the
 * remaining party over when it answers; until then the old talk goes on. Attended: the two remaining parties are joined
 * at once. Only operators may transfer: an outside party must not dial through our trunks. Called by bridge.ts.
 */
import type { Ending } from '../../calls/call.js';
import type { E164 } from '../../values/ids.js';
import { activitiesOf, startBridge, startOriginate, startPlay } from '../activities.js';
import { hangUp } from '../endings.js';
import type { Dialled, LegRef } from '../directives.js';
import type { Typed } from '../live-keys.js';
import { aliasLeg, isAlive, isTalking } from '../legs.js';
import { order, tell, type Turn } from '../turn.js';
import type { StepEvent } from '../verb.js';

export interface Talk {
  readonly a: LegRef;
  readonly b: LegRef;
  /** Keys of the operator that may become a sequence. */
  readonly typed?: Typed;
  readonly transfer?: { readonly from: LegRef; readonly target: LegRef; readonly to: string };
}

const TRANSFER_RING_SECONDS = 30;
type Event<K extends StepEvent['kind']> = Extract<StepEvent, { kind: K }>;
type Request = Extract<StepEvent, { kind: 'transfer-requested' }>;

export function requestTransfer(turn: Turn, talk: Talk, request: Request): Talk {
  const allowed =
    talk.transfer === undefined &&
    isTalking(turn, request.leg) &&
    turn.session.legs[request.leg]?.role === 'operator';
  if (!allowed) return refuse(turn, talk, request);
  return request.replaces === undefined
    ? dialTarget(turn, talk, request)
    : joinRemaining(turn, talk, request, request.replaces);
}

function refuse(turn: Turn, talk: Talk, request: Request): Talk {
  order(turn, { verb: 'answer-transfer', leg: request.leg, answer: 'refused' });
  return talk;
}

function dialTarget(turn: Turn, talk: Talk, { leg: from, target: to }: Request): Talk {
  order(turn, { verb: 'answer-transfer', leg: from, answer: 'accepted' });
  const dialled = dialledOf(turn, to);
  const target = startOriginate(turn, {
    leg: 'transfer',
    role: 'operator',
    party: to,
    dialled,
    // As in ring-group: through a trunk only a number of our own is shown.
    callerNumber: dialled.kind === 'number' ? turn.facts.callerId : turn.facts.clientNumber,
    callerName: turn.facts.display,
    ringSeconds: TRANSFER_RING_SECONDS,
  });
  return { ...talk, transfer: { from, target, to } };
}

/** A REFER to `sip:+4930…@us` means a public number; anything else is an address of its own. */
export function dialledOf(turn: Turn, target: string): Dialled {
  const number = /^(?:sips?:|tel:)?(\+[1-9]\d{5,14})(?:[@;]|$)/.exec(target)?.[1];
  if (number === undefined) return { kind: 'uri', uri: target };
  const trunk = turn.facts.policy?.trunk;
  return { kind: 'number', number: number as E164, ...(trunk === undefined ? {} : { trunk }) };
}

/** `replaces` is the transferor's second leg; its partner, or the leg itself when it is the consulted party, joins us. */
function joinRemaining(turn: Turn, talk: Talk, request: Request, replaces: LegRef): Talk {
  if (!isTalking(turn, replaces) || replaces === talk.a || replaces === talk.b)
    return refuse(turn, talk, request);
  order(turn, { verb: 'answer-transfer', leg: request.leg, answer: 'accepted' });
  const partner = partnerOf(turn, replaces);
  const joined = moveOver(turn, talk, { from: request.leg, target: partner ?? replaces, to: request.target });
  if (partner !== undefined) hangUp(turn, replaces, 'normal');
  return joined;
}

function partnerOf(turn: Turn, leg: LegRef): LegRef | undefined {
  const bridge = activitiesOf(turn, leg).find(([, running]) => running.verb === 'bridge')?.[1];
  return bridge?.leg === leg ? bridge.other : bridge?.leg;
}

/** The target takes the transferor's place, and its channel in the next recording. */
function moveOver(turn: Turn, talk: Talk, { from, target, to }: NonNullable<Talk['transfer']>): Talk {
  report(turn, from, 200);
  const next = exchange(turn, talk, from, target);
  tell(turn, 'call.transferred', { from, target: to });
  return next;
}

function exchange(turn: Turn, talk: Talk, from: LegRef, target: LegRef): Talk {
  const next = { a: talk.a === from ? target : talk.a, b: talk.b === from ? target : talk.b };
  startBridge(turn, next.a, next.b);
  hangUp(turn, from, 'normal');
  for (const [name, leg] of Object.entries(turn.session.aliases))
    if (leg === from) aliasLeg(turn, name, target);
  return next;
}

/** A supervisor takes over; a phone that a transfer rings meanwhile is let go. */
export function replaceParty(
  turn: Turn,
  talk: Talk,
  { leg: from, to }: Event<'party-replaced'>,
): Talk | undefined {
  if ((talk.a !== from && talk.b !== from) || !isTalking(turn, to)) return undefined;
  if (talk.transfer !== undefined) hangUp(turn, talk.transfer.target, 'normal');
  return exchange(turn, { a: talk.a, b: talk.b }, from, to);
}

/** As a blind transfer that the operator did not ask for. */
export function moveParty(
  turn: Turn,
  talk: Talk,
  { leg: from, party, dialled }: Event<'move-requested'>,
): Talk | undefined {
  if (talk.transfer !== undefined || (talk.a !== from && talk.b !== from) || !isTalking(turn, from))
    return undefined;
  const target = startOriginate(turn, {
    leg: `operator:${party}`,
    role: 'operator',
    party,
    dialled,
    callerNumber: turn.facts.clientNumber,
    callerName: turn.facts.display,
    ringSeconds: TRANSFER_RING_SECONDS,
  });
  return { ...talk, transfer: { from, target, to: party } };
}

/** What happens to legs while a blind transfer rings. Undefined: nothing that concerns it. `over`: the talk is. */
export function followTransfer(turn: Turn, talk: Talk, event: StepEvent): Talk | 'over' | undefined {
  const { transfer } = talk;
  if (transfer === undefined || !('leg' in event) || event.kind === 'transfer-requested') return undefined;
  if (event.leg === transfer.target) return followTarget(turn, talk, transfer, event);
  if (event.kind !== 'leg-ended') return undefined;
  if (event.leg !== transfer.from) {
    hangUp(turn, transfer.target, 'normal');
    return 'over';
  }
  startPlay(turn, talk.a === transfer.from ? talk.b : talk.a, [{ kind: 'tone', tone: 'ringback' }]);
  return talk;
}

function followTarget(
  turn: Turn,
  talk: Talk,
  transfer: NonNullable<Talk['transfer']>,
  event: StepEvent,
): Talk | 'over' {
  if (event.kind === 'leg-answered') return moveOver(turn, talk, transfer);
  if (event.kind === 'leg-ended') return loseTarget(turn, talk, transfer.from, event.ending);
  if (event.kind === 'leg-ringing') report(turn, transfer.from, 180);
  return talk;
}

/** The old talk goes on when the transferor is still there. */
function loseTarget(turn: Turn, talk: Talk, from: LegRef, ending: Ending): Talk | 'over' {
  report(turn, from, ending.sipStatus ?? 503);
  return isAlive(turn, from) ? { a: talk.a, b: talk.b } : 'over';
}

function report(turn: Turn, leg: LegRef, sipStatus: number): void {
  if (isAlive(turn, leg)) order(turn, { verb: 'transfer-progress', leg, sipStatus });
}
