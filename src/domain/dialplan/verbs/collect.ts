/** `collect`: a number the caller types, checked, perhaps read back, and kept under a name. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startGather, startKeyQuestion } from '../activities.js';
import type { LegRef } from '../directives.js';
import { isTrue } from '../expressions.js';
import type { ActivityOutcome } from '../inputs.js';
import { isAlive, resolveLeg } from '../legs.js';
import { spokenExpressions, spokenField, spokenOf, type SpokenField } from '../spoken.js';
import { setVariable, valueOf, type Turn } from '../turn.js';
import {
  defineVerb,
  expressionField,
  leave,
  legField,
  secondsField,
  stay,
  stepBase,
  variableField,
  type Outcomes,
  type Progress,
  type StepNames,
} from '../verb.js';
import { COLLECTED_KINDS, collectedValue } from './collected-value.js';

const OUTCOMES = {
  collected: { when: 'It was typed, is valid, and was confirmed if asked.', otherwise: 'required' },
  invalid: { when: 'The last try was not valid, or not confirmed.', otherwise: { as: 'no-input' } },
  'no-input': { when: 'Nothing was typed in the last try.', otherwise: 'required' },
  'hung-up': { when: 'The party is gone.', otherwise: 'end' },
  failed: { when: 'It could not be asked, or the outcome is not known.', otherwise: { as: 'no-input' } },
} as const satisfies Outcomes;

const schema = z
  .strictObject({
    do: z.literal('collect'),
    leg: legField.default('caller'),
    name: variableField.describe('Variable for the value'),
    as: z
      .enum(COLLECTED_KINDS)
      .default('digits')
      .describe(
        'What it is: digits, phone, date (DDMMYYYY), time (HHMM) or amount (`*` is the decimal point)',
      ),
    what: z.array(spokenField).min(1).describe('The question; a key stops it'),
    minDigits: z.number().int().min(1).max(32).default(1).describe('Fewest digits'),
    maxDigits: z.number().int().min(1).max(32).default(16).describe('Input ends after so many'),
    valid: expressionField.optional().describe('Expression over the new variable that must be true'),
    wrong: z.array(spokenField).default([]).describe('Said before the question when it was not valid'),
    confirm: z.array(spokenField).default([]).describe('Reads it back; 1 confirms, any other key asks again'),
    tries: z.number().int().min(1).max(9).default(3).describe('How often it is asked'),
    timeoutSeconds: secondsField.default(8).describe('Silence after the question'),
    interDigitSeconds: secondsField.default(4).describe('Silence after a digit ends the input, as does #'),
    ...stepBase(OUTCOMES),
  })
  .refine((step) => step.minDigits <= step.maxDigits, { message: 'minDigits is above maxDigits' });
type CollectStep = z.infer<typeof schema>;

interface CollectState {
  readonly leg: LegRef;
  readonly activity: ActivityId;
  readonly tries: number;
  readonly phase: 'asking' | 'confirming';
}

function ask(
  turn: Turn,
  step: CollectStep,
  { leg, tries }: Pick<CollectState, 'leg' | 'tries'>,
  first: readonly SpokenField[],
): Progress<CollectState> {
  const { minDigits, maxDigits, timeoutSeconds, interDigitSeconds } = step;
  const what = [...first, ...step.what].map((item) => spokenOf(turn, item));
  const options = { what, minDigits, maxDigits, timeoutSeconds, interDigitSeconds, terminators: '#' };
  return stay({ leg, tries, phase: 'asking', activity: startGather(turn, leg, options) });
}

function confirm(turn: Turn, step: CollectStep, state: CollectState): Progress<CollectState> {
  const activity = startKeyQuestion(turn, state.leg, {
    what: step.confirm.map((item) => spokenOf(turn, item)),
    timeoutSeconds: step.timeoutSeconds,
  });
  return stay({ ...state, phase: 'confirming', activity });
}

function take(
  turn: Turn,
  step: CollectStep,
  state: CollectState,
  outcome: ActivityOutcome,
): Progress<CollectState> {
  if (outcome.kind === 'unknown' || outcome.kind === 'failed') return leave('failed');
  const typed = outcome.kind === 'digits' ? outcome.digits : '';
  if (state.phase === 'confirming')
    return typed === '1' ? leave('collected') : again(turn, step, state, 'invalid');
  if (typed === '') return again(turn, step, state, 'no-input');
  if (!isGood(turn, step, typed)) return again(turn, step, state, 'invalid');
  return step.confirm.length === 0 ? leave('collected') : confirm(turn, step, state);
}

/** The variable is set before `valid` looks at it; a value that is not valid is none. */
function isGood(turn: Turn, step: CollectStep, typed: string): boolean {
  const value = collectedValue(step.as, typed, turn.facts.group?.country);
  setVariable(turn, step.name, value ?? null);
  const good = value !== undefined && (step.valid === undefined || isTrue(valueOf(turn, step.valid)));
  if (!good) setVariable(turn, step.name, null);
  return good;
}

function again(
  turn: Turn,
  step: CollectStep,
  state: CollectState,
  outcome: 'no-input' | 'invalid',
): Progress<CollectState> {
  if (state.tries >= step.tries) return leave(outcome);
  const first = outcome === 'invalid' ? step.wrong : [];
  return ask(turn, step, { leg: state.leg, tries: state.tries + 1 }, first);
}

function names(step: CollectStep): StepNames {
  return {
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    setsVariables: [step.name],
    expressions: [
      ...(step.valid === undefined ? [] : [{ expression: step.valid, path: ['valid'] }]),
      ...spokenExpressions(step.what, ['what']),
      ...spokenExpressions(step.wrong, ['wrong']),
      ...spokenExpressions(step.confirm, ['confirm']).map((one) => ({
        ...one,
        read: 'after-setting' as const,
      })),
    ],
  };
}

export const collect = defineVerb<CollectStep, CollectState>({
  summary: 'Asks for a number, checks it, reads it back if wanted, and keeps it under a name.',
  schema,
  outcomes: OUTCOMES,
  example: `
order-number:
  do: collect
  name: order
  what: [{ text: 'Please type the six digits of your order, then the hash key.' }]
  minDigits: 6
  maxDigits: 6
  valid: not (order in ['000000', '123456'])
  confirm: [{ text: 'You typed {{ order }}. Press 1 if that is right.', names: { order: order } }]
  on: { collected: look-up, no-input: find-operator }
`,
  more: 'What was typed is stored with the call, so do not collect card numbers or passwords.',
  names,
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    return isAlive(turn, leg) ? ask(turn, step, { leg, tries: 1 }, []) : leave('hung-up');
  },
  react(turn, step, state, event) {
    if (event.kind === 'leg-ended') return event.leg === state.leg ? leave('hung-up') : undefined;
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    return take(turn, step, state, event.outcome);
  },
});
