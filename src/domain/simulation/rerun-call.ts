/**
 * A recorded call run again: its inputs, one after another, through the same `advance` and `decide`. Pure; called by
 * `replay`, which runs it under two plans, and by `explain`, which wants the steps that a long call no longer keeps.
 */
import type { CallDisposition, CallRecord, CallStepInputs } from '../calls/call.js';
import { advance } from '../dialplan/advance.js';
import { decide, type Decision } from '../dialplan/decide.js';
import type { Directive } from '../dialplan/directives.js';
import type { Facts } from '../dialplan/facts.js';
import type { Input } from '../dialplan/inputs.js';
import {
  startSession,
  STEP_BUDGET,
  TRACE_LENGTH,
  type InitialLeg,
  type Plans,
  type Session,
  type TraceEntry,
} from '../dialplan/session.js';
import type { Instant } from '../values/ids.js';

export interface RecordedCall {
  readonly call: CallRecord;
  readonly inputs: readonly CallStepInputs[];
  /** Plans of the version that the call ran on. */
  readonly plans: Plans;
}

export interface Moment {
  readonly at: Instant;
  readonly input: Input;
}

export function momentsOf({ call, inputs }: RecordedCall): readonly Moment[] {
  const first = { at: call.startedAt, input: { kind: 'issued', directives: [] } as const };
  const later = inputs.flatMap(({ at, inputs: json }) =>
    (JSON.parse(json) as readonly Input[]).map((input) => ({ at, input })),
  );
  return [first, ...later];
}

/** A call that came in began with its caller. */
export function startOf({ call }: RecordedCall): Session {
  const session = JSON.parse(call.session ?? '{}') as Partial<Session>;
  const caller = session.legs?.['caller'];
  const legs: readonly InitialLeg[] =
    caller === undefined ? [] : [{ ref: 'caller', role: caller.role, party: caller.party }];
  return startSession({ plan: call.dialplan, callId: call.id, legs, at: call.startedAt });
}

export interface Answer {
  readonly directives: readonly Directive[];
  readonly end: Extract<Decision, { kind: 'end' }> | undefined;
}

/** One plan under the recorded inputs. */
export class Rerun {
  session: Session;
  /** Every step that was entered, also those that the session itself has forgotten. */
  readonly steps: TraceEntry[] = [];
  private readonly plans: Plans;
  private readonly facts: Facts;
  private end: Answer['end'];

  constructor(plans: Plans, facts: Facts, session: Session) {
    this.plans = plans;
    this.facts = facts;
    this.session = session;
  }

  take(input: Input, at: Instant): Answer {
    if (this.end !== undefined) return { directives: [], end: undefined };
    const directives: Directive[] = [];
    this.advance(input, at);
    for (;;) {
      const decision = decide(this.session, this.facts);
      if (decision.kind === 'end') this.end = decision;
      if (decision.kind !== 'directives') return { directives, end: this.end };
      directives.push(...decision.directives);
      this.advance({ kind: 'issued', directives: decision.directives }, at);
    }
  }

  ended(): CallDisposition | undefined {
    return this.end?.disposition;
  }

  private advance(input: Input, at: Instant): void {
    const left = this.session.stepsLeft;
    this.session = advance(this.session, input, this.facts, this.plans, at);
    const entered = Math.min(left - this.session.stepsLeft, TRACE_LENGTH);
    if (entered > 0) this.steps.push(...this.session.trace.slice(-entered));
  }
}

/** Undefined when the call cannot be run again, or goes another way than it went: an erased one, one with a crash. */
export function stepsOf(recorded: RecordedCall): readonly TraceEntry[] | undefined {
  const { facts, session } = recorded.call;
  if (facts === undefined || session === undefined) return undefined;
  const rerun = new Rerun(recorded.plans, JSON.parse(facts) as Facts, startOf(recorded));
  for (const { at, input } of momentsOf(recorded)) rerun.take(input, at);
  const { trace, stepsLeft } = JSON.parse(session) as Session;
  const kept = rerun.steps.slice(-trace.length);
  const same = trace.every(({ plan, step }, n) => kept[n]?.plan === plan && kept[n].step === step);
  return same && rerun.steps.length === STEP_BUDGET - stepsLeft ? rerun.steps : undefined;
}
