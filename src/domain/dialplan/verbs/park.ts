/** `park`: a party waits in a numbered slot until somebody picks it up there. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startParking, startPlay, startWait, stopActivity } from '../activities.js';
import type { LegRef } from '../directives.js';
import { operatorNamed } from '../groups.js';
import type { ActivityOutcome } from '../inputs.js';
import { isAlive, isTalking, resolveLeg } from '../legs.js';
import { spokenExpressions, spokenField, spokenOf } from '../spoken.js';
import { without } from '../../values/present.js';
import { order, setVariable, tell, type Turn } from '../turn.js';
import {
  defineVerb,
  leave,
  legField,
  stay,
  stepBase,
  variableField,
  type Outcomes,
  type Progress,
  type StepEvent,
} from '../verb.js';
import { ringStep } from './ring-step.js';
import { beginRinging, giveUp, reactRinging, type RingState } from './ringing.js';
import { soundExpressions, startWaitingSound, waitingSoundField } from './waiting-sound.js';

const OUTCOMES = {
  'picked-up': { when: 'An operator is there; the leg is now called `operator`.', otherwise: 'required' },
  timeout: { when: 'Nobody picked it up in time.', otherwise: 'required' },
  full: { when: 'Every slot is taken.', otherwise: { as: 'timeout' } },
  'hung-up': { when: 'The parked party hung up.', otherwise: 'end' },
  failed: { when: 'It could not be parked, or nobody knows.', otherwise: { as: 'timeout' } },
} as const satisfies Outcomes;

/** `701-704` or `701`. */
const slotsField = z
  .string()
  .regex(/^\d{1,6}(-\d{1,6})?$/, 'expected a slot such as 701, or a range such as 701-709')
  .transform((text, context) => {
    const [from = '', to = from] = text.split('-');
    const count = Number(to) - Number(from) + 1;
    if (count >= 1 && count <= 100)
      return Array.from({ length: count }, (_, n) => String(Number(from) + n).padStart(from.length, '0'));
    context.addIssue({ code: 'custom', message: 'a range goes up and holds at most 100 slots' });
    return z.NEVER;
  });

const schema = z.strictObject({
  do: z.literal('park'),
  leg: legField.default('caller').describe('Who is parked'),
  slots: slotsField.prefault('701-709').describe('Slot, or a range of which the first free one is taken'),
  hears: waitingSoundField,
  announce: z
    .strictObject({ leg: legField, what: z.array(spokenField).min(1).describe('What is said') })
    .optional()
    .describe('Who is told the slot (variable `parkedAt`) and then hung up'),
  into: variableField.default('parkedAt').describe('Variable for the slot'),
  maxSeconds: z.number().positive().max(14_400).default(180).describe('Longest stay'),
  ringSeconds: z.number().positive().max(300).default(30).describe('Whoever picks up rings this long'),
  ...stepBase(OUTCOMES),
});
type ParkStep = z.infer<typeof schema>;

interface ParkState {
  readonly leg: LegRef;
  readonly parking?: ActivityId;
  readonly deadline: ActivityId;
  readonly slot?: string;
  readonly ringing?: RingState;
}

/** Whoever asked for it is at the phone: nothing is whispered, no key is needed. */
function ringTerms({ ringSeconds }: ParkStep): z.infer<typeof ringStep> {
  return ringStep.parse({ do: 'ring-group', ask: 'nobody', ringSeconds });
}

function begin(turn: Turn, step: ParkStep): Progress<ParkState> {
  const leg = resolveLeg(turn, step.leg);
  if (!isAlive(turn, leg)) return leave('hung-up');
  startWaitingSound(turn, leg, step.hears);
  const parking = startParking(turn, { leg, slots: step.slots });
  return stay({ leg, parking, deadline: startWait(turn, step.maxSeconds) });
}

function out(turn: Turn, { parking, deadline, slot }: ParkState, outcome: string): Progress<ParkState> {
  if (slot !== undefined) order(turn, { verb: 'unpark', slot });
  for (const activity of [parking, deadline]) if (activity !== undefined) stopActivity(turn, activity);
  return leave(outcome);
}

