/** `voicemail`: records a message of one party. The caller may just hang up: the message counts all the same. */
import { z } from 'zod';
import { isAlive, resolveLeg } from '../legs.js';
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
import { beginMessage, followMessage, type Message, type MessageProgress } from './leaving-message.js';

const OUTCOMES = {
  left: { when: 'A key or the longest time ended the message.', otherwise: 'required' },
  'hung-up': { when: 'The party hung up before the beep.', otherwise: 'end' },
  failed: { when: 'Nothing could be recorded.', otherwise: { as: 'left' } },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('voicemail'),
  leg: legField.default('caller'),
  box: z.string().min(1).max(64).default('general').describe('Name of the mailbox, told with the message'),
  greeting: z.array(spokenField).default([]).describe('Said before the beep'),
  maxSeconds: z.number().int().min(3).max(1800).default(120).describe('Longest message'),
  ...stepBase(OUTCOMES),
});
type VoicemailStep = z.infer<typeof schema>;

function react(
  turn: Turn,
  step: VoicemailStep,
  state: Message,
  event: StepEvent,
): Progress<Message> | undefined {
  const progress = followMessage(turn, state, event, step);
  if (progress === undefined) return undefined;
  switch (progress.kind) {
    case 'goes-on':
      return stay(progress.message);
    case 'hung-up':
      return hungUp(progress);
    default:
      return leave(progress.kind);
  }
}

/** Whoever heard the beep has left a message. */
function hungUp({ recording }: Extract<MessageProgress, { kind: 'hung-up' }>): Progress<Message> {
  return recording === undefined
    ? leave('hung-up')
    : { kind: 'over', reason: 'a message was left', disposition: 'voicemail' };
}

export const voicemail = defineVerb<VoicemailStep, Message>({
  summary: 'Records a message of one party until a key, its hang-up or the longest time.',
  schema,
  outcomes: OUTCOMES,
  example: `
leave-message:
  do: voicemail
  box: sales
  greeting: [{ text: 'We are closed. Leave a message after the beep, then press any key.' }]
  maxSeconds: 90
  next: thanks
thanks: { do: say, leg: caller, text: 'Thank you.', next: bye }
bye: { do: hangup, disposition: voicemail }
`,
  more: 'Answer the caller first. When the file is there and checked, the event `voicemail.left` tells its box, seconds and recording; a webhook that listens for it can mail the message.',
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: spokenExpressions(step.greeting, ['greeting']),
  }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    const greeting = step.greeting.map((item) => spokenOf(turn, item));
    return stay(beginMessage(turn, leg, greeting, step));
  },
  react,
});
