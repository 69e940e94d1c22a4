/** `menu`: a spoken choice of keys, with words of its own for a wrong key and for silence. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startGather } from '../activities.js';
import type { LegRef } from '../directives.js';
import type { ActivityOutcome } from '../inputs.js';
import { isAlive, resolveLeg } from '../legs.js';
import { spokenExpressions, spokenField, spokenOf, type SpokenField } from '../spoken.js';
import type { Turn } from '../turn.js';
import {
  defineVerb,
  leave,
  legField,
  secondsField,
  stay,
  stepBase,
  variableField,
  type Outcomes,
  type Progress,
} from '../verb.js';
import { setVariable } from '../turn.js';

const OUTCOMES = {
  'no-choice': { when: 'The last try ended with silence or a wrong key.', otherwise: 'required' },
  'hung-up': { when: 'The party is gone.', otherwise: 'end' },
  failed: {
    when: 'The texts could not be played, or the outcome is not known.',
    otherwise: { as: 'no-choice' },
  },
} as const satisfies Outcomes;

const digits = z.string().regex(/^[0-9*#]{1,4}$/, 'use 1 to 4 of the keys 0-9 * #');

const schema = z.strictObject({
  do: z.literal('menu'),
  leg: legField.default('caller'),
  what: z.array(spokenField).min(1).describe('The choices; a key stops it'),
  keys: z.record(digits, z.string().min(1)).describe('Key → next step'),
  repeat: digits.optional().describe('Key that repeats the choices'),
  wrong: z.array(spokenField).default([]).describe('Said before the choices after a wrong key'),
  silent: z.array(spokenField).default([]).describe('Said before the choices after silence'),
  tries: z.number().int().min(1).max(9).default(3).describe('How often the choices are said'),
  timeoutSeconds: secondsField.default(6).describe('Silence after the choices'),
  into: variableField.optional().describe('Variable for the key'),
  ...stepBase(OUTCOMES),
});
type MenuStep = z.infer<typeof schema>;

interface MenuState {
  readonly leg: LegRef;
  readonly activity: ActivityId;
  readonly tries: number;
  readonly repeats: number;
}

const MOST_REPEATS = 5;

function ask(
  turn: Turn,
  step: MenuStep,
  state: Omit<MenuState, 'activity'>,
  first: readonly SpokenField[],
): Progress<MenuState> {
  const longest = Math.max(...Object.keys(step.keys).map(({ length }) => length), 1);
  const activity = startGather(turn, state.leg, {
    what: [...first, ...step.what].map((item) => spokenOf(turn, item)),
    minDigits: 1,
    maxDigits: longest,
    timeoutSeconds: step.timeoutSeconds,
    interDigitSeconds: 2,
    terminators: '',
  });
  return stay({ ...state, activity });
}

function take(turn: Turn, step: MenuStep, state: MenuState, outcome: ActivityOutcome): Progress<MenuState> {
  if (outcome.kind === 'unknown' || outcome.kind === 'failed') return leave('failed');
  const pressed = outcome.kind === 'digits' ? outcome.digits : '';
  if (pressed === '') return again(turn, step, state, step.silent);
  if (pressed === step.repeat && state.repeats < MOST_REPEATS)
    return ask(turn, step, { ...state, repeats: state.repeats + 1 }, []);
  const chosen = Object.hasOwn(step.keys, pressed) ? step.keys[pressed] : undefined;
  if (chosen === undefined) return again(turn, step, state, step.wrong);
  if (step.into !== undefined) setVariable(turn, step.into, pressed);
  return { kind: 'jump', step: chosen, row: `keys.${pressed}` };
}

function again(
  turn: Turn,
  step: MenuStep,
  state: MenuState,
  first: readonly SpokenField[],
): Progress<MenuState> {
  return state.tries < step.tries
    ? ask(turn, step, { ...state, tries: state.tries + 1 }, first)
    : leave('no-choice');
}

export const menu = defineVerb<MenuStep, MenuState>({
  summary: 'Says what can be chosen and goes on by the key that is pressed.',
  schema,
  outcomes: OUTCOMES,
  example: `
departments:
  do: menu
  what: [{ text: 'For sales press 1, for support press 2.' }]
  keys: { 1: sales, 2: support, 0: operator-desk }
  repeat: '*'
  wrong: [{ text: 'That key has no meaning.' }]
  silent: [{ text: 'We did not hear a key.' }]
  on: { no-choice: operator-desk }
`,
  more: 'Answer the caller first. A key counts from the beginning of the step, also before the words are heard. For numbers of several digits use `collect`.',
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: [
      ...spokenExpressions(step.what, ['what']),
      ...spokenExpressions(step.wrong, ['wrong']),
      ...spokenExpressions(step.silent, ['silent']),
    ],
    setsVariables: step.into === undefined ? [] : [step.into],
    targets: Object.entries(step.keys).map(([key, target]) => ({ step: target, path: ['keys', key] })),
  }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    return isAlive(turn, leg) ? ask(turn, step, { leg, tries: 1, repeats: 0 }, []) : leave('hung-up');
  },
  react(turn, step, state, event) {
    if (event.kind === 'leg-ended') return event.leg === state.leg ? leave('hung-up') : undefined;
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    return take(turn, step, state, event.outcome);
  },
});
