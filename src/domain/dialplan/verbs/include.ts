/** `include`: runs another plan as if its steps stood here, with the same variables, and goes on when it returns. */
import { z } from 'zod';
import { enterSubPlan } from '../frames.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  returned: { when: 'The plan came to a `return`.', otherwise: 'required' },
  'too-deep': { when: 'Sixteen sub-plans are under way already.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('include'),
  plan: z.string().min(1).describe('Plan to run here'),
  ...stepBase(OUTCOMES),
});

export const include = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Runs another plan with the variables of this one and goes on when it returns.',
  schema,
  outcomes: OUTCOMES,
  example: `
welcome: { do: include, plan: greeting, next: menu }
`,
  more: 'Variables that the included plan expects from outside stand in its `parameters`.',
  names: (step) => ({ targets: [{ step: '', plan: step.plan, path: ['plan'] }] }),
  begin(turn, step) {
    if (enterSubPlan(turn, {}) === 'too-deep') return leave('too-deep');
    return { kind: 'jump', step: '', plan: step.plan, row: 'plan' };
  },
});
