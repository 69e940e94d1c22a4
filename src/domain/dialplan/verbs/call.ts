/** `call`: runs another plan with parameters and variables of its own, and goes on here when it returns. */
import { z } from 'zod';
import { enterSubPlan } from '../frames.js';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, stepBase, variableField, type Outcomes } from '../verb.js';

const OUTCOMES = {
  returned: { when: 'The sub-plan came to a `return`.', otherwise: 'required' },
  'too-deep': { when: 'Sixteen sub-plans are under way already.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('call'),
  plan: z.string().min(1).describe('Plan that names its `parameters`'),
  with: z.record(variableField, expressionField).default({}).describe('Parameters; each an expression'),
  into: variableField.optional().describe('Variable for the value of `return`'),
  ...stepBase(OUTCOMES),
});

export const call = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Runs another plan with parameters and goes on when it returns.',
  schema,
  outcomes: OUTCOMES,
  example: `
ask-order:
  do: call
  plan: ask-number
  with: { question: "'order-number'", digits: 6 }
  into: order
  next: look-up
`,
  more: 'The sub-plan sees its parameters and no other variables; legs, recordings and what plays go on. It ends with `return`, or ends the call.',
  names: (step) => ({
    setsVariables: step.into === undefined ? [] : [step.into],
    gives: { plan: step.plan, parameters: Object.keys(step.with), path: ['with'] },
    expressions: Object.entries(step.with).map(([name, expression]) => ({
      expression,
      path: ['with', name],
    })),
    targets: [{ step: '', plan: step.plan, path: ['plan'] }],
  }),
  begin(turn, step) {
    const own = Object.fromEntries(
      Object.entries(step.with).map(([name, expression]) => [name, valueOf(turn, expression)]),
    );
    if (enterSubPlan(turn, { own, into: step.into }) === 'too-deep') return leave('too-deep');
    return { kind: 'jump', step: '', plan: step.plan, row: 'plan' };
  },
});
