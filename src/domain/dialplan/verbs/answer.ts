/** `answer`: answers the caller of an inbound call. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startOnCaller } from '../activities.js';
import { isAlive, isTalking, resolveLeg } from '../legs.js';
import { defineVerb, leave, legField, stay, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  answered: { when: 'The call is answered.', otherwise: 'required' },
  'hung-up': { when: 'The caller was gone before.', otherwise: 'end' },
  failed: { when: 'The switch could not answer, or nobody knows whether it did.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('answer'),
  leg: legField.default('caller'),
  ...stepBase(OUTCOMES),
});

export const answer = defineVerb<
  z.infer<typeof schema>,
  { readonly leg: string; readonly activity: ActivityId }
>({
  summary: 'Answers the caller.',
  example: `
pick-up: { do: answer, next: greet }
`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({ usesLegs: [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    return isTalking(turn, leg)
      ? leave('answered')
      : stay({ leg, activity: startOnCaller(turn, 'answer', leg) });
  },
  react(_, __, state, event) {
    if (event.kind === 'activity-ended')
      return event.activity === state.activity ? leave('failed') : undefined;
    if (event.kind === 'command' || event.leg !== state.leg) return undefined;
    if (event.kind === 'leg-answered') return leave('answered');
    return event.kind === 'leg-ended' ? leave('hung-up') : undefined;
  },
});
