/**
 * Bringing one operator to the phone. Where a key is asked for, the first ACCEPT wins, not the first answer: other phones
 * go on ringing and other operators go on listening until then. An answer without a key, such as a mobile's voicemail,
 * never counts as an operator. Called by ring-group, queue and park.
 */
import type { Group, Operator } from '../../routing/telephony.js';
import { startKeyQuestion, startOriginate, startPlay } from '../activities.js';
import { hangUp } from '../endings.js';
import type { LegRef, Spoken } from '../directives.js';
import type { ActivityOutcome } from '../inputs.js';
import type { Facts } from '../facts.js';
import { operatorNamed, rungGroup } from '../groups.js';
import { aliasLeg, changeLeg, isAlive, isTalking, resolveLeg } from '../legs.js';
import type { OperatorDecision } from '../session.js';
import { leadWhisper } from '../spoken.js';
import { order, tell, type Turn } from '../turn.js';
import { leave, stay, type Progress, type StepEvent } from '../verb.js';
import { keysPrompt, meaningOf, type AcceptKeys, type KeyMeaning } from './accept-keys.js';
import { beginComfort, endComfort } from './comfort.js';
import {
  candidatesOf,
  changed,
  groupDecision,
  isActive,
  isSame,
  nextStage,
  type Candidate,
} from './ring-candidates.js';
import type { RingStep } from './ring-step.js';
import { operatorLocale } from './whisper.js';

export interface RingState {
  readonly candidates: readonly Candidate[];
  readonly waiting?: LegRef;
}

const DEFAULT_RING_SECONDS = 20;
/** The repeat key may be pressed this often; after that it counts as silence. */
const MOST_REPEATS = 5;

/** Rings these operators; leaves with the outcomes of `ring-group`. */
export function beginRinging(
  turn: Turn,
  step: RingStep,
  operators: readonly Operator[],
): Progress<RingState> {
  turn.session.sought = 'yes';
  const waiting = step.waiting === undefined ? undefined : resolveLeg(turn, step.waiting.leg);
  if (waiting !== undefined && !isAlive(turn, waiting)) return leave('gone');
  const candidates = candidatesOf(operators, strategyOf(turn, step), stagesOf(turn, step));
  if (candidates.length === 0) return leave('no-operators');
  if (step.ask !== 'nobody')
    order(turn, {
      verb: 'prepare',
      what: [...whisperTexts(turn, step, operators), { kind: 'prompt', prompt: 'already-taken' }],
    });
  if (step.waiting === undefined || waiting === undefined) return goOn(turn, step, { candidates });
  beginComfort(turn, waiting, step.waiting);
  return goOn(turn, step, { candidates, waiting });
}

/** Stages that the use case worked out; a plan that names a strategy wants that one. */
function stagesOf(turn: Turn, step: RingStep): Readonly<Record<string, number>> | undefined {
  return step.strategy === undefined ? rungGroup(turn.facts, step.group).stages : undefined;
}

function strategyOf(turn: Turn, step: RingStep): Group['strategy'] {
  return step.strategy ?? rungGroup(turn.facts, step.group).group?.strategy ?? 'sequential';
}

/** One whisper for each language spoken by the operators, rendered while the phones ring. */
function whisperTexts(turn: Turn, step: RingStep, operators: readonly Operator[]): readonly Spoken[] {
  const locales = new Set(operators.map((operator) => operator.locale));
  return [...locales].flatMap((locale) => question(turn, step, locale));
}

function question(turn: Turn, step: RingStep, locale: string | undefined): readonly Spoken[] {
  return [leadWhisper(turn.facts, locale), keysPrompt(keysInForce(turn, step), locale)];
}

/** Rings the next stage when the last one is over; leaves when nobody is left. */
function goOn(turn: Turn, step: RingStep, state: RingState): Progress<RingState> {
  const stage = nextStage(state.candidates);
  const candidates = stage.reduce(
    (list, candidate) => changed(list, candidate, { phase: 'ringing', leg: ring(turn, step, candidate) }),
    state.candidates,
  );
  if (candidates.some(isActive)) return stay({ ...state, candidates });
  if (state.waiting !== undefined) endComfort(turn, state.waiting);
  const decision = groupDecision(candidates);
  if (decision !== undefined) turn.session.operatorDecision = decision;
  return leave('nobody');
}

