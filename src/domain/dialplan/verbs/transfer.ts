/**
 * `transfer`: hands one party over to somebody else. Blind: the target is rung and joined. Attended: an operator talks
 * with the target first and hands over by a key or by hanging up. (A phone's own transfer is talk-transfer.ts.)
 */
import { z } from 'zod';
import { startBridge, startPlay } from '../activities.js';
import type { LegRef } from '../directives.js';
import { hangUp } from '../endings.js';
import { textOf } from '../expressions.js';
import { isAlive, isTalking, resolveLeg } from '../legs.js';
import { without } from '../../values/present.js';
import { tell, valueOf, type Turn } from '../turn.js';
import {
  defineVerb,
  expressionField,
  leave,
  legField,
  secondsField,
  stay,
  stepBase,
  type Outcomes,
  type Progress,
  type StepEvent,
  type StepNames,
} from '../verb.js';
import { dialledOf } from './talk-transfer.js';
import {
  followTarget,
  letTargetGo,
  noteTaker,
  ringTarget,
  type Target,
  type Wanted,
} from './transfer-target.js';
import { soundExpressions, startWaitingSound, waitingSoundField } from './waiting-sound.js';

const OUTCOMES = {
  ended: { when: 'They talked, and one of them hung up.', otherwise: 'end' },
  failed: { when: 'The target was not reached; the party is still there.', otherwise: 'required' },
  cancelled: {
    when: 'Attended: the operator took it back, or the target left before the handover.',
    otherwise: { as: 'failed' },
  },
  'hung-up': { when: 'The party hung up before the handover.', otherwise: 'end' },
} as const satisfies Outcomes;

