/** `return`: ends a sub-plan; the call goes on behind the `call` or `include` that began it. */
import { z } from 'zod';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, noteField } from '../verb.js';

const schema = z.strictObject({
  do: z.literal('return'),
  value: expressionField.optional().describe('Expression; its value is put where `into` of `call` says'),
  note: noteField,
});

export const back = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Ends a sub-plan and goes on behind the step that began it.',
  schema,
  outcomes: {},
  example: `
found: { do: return, value: caller.country }
`,
  more: 'In a plan that no `call` or `include` began, it ends the call.',
  names: (step) => ({
    expressions: step.value === undefined ? [] : [{ expression: step.value, path: ['value'] }],
  }),
  begin: (turn, step) => ({
    kind: 'return',
    value: step.value === undefined ? null : valueOf(turn, step.value),
  }),
});