function react(
  turn: Turn,
  step: ParkStep,
  state: ParkState,
  event: StepEvent,
): Progress<ParkState> | undefined {
  if (event.kind === 'leg-ended' && event.leg === state.leg) return giveBack(turn, state, 'hung-up');
  if (event.kind === 'command')
    return event.command.kind === 'pick-up' && state.ringing === undefined
      ? ring(turn, step, state, event.command.operator)
      : undefined;
  if (event.kind === 'activity-ended') {
    if (event.activity === state.parking) return takeSlot(turn, step, state, event.outcome);
    if (event.activity === state.deadline) return giveBack(turn, state, 'timeout');
  }
  return followRinging(turn, step, state, event);
}

function followRinging(
  turn: Turn,
  step: ParkStep,
  state: ParkState,
  event: StepEvent,
): Progress<ParkState> | undefined {
  if (state.ringing === undefined) return undefined;
  const progress = reactRinging(turn, ringTerms(step), state.ringing, event);
  return progress && settle(turn, state, progress);
}

function ring(turn: Turn, step: ParkStep, state: ParkState, name: string): Progress<ParkState> {
  const operator = operatorNamed(turn.facts, name);
  return settle(turn, state, beginRinging(turn, ringTerms(step), operator === undefined ? [] : [operator]));
}

/** A phone that is not answered leaves the party parked. */
function settle(turn: Turn, parked: ParkState, progress: Progress<RingState>): Progress<ParkState> {
  const state = without(parked, 'ringing');
  if (progress.kind === 'stay') return stay({ ...state, ringing: progress.state });
  if (progress.kind !== 'leave' || progress.outcome !== 'accepted') return stay(state);
  tell(turn, 'call.picked-up', { slot: state.slot, operator: turn.session.operator, leg: state.leg });
  return out(turn, state, 'picked-up');
}

/** Whoever was to pick it up stops ringing. */
function giveBack(turn: Turn, state: ParkState, outcome: string): Progress<ParkState> {
  if (state.ringing !== undefined) giveUp(turn, state.ringing, outcome);
  return out(turn, state, outcome);
}

function takeSlot(
  turn: Turn,
  step: ParkStep,
  state: ParkState,
  outcome: ActivityOutcome,
): Progress<ParkState> {
  const rest = without(state, 'parking');
  if (outcome.kind !== 'parked') return out(turn, rest, outcome.kind === 'not-allowed' ? 'full' : 'failed');
  setVariable(turn, step.into, outcome.slot);
  tell(turn, 'call.parked', { slot: outcome.slot, leg: state.leg });
  announce(turn, step);
  return stay({ ...rest, slot: outcome.slot });
}

function announce(turn: Turn, { announce: told }: ParkStep): void {
  const leg = told === undefined ? undefined : resolveLeg(turn, told.leg);
  if (told === undefined || leg === undefined || !isTalking(turn, leg)) return;
  startPlay(
    turn,
    leg,
    told.what.map((item) => spokenOf(turn, item)),
    { then: 'normal' },
  );
}

export const park = defineVerb<ParkStep, ParkState>({
  summary: 'Parks a party in a numbered slot, with music, until somebody picks it up.',
  schema,
  outcomes: OUTCOMES,
  example: `
talk: { do: bridge, a: caller, b: operator, keys: { '*5': { step: park-it } } }
park-it:
  do: park
  slots: 701-709
  announce: { leg: operator, what: [{ text: 'Parked at {{ slot }}.', names: { slot: parkedAt } }] }
  on: { picked-up: talk, timeout: find-operator }
`,
  more: 'Picked up by the step `pick-up` of another call, or by `POST /v1/calls/<id>/commands` with `pick-up` and an operator: that operator is then rung by the parked call and is joined on answering.',
  names: (step) => ({
    usesLegs: [
      { leg: step.leg, path: ['leg'] },
      ...(step.announce === undefined ? [] : [{ leg: step.announce.leg, path: ['announce', 'leg'] }]),
    ],
    makesLegs: ['operator'],
    setsVariables: [step.into],
    expressions: [
      ...soundExpressions(step.hears, 'hears'),
      ...spokenExpressions(step.announce?.what ?? [], ['announce', 'what']),
    ],
  }),
  begin,
  react,
});
