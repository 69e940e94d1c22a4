/** `if`: one of two ways, by an expression. */
import { z } from 'zod';
import { valuesText } from '../expression-text.js';
import { isTrue } from '../expressions.js';
import { lookupIn } from '../names.js';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  yes: { when: 'The expression is true.', otherwise: 'required' },
  no: { when: 'It is not, or what it asks for is absent.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('if'),
  when: expressionField.describe('Expression'),
  ...stepBase(OUTCOMES),
});

export const when = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Goes one of two ways by an expression.',
  example: `
is-repeated:
  do: if
  when: lead.attempt > 1 and not (lead.form in ['Test', 'Demo'])
  on: { yes: talk, no: greet }
`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({ expressions: [{ expression: step.when, path: ['when'] }] }),
  begin: (turn, step) =>
    leave(
      isTrue(valueOf(turn, step.when)) ? 'yes' : 'no',
      valuesText(step.when, lookupIn(turn.facts, turn.session, turn.now)),
    ),
});
