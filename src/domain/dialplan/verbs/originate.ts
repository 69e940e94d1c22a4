/** `originate`: dials the outside party (or any number) while another leg waits and hears how it goes. */
import { z } from 'zod';
import type { LegDisposition } from '../../calls/call.js';
import { legDisposition } from '../../calls/disposition.js';
import type { E164 } from '../../values/ids.js';
import { activitiesOf, quiet, startBridge, startOriginate, startPlay } from '../activities.js';
import { hangUp } from '../endings.js';
import type { Dialled, LegRef } from '../directives.js';
import { textOf } from '../expressions.js';
import { aliasLeg, isAlive, isTalking, resolveLeg } from '../legs.js';
import { messageFor } from '../messages.js';
import { valueOf, type Turn } from '../turn.js';
import {
  defineVerb,
  expressionField,
  leave,
  secondsField,
  stay,
  stepBase,
  type Outcomes,
  type Progress,
  type StepEvent,
} from '../verb.js';

const OUTCOMES = {
  answered: { when: 'The far end answered.', otherwise: 'required' },
  failed: { when: 'It did not, for any reason not named in `on`.', otherwise: 'required' },
  busy: { when: 'Busy.', otherwise: { as: 'failed' } },
  'no-answer': {
    when: 'It rang as long as it may, or the phone is not reachable now.',
    otherwise: { as: 'failed' },
  },
  rejected: { when: 'The person refused.', otherwise: { as: 'failed' } },
  'invalid-number': { when: 'There is no such number, or none to dial.', otherwise: { as: 'failed' } },
  'carrier-failure': { when: 'The trunk failed, or had no channel.', otherwise: { as: 'failed' } },
  unknown: {
    when: 'The controller was restarted while it rang; it is never dialled again.',
    otherwise: { as: 'failed' },
  },
  gone: {
    when: 'The waiting party hung up; the dialled leg is cancelled, or rings on when it is kept.',
    otherwise: 'end',
  },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('originate'),
  leg: z.string().default('client').describe('Name of the new leg'),
  role: z
    .enum(['client', 'operator', 'consult'])
    .default('client')
    .describe('What the new leg is in records'),
  to: expressionField
    .default({ op: 'name', name: 'call.clientNumber' })
    .describe('Expression that gives the E.164 number'),
  trunk: z.string().optional().describe("Default: the policy's"),
  callerId: expressionField.optional().describe('Number shown. Default: call.callerId'),
  ringSeconds: secondsField.optional().describe("Default: the policy's clientRingSeconds, else 40"),
  waiting: z
    .string()
    .optional()
    .describe('Leg that hears ringback meanwhile; when it hangs up, the dialled leg is cancelled'),
  whenWaitingLeaves: z
    .enum(['cancel', 'keep'])
    .default('cancel')
    .describe(
      'keep: the dialled phone rings on, and the same step entered again takes it up instead of dialling',
    ),
  earlyMedia: z
    .enum(['pass', 'ignore'])
    .default('pass')
    .describe("Whether the waiting leg hears the carrier's own audio"),
  ...stepBase(OUTCOMES),
});
type OriginateStep = z.infer<typeof schema>;

interface OriginateState {
  readonly leg: LegRef;
  readonly waiting?: LegRef;
}

const DEFAULT_RING_SECONDS = 40;
/** A leg that ended as `cancelled` or `lost` before an answer is simply a failure to the plan. */
const BY_DISPOSITION: Readonly<Record<LegDisposition, string>> = {
  answered: 'failed',
  cancelled: 'failed',
  lost: 'failed',
  busy: 'busy',
  'no-answer': 'no-answer',
  rejected: 'rejected',
  'invalid-number': 'invalid-number',
  'carrier-failure': 'carrier-failure',
  unknown: 'unknown',
};

function dial(turn: Turn, step: OriginateStep, number: E164): LegRef {
  const trunk = step.trunk ?? turn.facts.policy?.trunk;
  const dialled: Dialled = { kind: 'number', number, ...(trunk === undefined ? {} : { trunk }) };
  const callerId = step.callerId === undefined ? turn.facts.callerId : textOf(valueOf(turn, step.callerId));
  const ringSeconds = step.ringSeconds ?? turn.facts.policy?.clientRingSeconds ?? DEFAULT_RING_SECONDS;
  const leg = startOriginate(turn, {
    leg: step.leg,
    role: step.role,
    party: number,
    dialled,
    callerNumber: callerId,
    ringSeconds,
  });
  aliasLeg(turn, step.leg, leg);
  return leg;
}

