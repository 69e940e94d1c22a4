/** `locale`: the language of what is said from now on. */
import { z } from 'zod';
import { textOf } from '../expressions.js';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = { done: { when: 'At once.', otherwise: 'required' } } as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('locale'),
  to: expressionField.describe(
    "Expression that gives the language, such as \"'ru'\"; absent or empty: the plan's again",
  ),
  ...stepBase(OUTCOMES),
});

export const locale = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Sets the language of what is said from now on, for one caller.',
  schema,
  outcomes: OUTCOMES,
  example: `
english: { do: locale, to: "'en'", next: menu }
`,
  more: 'Without it the language is that of the plan (`locale:` at its head), else that of the call. Operators hear theirs.',
  names: (step) => ({ expressions: [{ expression: step.to, path: ['to'] }] }),
  begin(turn, step) {
    const wanted = textOf(valueOf(turn, step.to));
    if (wanted === '') delete turn.session.locale;
    else turn.session.locale = wanted;
    return leave('done');
  },
});
