/** Sub-plans: where they go on afterwards and which variables are set aside meanwhile. Called by call, include, return. */
import type { Frame, Value } from './session.js';
import { enteredStep, setVariable, type Turn } from './turn.js';

/** Deeper ones are refused: a plan that calls itself. */
const MOST_FRAMES = 16;

/** `own`: the sub-plan sees these variables and no others. */
export function enterSubPlan(
  turn: Turn,
  options: { readonly own?: Readonly<Record<string, Value>>; readonly into?: string | undefined },
): 'entered' | 'too-deep' {
  const { session } = turn;
  const frames = session.frames ?? [];
  if (frames.length >= MOST_FRAMES) return 'too-deep';
  const frame: Frame = {
    plan: session.plan,
    step: enteredStep(turn),
    ...(options.own === undefined ? {} : { variables: session.variables }),
    ...(options.into === undefined ? {} : { into: options.into }),
  };
  session.frames = [...frames, frame];
  if (options.own !== undefined) session.variables = options.own;
  return 'entered';
}

/** Undefined: none is under way. */
export function leaveSubPlan(turn: Turn, value: Value): Frame | undefined {
  const frame = turn.session.frames?.at(-1);
  if (frame === undefined) return undefined;
  turn.session.frames = turn.session.frames?.slice(0, -1) ?? [];
  if (frame.variables !== undefined) turn.session.variables = frame.variables;
  if (frame.into !== undefined) setVariable(turn, frame.into, value);
  return frame;
}