function begin(turn: Turn, step: OriginateStep): Progress<OriginateState> {
  const waiting = step.waiting === undefined ? undefined : resolveLeg(turn, step.waiting);
  if (waiting !== undefined && !isAlive(turn, waiting)) return leave('gone');
  const kept = resolveLeg(turn, step.leg);
  if (step.whenWaitingLeaves === 'keep' && turn.session.legs[kept] !== undefined)
    return takeUp(turn, kept, waiting);
  const number = textOf(valueOf(turn, step.to));
  if (number === '') return leave('invalid-number');
  const leg = dial(turn, step, number as E164);
  if (waiting === undefined) return stay({ leg });
  startPlay(turn, waiting, [...messageFor(turn, waiting), { kind: 'tone', tone: 'ringback' }]);
  return stay({ leg, waiting });
}

/** The phone was dialled before, for somebody who left: it is never rung twice in one call. */
function takeUp(turn: Turn, leg: LegRef, waiting: LegRef | undefined): Progress<OriginateState> {
  if (isTalking(turn, leg)) return leave('answered');
  if (!isAlive(turn, leg)) return leave(BY_DISPOSITION[turn.session.clientDisposition ?? 'cancelled']);
  if (waiting === undefined) return stay({ leg });
  startPlay(turn, waiting, [{ kind: 'tone', tone: 'ringback' }]);
  return stay({ leg, waiting });
}

/** The waiting leg no longer hears our ringback; an early bridge goes on. */
function settle(turn: Turn, state: OriginateState, outcome: string): Progress<OriginateState> {
  if (state.waiting !== undefined) quiet(turn, state.waiting);
  return leave(outcome);
}

function reactToLeg(
  turn: Turn,
  step: OriginateStep,
  state: OriginateState,
  event: StepEvent,
): Progress<OriginateState> | undefined {
  if (event.kind === 'leg-answered') return settle(turn, state, 'answered');
  if (event.kind === 'leg-ended')
    return settle(turn, state, BY_DISPOSITION[legDisposition(event.ending, {})]);
  if (event.kind === 'leg-early-media' && step.earlyMedia === 'pass' && state.waiting !== undefined)
    startBridge(turn, state.waiting, state.leg);
  return undefined;
}

/** An early bridge that breaks: the phone still rings, so our own ringback steps in again. */
function reactToActivity(turn: Turn, state: OriginateState): void {
  const { waiting } = state;
  if (waiting !== undefined && activitiesOf(turn, waiting).length === 0)
    startPlay(turn, waiting, [{ kind: 'tone', tone: 'ringback' }]);
}

export const originate = defineVerb<OriginateStep, OriginateState>({
  summary:
    'Dials a number. A waiting leg hears ringback until the far end sends audio of its own, answers or fails.',
  example: `
call-client:
  do: originate
  leg: client
  to: call.clientNumber
  ringSeconds: 40
  waiting: operator
  on: { answered: talk, busy: say-busy, failed: say-unreachable }
`,
  more: `While it rings, the leg named by \`waiting\` hears ringback. When the far end sends audio before it answers (early media), the two are bridged early, unless \`earlyMedia: ignore\`. When the waiting leg hangs up, the new leg is cancelled.`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({
    makesLegs: [step.leg],
    usesLegs: step.waiting === undefined ? [] : [{ leg: step.waiting, path: ['waiting'] }],
    expressions: [
      { expression: step.to, path: ['to'] },
      ...(step.callerId === undefined ? [] : [{ expression: step.callerId, path: ['callerId'] }]),
    ],
  }),
  begin,
  react(turn, step, state, event) {
    if (event.kind === 'activity-ended') {
      if (event.running.verb === 'bridge' && event.running.other === state.leg) reactToActivity(turn, state);
      return undefined;
    }
    if (event.kind === 'command') return undefined;
    if (event.leg === state.leg) return reactToLeg(turn, step, state, event);
    if (event.leg !== state.waiting || event.kind !== 'leg-ended') return undefined;
    if (step.whenWaitingLeaves === 'cancel') hangUp(turn, state.leg, 'normal');
    return leave('gone');
  },
});
