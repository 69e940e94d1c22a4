/** `gather`: digits from a party, as a menu (`keys`) or as a number stored in a variable (`into`). */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startGather } from '../activities.js';
import type { LegRef } from '../directives.js';
import type { ActivityOutcome } from '../inputs.js';
import { isAlive, resolveLeg } from '../legs.js';
import { spokenExpressions, spokenField, spokenOf } from '../spoken.js';
import { setVariable, type Turn } from '../turn.js';
import {
  defineVerb,
  leave,
  legField,
  secondsField,
  stay,
  stepBase,
  type Outcomes,
  type Progress,
} from '../verb.js';

const OUTCOMES = {
  digits: {
    when: 'Digits came that no row of `keys` names. Not handled: they are asked for again, then `invalid`.',
    otherwise: { as: 'invalid' },
  },
  invalid: { when: 'The last try ended with digits that fit nothing.', otherwise: { as: 'no-input' } },
  'no-input': { when: 'No digits came in any try.', otherwise: 'end' },
  'hung-up': { when: 'The party is gone.', otherwise: 'end' },
  failed: {
    when: 'The prompt could not be played, or the outcome is not known.',
    otherwise: { as: 'no-input' },
  },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('gather'),
  leg: legField,
  what: z.array(spokenField).default([]).describe('Played first; a key stops it'),
  minDigits: z.number().int().min(1).max(32).default(1).describe('Fewest digits'),
  maxDigits: z.number().int().min(1).max(32).default(1).describe('Input ends after so many'),
  timeoutSeconds: secondsField.default(5).describe('Silence after the prompt'),
  interDigitSeconds: secondsField.default(3).describe('Silence after a digit'),
  terminators: z
    .string()
    .regex(/^[0-9*#]*$/)
    .default('#')
    .describe('Keys that end the input and are not part of it'),
  tries: z.number().int().min(1).max(5).default(2).describe('How often it is asked'),
  keys: z
    .record(z.string().regex(/^[0-9*#]+$/), z.string())
    .default({})
    .describe('Digits → step'),
  into: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]*$/)
    .optional()
    .describe('Variable for the digits'),
  ...stepBase(OUTCOMES),
});
type GatherStep = z.infer<typeof schema>;

interface GatherState {
  readonly leg: LegRef;
  readonly activity: ActivityId;
  readonly tries: number;
}

function ask(turn: Turn, step: GatherStep, leg: LegRef, tries: number): Progress<GatherState> {
  const { minDigits, maxDigits, timeoutSeconds, interDigitSeconds, terminators } = step;
  const what = step.what.map((item) => spokenOf(turn, item));
  return stay({
    leg,
    tries,
    activity: startGather(turn, leg, {
      what,
      minDigits,
      maxDigits,
      timeoutSeconds,
      interDigitSeconds,
      terminators,
    }),
  });
}

function take(
  turn: Turn,
  step: GatherStep,
  state: GatherState,
  outcome: ActivityOutcome,
): Progress<GatherState> {
  if (outcome.kind === 'unknown' || outcome.kind === 'failed') return leave('failed');
  return outcome.kind === 'digits' && outcome.digits !== ''
    ? takeDigits(turn, step, state, outcome.digits)
    : again(turn, step, state, 'no-input');
}

function takeDigits(turn: Turn, step: GatherStep, state: GatherState, digits: string): Progress<GatherState> {
  if (step.into !== undefined) setVariable(turn, step.into, digits);
  const chosen = Object.hasOwn(step.keys, digits) ? step.keys[digits] : undefined;
  if (chosen !== undefined) return { kind: 'jump', step: chosen, row: `keys.${digits}` };
  const handled = (step.on?.['digits'] ?? step.next) !== undefined;
  return handled ? leave('digits') : again(turn, step, state, 'invalid');
}

function again(
  turn: Turn,
  step: GatherStep,
  state: GatherState,
  outcome: 'no-input' | 'invalid',
): Progress<GatherState> {
  return state.tries < step.tries ? ask(turn, step, state.leg, state.tries + 1) : leave(outcome);
}

export const gather = defineVerb<GatherStep, GatherState>({
  summary: 'Collects digits: a menu when `keys` name the next steps, a number when `into` names a variable.',
  example: `
menu:
  do: gather
  leg: caller
  what: [{ prompt: menu }]
  tries: 2
  keys: { 1: sales, 2: service }
  on: { no-input: sales }
ask-extension:
  do: gather
  leg: caller
  minDigits: 3
  maxDigits: 4
  timeoutSeconds: 6
  into: extension
  next: route
  on: { no-input: sales }
`,
  more: `With \`keys\` it is a menu; with \`into\` the digits become a variable. Digits that fit nothing count as a failed try unless \`digits\` is handled. A key pressed while the words are still being made counts; one pressed in the step before does not.`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: spokenExpressions(step.what, ['what']),
    setsVariables: step.into === undefined ? [] : [step.into],
    targets: Object.entries(step.keys).map(([digits, target]) => ({ step: target, path: ['keys', digits] })),
  }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    return isAlive(turn, leg) ? ask(turn, step, leg, 1) : leave('hung-up');
  },
  react(turn, step, state, event) {
    if (event.kind === 'leg-ended') return event.leg === state.leg ? leave('hung-up') : undefined;
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    return take(turn, step, state, event.outcome);
  },
});
