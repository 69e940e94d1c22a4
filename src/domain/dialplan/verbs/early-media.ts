/** `early-media`: lets an unanswered caller hear us, so that a prompt costs nothing. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startOnCaller } from '../activities.js';
import { isAlive, isTalking, resolveLeg } from '../legs.js';
import { defineVerb, leave, legField, stay, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'The caller hears us from now on, or is answered already.', otherwise: 'required' },
  'hung-up': { when: 'The caller is gone.', otherwise: 'end' },
  failed: { when: 'The switch could not, or nobody knows.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('early-media'),
  leg: legField.default('caller'),
  ...stepBase(OUTCOMES),
});

export const earlyMedia = defineVerb<
  z.infer<typeof schema>,
  { readonly leg: string; readonly activity: ActivityId }
>({
  summary: 'Opens the audio to an unanswered caller (183): what is played next is heard before the answer.',
  schema,
  outcomes: OUTCOMES,
  example: `
open-early: { do: early-media, next: closed-notice }
closed-notice: { do: say, leg: caller, prompt: no-operator, next: refuse }
refuse: { do: reject, sipStatus: 480 }
`,
  more: 'Carriers may cut early audio after a minute or so, and some let the caller hear none of it; keys of the caller usually do not arrive. Answer for anything longer than a notice.',
  names: (step) => ({ usesLegs: [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    if (isTalking(turn, leg)) return leave('done');
    return stay({ leg, activity: startOnCaller(turn, 'early-media', leg) });
  },
  react(_, __, state, event) {
    if (event.kind === 'leg-ended') return event.leg === state.leg ? leave('hung-up') : undefined;
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    return leave(event.outcome.kind === 'done' ? 'done' : 'failed');
  },
});
