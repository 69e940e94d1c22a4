/**
 * A transfer asked for during a talk (REFER, RFC 3515; Replaces, RFC 3891). Blind: we ring the target and move the
 * remaining party over when it answers; until then the old talk goes on. Attended: the consulted party, of this call or
 * fetched from another one, takes the place at once, or as soon as it answers. Only operators may transfer: an outside
 * party must not dial through our trunks. Called by bridge.ts.
 */
import { startBridge, startFetching, startPlay, startWait, stopActivity } from '../activities.js';
import { hangUp } from '../endings.js';
import type { Dialled, LegRef } from '../directives.js';
import { operatorAt } from '../groups.js';
import { partnerOf } from '../hand-over.js';
import type { ActivityOutcome, Consulted } from '../inputs.js';
import type { Typed } from '../live-keys.js';
import { aliasLeg, isAlive, isTalking } from '../legs.js';
import type { ActivityId, CallId, E164 } from '../../values/ids.js';
import { without } from '../../values/present.js';
import { order, tell, type Turn } from '../turn.js';
import type { StepEvent } from '../verb.js';
import type { LiveNote } from './live-note.js';
import {
  followTarget,
  goOnRinging,
  isTarget,
  letTargetGo,
  noteTaker,
  ringTarget,
  type Followed,
  type Target,
  type Terms,
  type Wanted,
} from './transfer-target.js';

export interface Talk {
  readonly a: LegRef;
  readonly b: LegRef;
  /** Keys of the operator that may become a sequence. */
  readonly typed?: Typed;
  readonly transfer?: Transfer;
  /** Sequences of the operator's keys that are for us. */
  readonly kept?: readonly string[];
  /** A time that is being spoken. */
  readonly note?: LiveNote;
}

/** `target` rings, `fetching` asks another call for it, or `again` lets a moment pass. */
interface Transfer {
  readonly from: LegRef;
  readonly to: string;
  readonly target?: Target;
  readonly fetching?: ActivityId;
  /** Whom to ring, as long as he may be tried once more. */
  readonly wanted?: Wanted;
  /** Waits before that. */
  readonly again?: ActivityId;
  /** The call it was fetched from, which waits for our word. */
  readonly consultation?: CallId;
}

const TERMS: Terms = { as: 'transfer', ringSeconds: 30 };
/**
 * Phones that give up a consultation which still rings cancel it and ask for a blind transfer at once: the colleague's phone
 * is not free again yet.
 */
const BUSY_SECONDS = 1;
/** The consulted dialog is not there (any more), RFC 3891 §3. */
const NO_DIALOG = 481;
type Event<K extends StepEvent['kind']> = Extract<StepEvent, { kind: K }>;
type Request = Event<'transfer-requested'>;

export function requestTransfer(turn: Turn, talk: Talk, request: Request): Talk {
  const allowed =
    talk.transfer === undefined && isTalking(turn, request.leg) && isOperators(turn, talk, request.leg);
  if (!allowed) return refuse(turn, talk, request);
  if (request.consulted !== undefined) return fetchTarget(turn, talk, request, request.consulted);
  return request.replaces === undefined
    ? dialTarget(turn, talk, request)
    : joinRemaining(turn, talk, request, request.replaces);
}

/** Whoever dials from a phone of ours is the caller of that call; a supervisor may have taken over. */
function isOperators(turn: Turn, talk: Talk, leg: LegRef): boolean {
  const role = turn.session.legs[leg]?.role;
  if (role === 'caller') return turn.facts.direction === 'outbound';
  return role === 'operator' || (role === 'supervisor' && (leg === talk.a || leg === talk.b));
}

function refuse(turn: Turn, talk: Talk, request: Request): Talk {
  order(turn, { verb: 'answer-transfer', leg: request.leg, answer: 'refused' });
  return talk;
}

function dialTarget(turn: Turn, talk: Talk, request: Request): Talk {
  const { leg: from, target: to } = request;
  order(turn, { verb: 'answer-transfer', leg: from, answer: 'accepted' });
  const dialled = request.number ?? colleagueAt(turn, request.inside) ?? dialledOf(turn, to);
  const wanted = { party: partyOf(dialled, to), dialled };
  return heed(turn, talk, { from, to, wanted }, ringTarget(turn, TERMS, wanted));
}

