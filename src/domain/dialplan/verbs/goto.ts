/** `goto`: on with another step, of this plan or of another one. */
import { z } from 'zod';
import { defineVerb, noteField } from '../verb.js';

const schema = z
  .strictObject({
    do: z.literal('goto'),
    step: z.string().optional().describe('Without it, the start of `plan`'),
    plan: z.string().optional().describe('Another plan; without `step` its start'),
    note: noteField,
  })
  .refine((step) => step.step !== undefined || step.plan !== undefined, {
    message: 'give step, plan or both',
  });

const rowOf = (step: z.infer<typeof schema>): string => (step.step === undefined ? 'plan' : 'step');

export const goto = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Goes to another step, or to another dialplan.',
  example: `
after-hours: { do: goto, plan: after-hours }
again: { do: goto, step: menu }
`,
  schema,
  outcomes: {},
  names: (step) => ({
    targets: [{ step: step.step ?? '', plan: step.plan, path: [rowOf(step)] }],
  }),
  begin: (_, step) => ({
    kind: 'jump',
    step: step.step ?? '',
    row: rowOf(step),
    ...(step.plan === undefined ? {} : { plan: step.plan }),
  }),
});
