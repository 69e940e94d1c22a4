/** `set`: gives variables a value. */
import { z } from 'zod';
import { setVariable, valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, stepBase, variableField, type Outcomes } from '../verb.js';

const OUTCOMES = { done: { when: 'At once.', otherwise: 'required' } } as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('set'),
  values: z.record(variableField, expressionField).describe('Variable → expression'),
  ...stepBase(OUTCOMES),
});

export const set = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Sets variables, each to the value of an expression, from top to bottom.',
  example: `
remember: { do: set, values: { source: lead.touch.utm_source, limit: 3 }, next: talk }
`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({
    setsVariables: Object.keys(step.values),
    expressions: Object.entries(step.values).map(([name, expression]) => ({
      expression,
      path: ['values', name],
    })),
  }),
  begin(turn, step) {
    for (const [name, expression] of Object.entries(step.values))
      setVariable(turn, name, valueOf(turn, expression));
    return leave('done');
  },
});
