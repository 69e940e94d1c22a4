/** `hangup`: ends one leg, or the whole call. */
import { z } from 'zod';
import { hangUp } from '../endings.js';
import { resolveLeg } from '../legs.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'One leg was hung up; the call goes on.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('hangup'),
  leg: z.string().optional().describe('Only this leg; without it the call ends'),
  reason: z
    .enum(['normal', 'busy', 'rejected', 'no-answer', 'completed-elsewhere', 'unavailable', 'failure'])
    .default('normal')
    .describe('What the other side is told'),
  disposition: z
    .enum(['answered', 'voicemail', 'declined', 'no-operator', 'abandoned', 'rejected', 'busy', 'no-answer'])
    .optional()
    .describe('States the disposition of the call instead of deriving it'),
  ...stepBase(OUTCOMES),
});

export const hangup = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Hangs up one leg, or everything: what still rings or plays is stopped first.',
  example: `
drop-operator: { do: hangup, leg: operator, reason: completed-elsewhere, on: { done: survey } }
finish: { do: hangup, disposition: voicemail }
`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({ usesLegs: step.leg === undefined ? [] : [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, step) {
    if (step.leg !== undefined) {
      hangUp(turn, resolveLeg(turn, step.leg), step.reason);
      return leave('done');
    }
    for (const ref of Object.keys(turn.session.legs)) hangUp(turn, ref, step.reason);
    return {
      kind: 'over',
      reason: `hangup ${step.reason}`,
      ...(step.disposition === undefined ? {} : { disposition: step.disposition }),
    };
  },
});