function ring(turn: Turn, step: RingStep, { operator, device, kind }: Candidate): LegRef {
  const { facts } = turn;
  const { group } = rungGroup(facts, step.group);
  return startOriginate(turn, {
    leg: device === 0 ? `operator:${operator}` : `operator:${operator}:${device}`,
    role: 'operator',
    party: operator,
    dialled: { kind: 'operator', operator, device },
    // A public number may be shown only a number that the trunk lets us show.
    callerNumber: kind === 'number' ? shownOnMobiles(facts) : facts.clientNumber,
    callerName: facts.display ?? group?.callerName,
    ringSeconds:
      step.ringSeconds ??
      operatorNamed(facts, operator)?.ringSeconds ??
      group?.ringSeconds ??
      DEFAULT_RING_SECONDS,
  });
}

function shownOnMobiles({ policy, callerId }: Facts): string | undefined {
  return policy?.operatorCallerId ?? callerId;
}

function isAsked(step: RingStep, candidate: Candidate): boolean {
  return step.ask === 'everyone' || (step.ask === 'mobiles' && candidate.kind === 'number');
}

export function reactRinging(
  turn: Turn,
  step: RingStep,
  state: RingState,
  event: StepEvent,
): Progress<RingState> | undefined {
  if ('leg' in event && event.leg === state.waiting) return reactToWaiting(turn, step, state, event);
  const candidate = state.candidates.find((one) => isActive(one) && concerns(one, event));
  if (candidate === undefined) return undefined;
  if (event.kind === 'leg-answered')
    return isAsked(step, candidate)
      ? ask(turn, step, state, candidate, {})
      : accept(turn, step, state, candidate);
  if (event.kind === 'activity-ended') return hear(turn, step, state, candidate, event.outcome);
  if (event.kind !== 'leg-ended') return undefined;
  return lose(turn, step, state, candidate, candidate.phase === 'asked' ? { said: 'no-input' } : {});
}

/** He hangs up, or a phone that rang all the while answers: whoever answers hears something at once. */
function reactToWaiting(
  turn: Turn,
  step: RingStep,
  state: RingState,
  event: StepEvent,
): Progress<RingState> | undefined {
  if (event.kind === 'leg-ended') return giveUp(turn, state, 'gone');
  if (event.kind === 'leg-answered' && state.waiting !== undefined && step.waiting !== undefined)
    beginComfort(turn, state.waiting, step.waiting);
  return undefined;
}

function concerns(candidate: Candidate, event: StepEvent): boolean {
  if (event.kind === 'command') return false;
  return event.kind === 'activity-ended' ? candidate.asking === event.activity : candidate.leg === event.leg;
}

function ask(
  turn: Turn,
  step: RingStep,
  state: RingState,
  candidate: Candidate,
  counted: Partial<Candidate>,
): Progress<RingState> {
  if (candidate.leg === undefined) return stay(state);
  const asking = startKeyQuestion(turn, candidate.leg, {
    what: question(turn, step, operatorLocale(turn, candidate.operator)),
    timeoutSeconds: step.keySeconds,
  });
  changeLeg(turn, candidate.leg, { whispered: 'yes' });
  const change = { phase: 'asked', asking, tries: 1, ...counted } as const;
  return stay({ ...state, candidates: changed(state.candidates, candidate, change) });
}

/** The policy's win over the plan's. */
function keysInForce(turn: Turn, step: RingStep): AcceptKeys {
  return { ...step.keys, ...turn.facts.policy?.keys };
}

function keyMeaning(turn: Turn, step: RingStep, outcome: ActivityOutcome): KeyMeaning {
  return outcome.kind === 'digits' ? meaningOf(keysInForce(turn, step), outcome.digits) : 'none';
}

