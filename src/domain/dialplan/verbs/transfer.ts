/**
 * `transfer`: hands one party over to somebody else. Blind: the target is rung and joined. Attended: an operator talks
 * with the target first and hands over by a key or by hanging up. (A phone's own transfer is talk-transfer.ts.)
 */
import { z } from 'zod';
import { startBridge, startOriginate, startPlay } from '../activities.js';
import type { Dialled, LegRef } from '../directives.js';
import { hangUp } from '../endings.js';
import { textOf } from '../expressions.js';
import { aliasLeg, isAlive, isTalking, resolveLeg } from '../legs.js';
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
      z.strictObject({ operator: z.string().min(1).describe('Name of an operator; the first device rings') }),
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
  readonly target: LegRef;
  readonly by?: LegRef;
  readonly phase: 'ringing' | 'consulting' | 'talking';
}

function dialledBy(turn: Turn, { to }: TransferStep): { readonly dialled: Dialled; readonly party: string } {
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
  const wanted = dialledBy(turn, step);
  if (wanted.dialled.kind === 'uri' && !/^sips?:/.test(wanted.dialled.uri)) return leave('failed');
  const by = resolveLeg(turn, step.by);
  const attended = step.kind === 'attended' && by !== leg && isTalking(turn, by);
  startWaitingSound(turn, leg, step.hears);
  if (!attended && by !== leg) hangUp(turn, by, 'normal');
  const target = dial(turn, step, wanted);
  if (attended) startPlay(turn, by, [{ kind: 'tone', tone: 'ringback' }]);
  return stay({ leg, target, phase: 'ringing', ...(attended ? { by } : {}) });
}

function dial(turn: Turn, step: TransferStep, { dialled, party }: ReturnType<typeof dialledBy>): LegRef {
  const target = startOriginate(turn, {
    leg: step.as,
    role: 'operator',
    party,
    dialled,
    // As in ring-group: through a trunk only a number of our own is shown.
    callerNumber: dialled.kind === 'number' ? turn.facts.callerId : turn.facts.clientNumber,
    callerName: turn.facts.display,
    ringSeconds: step.ringSeconds,
  });
  aliasLeg(turn, step.as, target);
  return target;
}

function react(
  turn: Turn,
  step: TransferStep,
  state: TransferState,
  event: StepEvent,
): Progress<TransferState> | undefined {
  if (event.kind === 'key')
    return event.leg === state.by ? takeKey(turn, step, state, event.digit) : undefined;
  if (event.kind === 'leg-ended') return takeEnd(turn, state, event.leg);
  if (event.kind !== 'leg-answered' || event.leg !== state.target) return undefined;
  if (state.by === undefined) return join(turn, state);
  startBridge(turn, state.by, state.target);
  return stay({ ...state, phase: 'consulting' });
}

function takeEnd(turn: Turn, state: TransferState, leg: LegRef): Progress<TransferState> | undefined {
  if (leg === state.leg) {
    if (state.phase === 'talking') return leave('ended');
    hangUp(turn, state.target, 'normal');
    return leave('hung-up');
  }
  if (leg === state.target) return loseTarget(turn, state);
  if (leg !== state.by || state.phase === 'talking') return undefined;
  // Hung up while it still rings: as good as blind from here on.
  const rest = without(state, 'by');
  return state.phase === 'consulting' ? join(turn, rest) : stay(rest);
}

function loseTarget(turn: Turn, state: TransferState): Progress<TransferState> {
  if (state.phase === 'talking') return leave('ended');
  if (state.by !== undefined && isAlive(turn, state.by)) startBridge(turn, state.by, state.leg);
  return leave(state.phase === 'consulting' ? 'cancelled' : 'failed');
}

/** Both parties hear each other; the operator who handed over is let go. */
function join(turn: Turn, { by, ...state }: TransferState): Progress<TransferState> {
  startBridge(turn, state.leg, state.target);
  if (by !== undefined) hangUp(turn, by, 'normal');
  tell(turn, 'call.transferred', {
    ...(by === undefined ? {} : { from: by }),
    target: turn.session.legs[state.target]?.party,
  });
  return stay({ ...state, phase: 'talking' });
}

function takeKey(
  turn: Turn,
  step: TransferStep,
  state: TransferState,
  digit: string,
): Progress<TransferState> | undefined {
  if (digit === step.handOver && state.phase === 'consulting') return join(turn, state);
  if (digit !== step.takeBack || state.by === undefined || state.phase === 'talking') return undefined;
  hangUp(turn, state.target, 'normal');
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
