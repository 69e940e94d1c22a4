/**
 * Runs a dialplan against a script on a virtual clock: the golden tests, and `dialplan sim`. Does what the real runner
 * does — decide, commit, issue, wait for the next input — with a transcript in the place of the world.
 */
import { advance } from '../../../src/domain/dialplan/advance.js';
import { decide, type Decision } from '../../../src/domain/dialplan/decide.js';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import type { Input } from '../../../src/domain/dialplan/inputs.js';
import {
  startSession,
  type InitialLeg,
  type Plans,
  type Session,
} from '../../../src/domain/dialplan/session.js';
import { describeDirective } from './describe.js';
import { inputsOf, parseLine } from './script.js';

export interface ScriptRun {
  /** `<seconds> > input` and `<seconds>   directive` lines in order. */
  readonly transcript: readonly string[];
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
  /** Wall-clock time of virtual second 0. */
  readonly startAt: number;
}

export function runScript(script: Script): ScriptRun {
  const { plan, plans, facts, legs, startAt } = script;
  const transcript: string[] = [];
  const note = (at: number, text: string): number =>
    transcript.push(`${((at - startAt) / 1000).toFixed(1)} ${text}`);
  const feed = (session: Session, input: Input, at: number): Session =>
    settle(advance(session, input, facts, plans, at), at);
  const settle = (session: Session, at: number): Session => {
    const decision = decide(session, facts);
    if (decision.kind !== 'directives') return session;
    for (const directive of decision.directives) note(at, `  ${describeDirective(directive)}`);
    return feed(session, { kind: 'issued', directives: decision.directives }, at);
  };
  let session = settle(startSession({ plan, callId: facts.callId, legs, at: startAt }), startAt);
  for (const text of script.lines) {
    const line = parseLine(text);
    const at = startAt + line.at;
    note(at, `> ${[line.subject, line.verb, ...line.rest].join(' ')}`);
    for (const input of inputsOf(session, line, at)) session = feed(session, input, at);
  }
  return { transcript, session, decision: decide(session, facts) };
}
