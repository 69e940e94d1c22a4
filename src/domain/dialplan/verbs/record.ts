/** `record`: from now on talks are recorded, in stereo, from the moment both parties have answered and are bridged. */
import { z } from 'zod';
import { armRecording } from '../activities.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = { done: { when: 'At once.', otherwise: 'required' } } as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('record'),
  talks: z.enum(['on', 'off']).default('on').describe('Are coming talks recorded'),
  ...stepBase(OUTCOMES),
});

export const record = defineVerb<z.infer<typeof schema>, object>({
  summary:
    'Switches the recording of coming talks on or off. A recording begins and ends with its bridge; channel 0 is the first leg of `bridge`.',
  example: `
record-talk: { do: record, next: talk }
`,
  schema,
  outcomes: OUTCOMES,
  begin(turn, step) {
    if (step.talks === 'on') armRecording(turn);
    else turn.session.recording = 'off';
    return leave('done');
  },
});
