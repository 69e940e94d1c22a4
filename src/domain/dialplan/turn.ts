/**
 * One turn of `advance`: a writable copy of the session, and what every verb may do with it besides legs (legs.ts),
 * activities (activities.ts) and ends (endings.ts). Those keep the session's own rules, so verbs need not.
 */
import type { EventName } from '../calls/events.js';
import { moveCall, type CallEvent } from '../calls/states.js';
import type { Instant } from '../values/ids.js';
import type { Directive } from './directives.js';
import { evaluate, type Expression } from './expressions.js';
import type { Facts } from './facts.js';
import { lookupIn } from './names.js';
import { TRACE_LENGTH, type Plans, type Session, type TraceEntry, type Value } from './session.js';

export interface Turn {
  /** Fields are replaced, never changed in place: the session that came in stays as it was. */
  readonly session: { -readonly [K in keyof Session]: Session[K] };
  readonly facts: Facts;
  readonly plans: Plans;
  readonly now: Instant;
}

export function order(turn: Turn, directive: Directive): void {
  turn.session.due = [...turn.session.due, directive];
}

export function tell(turn: Turn, event: EventName, payload: Readonly<Record<string, unknown>>): void {
  order(turn, { verb: 'tell', event, payload });
}

export function trace(turn: Turn, entered: Omit<TraceEntry, 'at' | 'plan'>): void {
  const entry = { at: turn.now, plan: turn.session.plan, ...entered };
  const { trace: before } = turn.session;
  turn.session.trace = [...(before.length < TRACE_LENGTH ? before : before.slice(1 - TRACE_LENGTH)), entry];
}

export function ignore(turn: Turn, what: string): void {
  const { ignored } = turn.session;
  turn.session.ignored = { ...ignored, [what]: (ignored[what] ?? 0) + 1 };
}

export function valueOf(turn: Turn, expression: Expression): Value {
  return evaluate(expression, lookupIn(turn.facts, turn.session, turn.now));
}

export function setVariable(turn: Turn, name: string, value: Value): void {
  turn.session.variables = { ...turn.session.variables, [name]: value };
}

/** The step that is being entered: the last one of the trace. */
export function enteredStep(turn: Turn): string {
  return turn.session.trace.at(-1)?.step ?? '';
}

/** Takes directives back that were not issued yet. True when there were any. */
export function withdraw(turn: Turn, which: (directive: Directive) => boolean): boolean {
  const kept = turn.session.due.filter((directive) => !which(directive));
  const some = kept.length < turn.session.due.length;
  if (some) turn.session.due = kept;
  return some;
}

export function moveSession(turn: Turn, event: CallEvent): void {
  const moved = moveCall(turn.session.state, event);
  if (moved.kind === 'moved') turn.session.state = moved.state;
}