function colleagueAt(turn: Turn, dialled: string | undefined): Dialled | undefined {
  const colleague = dialled === undefined ? undefined : operatorAt(turn.facts, dialled)?.name;
  return colleague === undefined ? undefined : { kind: 'operator', operator: colleague, device: 0 };
}

function partyOf(dialled: Dialled, asked: string): string {
  if (dialled.kind === 'operator') return dialled.operator;
  return dialled.kind === 'number' ? dialled.number : asked;
}

/** A REFER to `sip:+4930…@us` means a public number; anything else is an address of its own. */
export function dialledOf(turn: Turn, target: string): Dialled {
  const number = numberIn(target);
  if (number === undefined) return { kind: 'uri', uri: target };
  const trunk = turn.facts.policy?.trunk;
  return { kind: 'number', number: number as E164, ...(trunk === undefined ? {} : { trunk }) };
}

export function numberIn(target: string): string | undefined {
  return /^(?:sips?:|tel:)?(\+[1-9]\d{5,14})(?:[@;]|$)/.exec(target)?.[1];
}

/** `replaces` is the transferor's second leg; its partner, or the leg itself when it is the consulted party, joins us. */
function joinRemaining(turn: Turn, talk: Talk, request: Request, replaces: LegRef): Talk {
  if (!isTalking(turn, replaces) || replaces === talk.a || replaces === talk.b)
    return refuse(turn, talk, request);
  order(turn, { verb: 'answer-transfer', leg: request.leg, answer: 'accepted' });
  const partner = partnerOf(turn, replaces);
  const joined = moveOver(turn, talk, { from: request.leg, to: request.target }, partner ?? replaces);
  if (partner !== undefined) hangUp(turn, replaces, 'normal');
  return joined;
}

function fetchTarget(turn: Turn, talk: Talk, { leg: from, target: to }: Request, consulted: Consulted): Talk {
  order(turn, { verb: 'answer-transfer', leg: from, answer: 'accepted' });
  const fetching = startFetching(turn, { from: consulted.call, consulted: consulted.leg });
  return { ...talk, transfer: { from, to, fetching, consultation: consulted.call } };
}

/** The other call's answer: an answered party is joined, phones that ring there go on ringing for us. */
function takeFetched(turn: Turn, talk: Talk, transfer: Transfer, outcome: ActivityOutcome): Talk | 'over' {
  const asked = without(transfer, 'fetching');
  if (outcome.kind !== 'handed-over') return heed(turn, talk, asked, { kind: 'lost', sipStatus: NO_DIALOG });
  const ready = outcome.parties.find(({ accepted }) => accepted === 'yes');
  if (ready !== undefined) return moveOver(turn, talk, asked, ready.leg);
  report(turn, asked, 180);
  return heed(turn, talk, asked, goOnRinging(turn, TERMS, outcome.parties));
}

/** The target takes the transferor's place, and its channel in the next recording. */
function moveOver(turn: Turn, talk: Talk, transfer: Transfer, target: LegRef): Talk {
  report(turn, transfer, 200);
  const { from, to, consultation } = transfer;
  const next = exchange(turn, talk, from, target);
  noteTaker(turn, target);
  tell(turn, 'call.transferred', {
    from,
    target: to,
    ...(consultation === undefined ? {} : { from_call: consultation, operator: turn.session.operator }),
  });
  release(turn, transfer);
  return next;
}

function release(turn: Turn, { consultation }: Transfer): void {
  if (consultation !== undefined) order(turn, { verb: 'release-consultation', from: consultation });
}

function exchange(turn: Turn, talk: Talk, from: LegRef, target: LegRef): Talk {
  const { kept } = talk;
  const legs = { a: talk.a === from ? target : talk.a, b: talk.b === from ? target : talk.b };
  const next = kept === undefined ? legs : { ...legs, kept };
  startBridge(turn, next.a, next.b, kept);
  hangUp(turn, from, 'normal');
  for (const [name, leg] of Object.entries(turn.session.aliases))
    if (leg === from) aliasLeg(turn, name, target);
  return next;
}

