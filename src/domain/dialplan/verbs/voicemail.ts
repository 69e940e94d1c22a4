/** `voicemail`: records a message of one party. The caller may just hang up: the message counts all the same. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startMessageUntilKey, startPlay, stopActivity } from '../activities.js';
import type { LegRef } from '../directives.js';
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

interface VoicemailState {
  readonly leg: LegRef;
  readonly greeting?: ActivityId;
  readonly recording?: ActivityId;
  readonly listening?: ActivityId;
}

function takeMessage(turn: Turn, step: VoicemailStep, leg: LegRef): Progress<VoicemailState> {
  return stay({ leg, ...startMessageUntilKey(turn, leg, step) });
}

function react(
  turn: Turn,
  step: VoicemailStep,
  state: VoicemailState,
  event: StepEvent,
): Progress<VoicemailState> | undefined {
  if (event.kind === 'leg-ended') return event.leg === state.leg ? hungUp(state) : undefined;
  if (event.kind !== 'activity-ended') return undefined;
  if (event.activity === state.greeting) return takeMessage(turn, step, state.leg);
  if (event.activity === state.recording) {
    if (state.listening !== undefined) stopActivity(turn, state.listening);
    return leave('failed');
  }
  if (event.activity !== state.listening || state.recording === undefined) return undefined;
  stopActivity(turn, state.recording);
  return leave('left');
}

/** Whoever heard the beep has left a message. */
function hungUp({ recording }: VoicemailState): Progress<VoicemailState> {
  return recording === undefined
    ? leave('hung-up')
    : { kind: 'over', reason: 'a message was left', disposition: 'voicemail' };
}

export const voicemail = defineVerb<VoicemailStep, VoicemailState>({
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
    if (step.greeting.length === 0) return takeMessage(turn, step, leg);
    const what = step.greeting.map((item) => spokenOf(turn, item));
    return stay({ leg, greeting: startPlay(turn, leg, what) });
  },
  react,
});
