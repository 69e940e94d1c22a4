/** `pause-recording`: silence instead of voices in the recordings that run. */
import { z } from 'zod';
import { changeRecordings } from '../activities.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'At once, whether anything is being recorded or not.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({ do: z.literal('pause-recording'), ...stepBase(OUTCOMES) });

export const pauseRecording = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Writes silence instead of voices from here on: for card numbers and the like.',
  schema,
  outcomes: OUTCOMES,
  example: `
card-number: { do: pause-recording, next: ask-card }
`,
  begin(turn) {
    changeRecordings(turn, 'pause-recording');
    return leave('done');
  },
});
