/** `tag`: puts tags on the call. */
import { z } from 'zod';
import { order } from '../turn.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = { done: { when: 'At once.', otherwise: 'required' } } as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('tag'),
  tags: z.array(z.string().min(1)).min(1).describe('Put on the call, beside those it has'),
  ...stepBase(OUTCOMES),
});

export const tag = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Tags the call, for reports and filters.',
  example: `
mark: { do: tag, tags: [spring, kitchens], next: talk }
`,
  schema,
  outcomes: OUTCOMES,
  begin(turn, step) {
    order(turn, { verb: 'tag', tags: step.tags });
    return leave('done');
  },
});