/** A supervisor takes over; whatever a transfer rings meanwhile is let go. */
export function replaceParty(
  turn: Turn,
  talk: Talk,
  { leg: from, to }: Event<'party-replaced'>,
): Talk | undefined {
  if ((talk.a !== from && talk.b !== from) || !isTalking(turn, to)) return undefined;
  if (talk.transfer !== undefined) giveUpTransfer(turn, talk.transfer);
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
  const moved = heed(turn, talk, { from, to: party }, ringTarget(turn, TERMS, { party, dialled }));
  return moved.transfer === undefined ? undefined : moved;
}

/** What happens to legs while a transfer is under way. Undefined: nothing that concerns it. `over`: the talk is. */
export function followTransfer(turn: Turn, talk: Talk, event: StepEvent): Talk | 'over' | undefined {
  const { transfer } = talk;
  if (transfer === undefined || event.kind === 'transfer-requested') return undefined;
  const followed =
    event.kind === 'activity-ended'
      ? takeActivity(turn, talk, transfer, event)
      : takeRinging(turn, talk, transfer, event);
  if (followed !== undefined || event.kind !== 'leg-ended') return followed;
  return takeEnd(turn, talk, transfer, event.leg);
}

function takeActivity(
  turn: Turn,
  talk: Talk,
  transfer: Transfer,
  event: Event<'activity-ended'>,
): Talk | 'over' | undefined {
  const { fetching, again, wanted } = transfer;
  if (event.activity === fetching) return takeFetched(turn, talk, transfer, event.outcome);
  if (event.activity === again && wanted !== undefined) return ringAgain(turn, talk, transfer, wanted);
  return takeRinging(turn, talk, transfer, event);
}

function takeRinging(
  turn: Turn,
  talk: Talk,
  transfer: Transfer,
  event: StepEvent,
): Talk | 'over' | undefined {
  const { target } = transfer;
  if (target === undefined) return undefined;
  if (event.kind === 'leg-ringing' && isTarget(target, event.leg)) report(turn, transfer, 180);
  const followed = followTarget(turn, TERMS, target, event);
  return followed && orOver(turn, heed(turn, talk, transfer, followed), transfer);
}

function ringAgain(turn: Turn, talk: Talk, transfer: Transfer, wanted: Wanted): Talk | 'over' {
  const last = without(without(transfer, 'again'), 'wanted');
  return orOver(turn, heed(turn, talk, last, ringTarget(turn, TERMS, wanted)), transfer);
}

function takeEnd(turn: Turn, talk: Talk, transfer: Transfer, leg: LegRef): Talk | 'over' | undefined {
  if (leg !== talk.a && leg !== talk.b) return undefined;
  if (leg !== transfer.from) {
    giveUpTransfer(turn, transfer);
    return 'over';
  }
  startPlay(turn, talk.a === transfer.from ? talk.b : talk.a, [{ kind: 'tone', tone: 'ringback' }]);
  return talk;
}

function heed(turn: Turn, talk: Talk, transfer: Transfer, followed: Followed): Talk {
  if (followed.kind === 'answered') return moveOver(turn, talk, transfer, followed.leg);
  if (followed.kind === 'rings') return { ...talk, transfer: { ...transfer, target: followed.target } };
  if (followed.reason === 'busy-device' && transfer.wanted !== undefined)
    return { ...talk, transfer: { ...without(transfer, 'target'), again: startWait(turn, BUSY_SECONDS) } };
  report(turn, transfer, followed.sipStatus);
  release(turn, transfer);
  return without(talk, 'transfer');
}

/** The old talk goes on when the transferor is still there. */
function orOver(turn: Turn, talk: Talk, { from }: Transfer): Talk | 'over' {
  return (talk.a === from || talk.b === from) && talk.transfer === undefined && !isAlive(turn, from)
    ? 'over'
    : talk;
}

function giveUpTransfer(turn: Turn, transfer: Transfer): void {
  for (const activity of [transfer.fetching, transfer.again])
    if (activity !== undefined) stopActivity(turn, activity);
  if (transfer.target !== undefined) letTargetGo(turn, transfer.target);
  report(turn, transfer, 487);
  release(turn, transfer);
}

/** The request may have come in the dialog of the consultation, which outlives the leg here. */
function report(turn: Turn, { from, consultation }: Transfer, sipStatus: number): void {
  if (consultation !== undefined || isAlive(turn, from))
    order(turn, { verb: 'transfer-progress', leg: from, sipStatus });
}
