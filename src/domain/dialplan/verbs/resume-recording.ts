/** `resume-recording`: voices again in the recordings that were paused. */
import { z } from 'zod';
import { changeRecordings } from '../activities.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'At once, whether anything is being recorded or not.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({ do: z.literal('resume-recording'), ...stepBase(OUTCOMES) });

export const resumeRecording = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Goes on recording voices after `pause-recording`.',
  schema,
  outcomes: OUTCOMES,
  example: `
go-on: { do: resume-recording, next: thanks }
`,
  begin(turn) {
    changeRecordings(turn, 'resume-recording');
    return leave('done');
  },
});