const key = z.string().regex(/^[0-9*#]$/);

const schema = z.strictObject({
  do: z.literal('transfer'),
  leg: legField.default('caller').describe('Who is handed over'),
  to: z
    .union([
      z.strictObject({
        number: expressionField.describe('Expression that gives the E.164 number'),
        trunk: z.string().optional(),
      }),
      z.strictObject({
        operator: z
          .string()
          .min(1)
          .describe('Name of an operator; all of his phones ring, a mobile is asked for the accept key'),
      }),
      z.strictObject({ uri: z.string().regex(/^sips?:/) }),
    ])
    .describe('To whom'),
  kind: z.enum(['blind', 'attended']).default('blind').describe('With a talk before, or without'),
  by: legField.default('operator').describe('Attended: who talks with the target first. Blind: is hung up'),
  as: z.string().default('target').describe('Name for the new leg'),
  hears: waitingSoundField,
  ringSeconds: secondsField.default(30).describe('The target rings this long'),
  handOver: key.default('#').describe('Attended: key that hands over; hanging up does it too'),
  takeBack: key.default('*').describe('Attended: key that takes the party back'),
  ...stepBase(OUTCOMES),
});
type TransferStep = z.infer<typeof schema>;

interface TransferState {
  readonly leg: LegRef;
  readonly target: Target;
  readonly by?: LegRef;
  readonly phase: 'ringing' | 'consulting' | 'talking';
}

function wantedBy(turn: Turn, { to }: TransferStep): Wanted {
  if ('operator' in to)
    return { dialled: { kind: 'operator', operator: to.operator, device: 0 }, party: to.operator };
  if ('uri' in to) return { dialled: { kind: 'uri', uri: to.uri }, party: to.uri };
  const number = textOf(valueOf(turn, to.number));
  const dialled = dialledOf(turn, number);
  return {
    party: number,
    dialled: dialled.kind === 'number' && to.trunk !== undefined ? { ...dialled, trunk: to.trunk } : dialled,
  };
}

function begin(turn: Turn, step: TransferStep): Progress<TransferState> {
  const leg = resolveLeg(turn, step.leg);
  if (!isAlive(turn, leg)) return leave('hung-up');
  const wanted = wantedBy(turn, step);
  if (wanted.dialled.kind === 'uri' && !/^sips?:/.test(wanted.dialled.uri)) return leave('failed');
  return hand(turn, step, leg, wanted);
}

function hand(turn: Turn, step: TransferStep, leg: LegRef, wanted: Wanted): Progress<TransferState> {
  const by = resolveLeg(turn, step.by);
  const attended = step.kind === 'attended' && by !== leg && isTalking(turn, by);
  startWaitingSound(turn, leg, step.hears);
  if (!attended && by !== leg) hangUp(turn, by, 'normal');
  const rung = ringTarget(turn, step, wanted);
  if (rung.kind !== 'rings') return leave('failed');
  if (attended) startPlay(turn, by, [{ kind: 'tone', tone: 'ringback' }]);
  return stay({ leg, target: rung.target, phase: 'ringing', ...(attended ? { by } : {}) });
}

function react(
  turn: Turn,
  step: TransferStep,
  state: TransferState,
  event: StepEvent,
): Progress<TransferState> | undefined {
  if (event.kind === 'key' && event.leg === state.by) return takeKey(turn, step, state, event.digit);
  if (event.kind === 'leg-ended' && (event.leg === state.leg || event.leg === state.by))
    return takeEnd(turn, state, event.leg);
  const followed = followTarget(turn, step, state.target, event);
  if (followed === undefined) return undefined;
  if (followed.kind === 'lost') return loseTarget(turn, state);
  if (followed.kind === 'rings') return stay({ ...state, target: followed.target });
  return reach(turn, step, { ...state, target: { kind: 'leg', leg: followed.leg } }, followed.leg);
}

function reach(
  turn: Turn,
  step: TransferStep,
  state: TransferState,
  target: LegRef,
): Progress<TransferState> {
  if (state.by === undefined) return join(turn, state, target);
  startBridge(turn, state.by, target, [step.handOver, step.takeBack]);
  return stay({ ...state, phase: 'consulting' });
}

function takeEnd(turn: Turn, state: TransferState, leg: LegRef): Progress<TransferState> | undefined {
  if (leg === state.leg) {
    if (state.phase === 'talking') return leave('ended');
    letTargetGo(turn, state.target);
    return leave('hung-up');
  }
  if (state.phase === 'talking') return undefined;
  // Hung up while it still rings: as good as blind from here on.
  const rest = without(state, 'by');
  return handOver(turn, rest) ?? stay(rest);
}

function loseTarget(turn: Turn, state: TransferState): Progress<TransferState> {
  if (state.phase === 'talking') return leave('ended');
  if (state.by !== undefined && isAlive(turn, state.by)) startBridge(turn, state.by, state.leg);
  return leave(state.phase === 'consulting' ? 'cancelled' : 'failed');
}

/** Undefined while nobody has answered yet. */
function handOver(turn: Turn, state: TransferState): Progress<TransferState> | undefined {
  return state.phase === 'consulting' && state.target.kind === 'leg'
    ? join(turn, state, state.target.leg)
    : undefined;
}

/** Both parties hear each other; the operator who handed over is let go. */
function join(turn: Turn, { by, ...state }: TransferState, target: LegRef): Progress<TransferState> {
  startBridge(turn, state.leg, target);
  if (by !== undefined) hangUp(turn, by, 'normal');
  noteTaker(turn, target);
  tell(turn, 'call.transferred', {
    ...(by === undefined ? {} : { from: by }),
    target: turn.session.legs[target]?.party,
  });
  return stay({ ...state, phase: 'talking' });
}

function takeKey(
  turn: Turn,
  step: TransferStep,
  state: TransferState,
  digit: string,
): Progress<TransferState> | undefined {
  if (digit === step.handOver) return handOver(turn, state);
  if (digit !== step.takeBack || state.by === undefined || state.phase === 'talking') return undefined;
  letTargetGo(turn, state.target);
  startBridge(turn, state.by, state.leg);
  return leave('cancelled');
}

function names(step: TransferStep): StepNames {
  const { to } = step;
  return {
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    makesLegs: [step.as],
    expressions: [
      ...('number' in to ? [{ expression: to.number, path: ['to', 'number'] }] : []),
      ...soundExpressions(step.hears, 'hears'),
    ],
    refersTo: [
      ...('operator' in to
        ? [{ kind: 'operator' as const, name: to.operator, path: ['to', 'operator'] }]
        : []),
      ...('trunk' in to && to.trunk !== undefined
        ? [{ kind: 'trunk' as const, name: to.trunk, path: ['to', 'trunk'] }]
        : []),
    ],
  };
}

export const transfer = defineVerb<TransferStep, TransferState>({
  summary:
    'Hands one party over to an operator, a number or an address, blind or after a talk with the target.',
  schema,
  outcomes: OUTCOMES,
  example: `
to-the-boss:
  do: transfer
  leg: caller
  to: { operator: boris }
  kind: attended
  on: { failed: talk, cancelled: talk }
to-the-partner:
  do: transfer
  to: { number: "'+4930901820'" }
  on: { failed: leave-message }
talk: { do: bridge, a: caller, b: operator, keys: { '*8': { step: to-the-boss } } }
`,
  more: 'Answer the caller first. Attended: the party hears `hears` while the operator (`by`) talks with the target. `#` or hanging up hands over, `*` takes the party back; `cancelled` then finds both joined again, so go on with `bridge`. Blind: `by` is hung up at once.',
  names,
  begin,
  react,
});
