/** `speak-time`: an operator says when the client wants to be called; a person sets that time from the recording. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { SPOKEN_TIME_BOX } from '../directives.js';
import { isAlive, resolveLeg } from '../legs.js';
import { markCall, speakerOf } from '../marks.js';
import { spokenExpressions, spokenField, spokenOf } from '../spoken.js';
import type { Turn } from '../turn.js';
import {
  defineVerb,
  leave,
  legField,
  stay,
  stepBase,
  type Outcomes,
  type Progress,
  type StepEvent,
} from '../verb.js';
import { beginMessage, followMessage, type Message } from './leaving-message.js';

const OUTCOMES = {
  spoken: { when: 'A key or the longest time ended it; the call is marked `later`.', otherwise: 'required' },
  'hung-up': {
    when: 'The party hung up; what was said after the beep counts, and marks the call.',
    otherwise: 'end',
  },
  failed: { when: 'Nothing could be recorded; nothing was marked.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('speak-time'),
  leg: legField.default('operator').describe('Who speaks'),
  ask: z.array(spokenField).default([]).describe('Said before the beep'),
  maxSeconds: z.number().int().min(3).max(120).default(20).describe('Longest recording'),
  ...stepBase(OUTCOMES),
});
type SpeakStep = z.infer<typeof schema>;

function termsOf({ maxSeconds }: SpeakStep): Parameters<typeof beginMessage>[3] {
  return { box: SPOKEN_TIME_BOX, maxSeconds };
}

function markSpoken(turn: Turn, step: SpeakStep, recording: ActivityId | undefined): void {
  if (recording !== undefined) markCall(turn, 'later', speakerOf(turn, step.leg), { spoken: recording });
}

function react(turn: Turn, step: SpeakStep, state: Message, event: StepEvent): Progress<Message> | undefined {
  const progress = followMessage(turn, state, event, termsOf(step));
  if (progress === undefined) return undefined;
  if (progress.kind === 'goes-on') return stay(progress.message);
  if (progress.kind === 'failed') return leave('failed');
  markSpoken(turn, step, progress.recording);
  return leave(progress.kind === 'left' ? 'spoken' : 'hung-up');
}

export const speakTime = defineVerb<SpeakStep, Message>({
  summary:
    'Lets an operator say when the client wants to be called. The call is marked `later`; a person sets the time from the recording.',
  schema,
  outcomes: OUTCOMES,
  example: `
say-when:
  do: speak-time
  leg: operator
  ask: [{ prompt: speak-time-ask }]
  on: { spoken: confirm, failed: type-it }
confirm: { do: say, leg: operator, prompt: time-spoken, next: finish }
finish: { do: hangup }
`,
  more: 'Any key ends the recording. Nothing recognises the words: [outcomes.md](outcomes.md) says who sets the time, and what happens until somebody does.',
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: spokenExpressions(step.ask, ['ask']),
  }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    const ask = step.ask.map((item) => spokenOf(turn, item));
    return stay(beginMessage(turn, leg, ask, termsOf(step)));
  },
  react,
});
