/**
 * Runs a dialplan against a script on a virtual clock: `dialplan test`, `dialplan sim` and the golden tests. Does what the
 * real runner does (decide, commit, issue, wait for the next input) with a list of happenings in the place of the world.
 */
import { Fault } from '../../errors.js';
import { advance } from '../dialplan/advance.js';
import { decide, type Decision } from '../dialplan/decide.js';
import type { Directive } from '../dialplan/directives.js';
import type { Facts } from '../dialplan/facts.js';
import type { Input } from '../dialplan/inputs.js';
import {
  startSession,
  type InitialLeg,
  type Plans,
  type Session,
  type TraceEntry,
} from '../dialplan/session.js';
import { describeDirective } from './describe-directive.js';
import { inputsOf, parseLine, type ScriptLine } from './script.js';

/** Milliseconds since the start of the script, and what happened then. */
export type Happening = { readonly at: number } & (
  | { readonly kind: 'line'; readonly line: ScriptLine }
  | { readonly kind: 'step'; readonly entered: TraceEntry }
  | { readonly kind: 'directive'; readonly directive: Directive }
);

export interface ScriptRun {
  readonly happenings: readonly Happening[];
  readonly session: Session;
  /** Where the session stood after the last line. */
  readonly decision: Decision;
}

export interface Script {
  readonly plan: string;
  readonly plans: Plans;
  readonly facts: Facts;
  readonly legs: readonly InitialLeg[];
  readonly lines: readonly string[];
  /** Wall-clock time of virtual second 0, in ms. */
  readonly startAt: number;
}

/** Throws Fault `field-invalid` for a line that fits nothing: a slip of whoever wrote the script. */
export function runScript({ plan, plans, facts, legs, lines, startAt }: Script): ScriptRun {
  const happenings: Happening[] = [];
  const feed = (session: Session, input: Input, at: number): Session => {
    const next = advance(session, input, facts, plans, startAt + at);
    for (const entered of stepsEntered(session, next)) happenings.push({ at, kind: 'step', entered });
    return settle(next, at);
  };
  const settle = (session: Session, at: number): Session => {
    const decision = decide(session, facts);
    if (decision.kind !== 'directives') return session;
    for (const directive of decision.directives) happenings.push({ at, kind: 'directive', directive });
    return feed(session, { kind: 'issued', directives: decision.directives }, at);
  };
  let session = settle(startSession({ plan, callId: facts.callId, legs, at: startAt }), 0);
  for (const line of linesInOrder(lines)) {
    happenings.push({ at: line.at, kind: 'line', line });
    for (const input of inputsOf(session, line, startAt + line.at)) session = feed(session, input, line.at);
  }
  return { happenings, session, decision: decide(session, facts) };
}

/** Each step costs one of the budget; of a very long turn the trace keeps only the last ones. */
function stepsEntered(before: Session, after: Session): readonly TraceEntry[] {
  const count = before.stepsLeft - after.stepsLeft;
  return count === 0 ? [] : after.trace.slice(-count);
}

function linesInOrder(texts: readonly string[]): readonly ScriptLine[] {
  const lines = texts.map(parseLine);
  const early = lines.findIndex(({ at }, index) => at < (lines[index - 1]?.at ?? 0));
  if (early >= 0) throw new Fault('field-invalid', `"${texts[early] ?? ''}" is earlier than the line before`);
  return lines;
}

export function lineText({ subject, verb, rest }: ScriptLine): string {
  return [subject, verb, ...rest].join(' ');
}

/** `<seconds> > input` and `<seconds>   directive` lines in order: what the expectations of tests hold. */
export function transcriptOf(happenings: readonly Happening[]): readonly string[] {
  return happenings.flatMap((happening) => {
    const seconds = (happening.at / 1000).toFixed(1);
    if (happening.kind === 'line') return [`${seconds} > ${lineText(happening.line)}`];
    return happening.kind === 'directive' ? [`${seconds}   ${describeDirective(happening.directive)}`] : [];
  });
}

/** How the call counts, or the step it still waits in after the last line. */
export function outcomeOf({ decision, session }: ScriptRun): Readonly<Record<string, string>> {
  return decision.kind === 'end'
    ? { reason: decision.reason, ...decision.outcome }
    : { waits: session.step?.id ?? '' };
}
