/** `wait`: lets time pass. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startWait } from '../activities.js';
import { defineVerb, leave, secondsField, stay, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'The time has passed.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('wait'),
  seconds: secondsField.describe('How long'),
  ...stepBase(OUTCOMES),
});

export const wait = defineVerb<z.infer<typeof schema>, { readonly activity: ActivityId }>({
  summary: 'Waits. What plays, rings or is bridged goes on.',
  example: `
breathe: { do: wait, seconds: 1.5, next: talk }
`,
  schema,
  outcomes: OUTCOMES,
  begin: (turn, step) => stay({ activity: startWait(turn, step.seconds) }),
  react: (_, __, state, event) =>
    event.kind === 'activity-ended' && event.activity === state.activity ? leave('done') : undefined,
});
