/** `ring`: tells the caller's phone that it rings (180), without answering. */
import { z } from 'zod';
import { startOnCaller } from '../activities.js';
import { isAlive, isTalking, resolveLeg } from '../legs.js';
import { defineVerb, leave, legField, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'At once.', otherwise: 'required' },
  'hung-up': { when: 'The caller is gone.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('ring'),
  leg: legField.default('caller'),
  ...stepBase(OUTCOMES),
});

export const ring = defineVerb<z.infer<typeof schema>, object>({
  summary:
    'Signals ringing to the caller, who goes on hearing the ringback of his own network. Nothing when answered.',
  example: `
let-it-ring: { do: ring, next: find-operator }
`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({ usesLegs: [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    if (!isTalking(turn, leg)) startOnCaller(turn, 'ring', leg);
    return leave('done');
  },
});