/** The end of a question: a key, silence, or a crash while it was asked (never asked again). */
function hear(
  turn: Turn,
  step: RingStep,
  state: RingState,
  candidate: Candidate,
  outcome: ActivityOutcome,
): Progress<RingState> {
  const meaning = keyMeaning(turn, step, outcome);
  if (meaning === 'accept') return accept(turn, step, state, candidate);
  if (meaning === 'later' || meaning === 'spam') return decideForAll(turn, state, candidate, meaning);
  if (meaning === 'not-mine') return pass(turn, step, state, candidate, 'not-mine');
  if (meaning === 'repeat' && candidate.repeats < MOST_REPEATS)
    return ask(turn, step, state, candidate, { tries: candidate.tries, repeats: candidate.repeats + 1 });
  if (outcome.kind !== 'unknown' && candidate.tries < step.tries)
    return ask(turn, step, state, candidate, { tries: candidate.tries + 1 });
  return pass(turn, step, state, candidate, 'no-input');
}

function accept(turn: Turn, step: RingStep, state: RingState, candidate: Candidate): Progress<RingState> {
  if (candidate.leg === undefined) return stay(state);
  aliasLeg(turn, step.as, candidate.leg);
  turn.session.operator = candidate.operator;
  turn.session.operatorDecision = 'accepted';
  tell(turn, 'operator.accepted', { operator: candidate.operator, leg: candidate.leg });
  for (const other of state.candidates)
    if (!isSame(other, candidate) && isActive(other)) sendAway(turn, other);
  return leave('accepted');
}

/** Whoever listens already hears that it is taken; whoever still rings is cancelled without a missed call. */
function sendAway(turn: Turn, { leg }: Candidate): void {
  if (leg === undefined) return;
  if (isTalking(turn, leg))
    startPlay(turn, leg, [{ kind: 'prompt', prompt: 'already-taken' }], { then: 'completed-elsewhere' });
  else hangUp(turn, leg, 'completed-elsewhere');
}

function declined(turn: Turn, candidate: Candidate, decision: OperatorDecision): void {
  tell(turn, 'operator.declined', { operator: candidate.operator, decision });
}

/** `later` and `spam` are said about the lead, so they end the search for everyone. */
function decideForAll(
  turn: Turn,
  state: RingState,
  candidate: Candidate,
  decision: 'later' | 'spam',
): Progress<RingState> {
  turn.session.operatorDecision = decision;
  declined(turn, candidate, decision);
  return giveUp(turn, state, decision);
}

/** Every phone stops ringing; whoever listened is hung up. */
export function giveUp(turn: Turn, state: RingState, outcome: string): Progress<RingState> {
  for (const { leg } of state.candidates.filter(isActive)) if (leg !== undefined) hangUp(turn, leg, 'normal');
  if (state.waiting !== undefined) endComfort(turn, state.waiting);
  return leave(outcome);
}

/** This operator does not take it: all of his phones are let go, the others go on. */
function pass(
  turn: Turn,
  step: RingStep,
  state: RingState,
  candidate: Candidate,
  said: 'not-mine' | 'no-input',
): Progress<RingState> {
  declined(turn, candidate, said);
  const own = (one: Candidate): boolean =>
    isSame(one, candidate) || (said === 'not-mine' && one.operator === candidate.operator);
  for (const one of state.candidates)
    if (own(one) && isActive(one) && one.leg !== undefined) hangUp(turn, one.leg, 'normal');
  const candidates = state.candidates.map((one): Candidate =>
    own(one) ? { ...one, phase: 'gone', said } : one,
  );
  return goOn(turn, step, { ...state, candidates });
}

/** The phone hung up, was busy, not reachable or never left this machine. */
function lose(
  turn: Turn,
  step: RingStep,
  state: RingState,
  candidate: Candidate,
  change: Partial<Candidate>,
): Progress<RingState> {
  if (change.said !== undefined) declined(turn, candidate, change.said);
  return goOn(turn, step, {
    ...state,
    candidates: changed(state.candidates, candidate, { ...change, phase: 'gone' }),
  });
}
