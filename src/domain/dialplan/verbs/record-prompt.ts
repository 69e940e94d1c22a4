/** `record-prompt`: somebody records a prompt by phone, hears it, and keeps it or says it again. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import {
  startKeeping,
  startKeyQuestion,
  startMessageUntilKey,
  startPlay,
  stopActivity,
} from '../activities.js';
import { PROMPT_BOX, type LegRef } from '../directives.js';
import type { ActivityOutcome } from '../inputs.js';
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
  kept: { when: 'The recording is in use.', otherwise: 'required' },
  'given-up': { when: 'Nobody said that it is good.', otherwise: 'end' },
  'hung-up': { when: 'The party hung up; nothing is kept.', otherwise: 'end' },
  failed: { when: 'It could not be recorded or written, or the call is for no prompt.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('record-prompt'),
  leg: legField.default('operator').describe('Who records'),
  ask: z.array(spokenField).min(1).describe('Said before the tone'),
  confirm: z
    .array(spokenField)
    .min(1)
    .describe('Said after the recording was played: key 1 keeps it, 2 records again'),
  maxSeconds: z.number().int().min(3).max(600).default(60).describe('Longest recording'),
  ...stepBase(OUTCOMES),
});
type RecordStep = z.infer<typeof schema>;

interface RecordState {
  readonly leg: LegRef;
  /** What is heard or asked now. */
  readonly activity: ActivityId;
  readonly phase: 'asking' | 'recording' | 'confirming' | 'keeping';
  readonly recording?: ActivityId;
  /** Recordings so far. */
  readonly takes: number;
  /** Questions to this recording that nobody answered. */
  readonly silences: number;
}

const MOST_TAKES = 10;
const MOST_SILENCES = 3;
const CONFIRM_SECONDS = 10;
const KEEP = '1';
const AGAIN = '2';

function ask(turn: Turn, step: RecordStep, leg: LegRef, takes: number): Progress<RecordState> {
  if (takes >= MOST_TAKES) return leave('given-up');
  const what = step.ask.map((item) => spokenOf(turn, item));
  return stay({ leg, activity: startPlay(turn, leg, what), phase: 'asking', takes, silences: 0 });
}

function record(turn: Turn, step: RecordStep, state: RecordState): Progress<RecordState> {
  const { maxSeconds } = step;
  const { recording, listening } = startMessageUntilKey(turn, state.leg, { box: PROMPT_BOX, maxSeconds });
  return stay({ ...state, activity: listening, recording, phase: 'recording', takes: state.takes + 1 });
}

function confirm(
  turn: Turn,
  step: RecordStep,
  state: RecordState,
  recording: ActivityId,
): Progress<RecordState> {
  const activity = startKeyQuestion(turn, state.leg, {
    what: [{ kind: 'recording', recording }, ...step.confirm.map((item) => spokenOf(turn, item))],
    timeoutSeconds: CONFIRM_SECONDS,
  });
  return stay({ ...state, activity, recording, phase: 'confirming' });
}

function decided(turn: Turn, step: RecordStep, state: RecordState, digits: string): Progress<RecordState> {
  const { recording, silences } = state;
  const { promptToRecord } = turn.facts;
  if (recording === undefined || promptToRecord === undefined) return leave('failed');
  if (digits === KEEP)
    return stay({
      ...state,
      phase: 'keeping',
      activity: startKeeping(turn, { recording, ...promptToRecord }),
    });
  if (digits === AGAIN) return ask(turn, step, state.leg, state.takes);
  if (silences + 1 >= MOST_SILENCES) return leave('given-up');
  return confirm(turn, step, { ...state, silences: silences + 1 }, recording);
}

function react(
  turn: Turn,
  step: RecordStep,
  state: RecordState,
  event: StepEvent,
): Progress<RecordState> | undefined {
  if (event.kind === 'leg-ended') return event.leg === state.leg ? leave('hung-up') : undefined;
  if (event.kind !== 'activity-ended') return undefined;
  if (event.activity === state.activity) return goOn(turn, step, state, event.outcome);
  if (event.activity !== state.recording || state.phase !== 'recording') return undefined;
  stopActivity(turn, state.activity);
  return leave('failed');
}

function goOn(
  turn: Turn,
  step: RecordStep,
  state: RecordState,
  outcome: ActivityOutcome,
): Progress<RecordState> {
  switch (state.phase) {
    case 'asking':
      return record(turn, step, state);
    case 'recording':
      return listen(turn, step, state);
    case 'confirming':
      return decided(turn, step, state, outcome.kind === 'digits' ? outcome.digits : '');
    case 'keeping':
      return leave(outcome.kind === 'done' ? 'kept' : 'failed');
  }
}

function listen(turn: Turn, step: RecordStep, state: RecordState): Progress<RecordState> {
  if (state.recording === undefined) return leave('failed');
  stopActivity(turn, state.recording);
  return confirm(turn, step, state, state.recording);
}

export const recordPrompt = defineVerb<RecordStep, RecordState>({
  summary: 'Lets somebody record a prompt by phone, hear it, and keep it or say it again.',
  schema,
  outcomes: OUTCOMES,
  example: `
take:
  do: record-prompt
  ask: [{ prompt: record-ask }]
  confirm: [{ prompt: record-confirm }]
  on: { kept: thanks, given-up: finish, failed: finish }
thanks: { do: say, leg: operator, prompt: record-kept, next: finish }
finish: { do: hangup }
`,
  more: 'For calls of `dialtrace prompt record`, which says which prompt in which language. Any key ends the recording. What is kept is brought to 8 kHz and the common loudness, its silence trimmed, and written into the folder of `paths.ownPrompts`; the next listener hears it.',
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: [...spokenExpressions(step.ask, ['ask']), ...spokenExpressions(step.confirm, ['confirm'])],
  }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    return turn.facts.promptToRecord === undefined ? leave('failed') : ask(turn, step, leg, 0);
  },
  react,
});
