/**
 * A recorded call fed into another plan: its inputs come again until the plan does something else than the plan of then
 * did, and that place is told. What would have come after it nobody knows, unless a model of people is assumed. Pure;
 * called by `dialplan replay`.
 */
import type { CallDisposition, CallRecord, CallStepInputs } from '../calls/call.js';
import { advance } from '../dialplan/advance.js';
import { decide, type Decision } from '../dialplan/decide.js';
import type { Directive } from '../dialplan/directives.js';
import type { Facts } from '../dialplan/facts.js';
import type { Input } from '../dialplan/inputs.js';
import { startSession, type InitialLeg, type Plans, type Session } from '../dialplan/session.js';
import type { Instant } from '../values/ids.js';
import { describeDirective } from './describe-directive.js';

export interface RecordedCall {
  readonly call: CallRecord;
  readonly inputs: readonly CallStepInputs[];
  /** Plans of the version that the call ran on. */
  readonly plans: Plans;
}

/** One side of a divergence: where it stood, why it had come there, what it wanted or how it ended. */
export interface Side {
  readonly step: string;
  readonly why: string;
  readonly wants: readonly string[];
}

export interface Divergence {
  readonly at: Instant;
  /** What came in just before; `the call began`. */
  readonly after: string;
  readonly was: Side;
  readonly now: Side;
}

export type Replay =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'differs';
      readonly divergence: Divergence;
      /** Where the new plan stands, to go on from under a model. */
      readonly open: OpenCall;
    }
  | { readonly kind: 'not-replayable'; readonly why: string };

export interface OpenCall {
  readonly session: Session;
  readonly facts: Facts;
  readonly directives: readonly Directive[];
  readonly at: Instant;
  readonly ended: CallDisposition | undefined;
}

interface Moment {
  readonly at: Instant;
  readonly input: Input;
}

/** `plans`: the new ones; the call starts in the plan of the same name. */
export function replayCall(recorded: RecordedCall, plans: Plans): Replay {
  const { call } = recorded;
  if (call.facts === undefined || call.session === undefined)
    return notReplayable('its facts are not stored');
  const facts = JSON.parse(call.facts) as Facts;
  const moments = momentsOf(recorded);
  const before = new Replayed(recorded.plans, facts, startOf(recorded));
  const after = new Replayed(plans, facts, startOf(recorded));
  let found: Replay | undefined;
  for (const { at, input } of moments) {
    const was = before.take(input, at);
    const now = after.take(input, at);
    if (found === undefined && !isSame(was, now))
      found = differs({ at, input, was, now, before, after, facts });
  }
  const known = before.ended();
  if (call.disposition !== undefined && known !== call.disposition)
    return notReplayable(
      `it ended ${call.disposition}, its own plan ends ${known ?? 'nowhere'} on these inputs`,
    );
  return found ?? { kind: 'same' };
}

function notReplayable(why: string): Replay {
  return { kind: 'not-replayable', why };
}

function momentsOf({ call, inputs }: RecordedCall): readonly Moment[] {
  const first = { at: call.startedAt, input: { kind: 'issued', directives: [] } as const };
  const later = inputs.flatMap(({ at, inputs: json }) =>
    (JSON.parse(json) as readonly Input[]).map((input) => ({ at, input })),
  );
  return [first, ...later];
}

/** A call that came in began with its caller. */
function startOf({ call }: RecordedCall): Session {
  const session = JSON.parse(call.session ?? '{}') as Partial<Session>;
  const caller = session.legs?.['caller'];
  const legs: readonly InitialLeg[] =
    caller === undefined ? [] : [{ ref: 'caller', role: caller.role, party: caller.party }];
  return startSession({ plan: call.dialplan, callId: call.id, legs, at: call.startedAt });
}

interface Answer {
  readonly directives: readonly Directive[];
  readonly end: Extract<Decision, { kind: 'end' }> | undefined;
}

/** One plan under the recorded inputs. */
class Replayed {
  session: Session;
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
    this.session = advance(this.session, input, this.facts, this.plans, at);
    for (;;) {
      const decision = decide(this.session, this.facts);
      if (decision.kind === 'end') this.end = decision;
      if (decision.kind !== 'directives') return { directives, end: this.end };
      directives.push(...decision.directives);
      const issued = { kind: 'issued', directives: decision.directives } as const;
      this.session = advance(this.session, issued, this.facts, this.plans, at);
    }
  }

  ended(): CallDisposition | undefined {
    return this.end?.disposition;
  }

  side({ directives, end }: Answer): Side {
    const last = this.session.trace.at(-1);
    const step = last === undefined ? this.session.plan : `${last.plan}/${last.step}`;
    const ends = end === undefined ? [] : [`ends ${end.disposition}: ${end.reason}`];
    return { step, why: last?.why ?? '', wants: [...directives.map(describeDirective), ...ends] };
  }
}

/** Telling and preparing are not what anybody notices in the call. */
function isSame(was: Answer, now: Answer): boolean {
  const noticed = ({ directives }: Answer): string =>
    JSON.stringify(directives.filter(({ verb }) => verb !== 'tell' && verb !== 'prepare'));
  return noticed(was) === noticed(now) && was.end?.disposition === now.end?.disposition;
}

interface Found extends Moment {
  readonly was: Answer;
  readonly now: Answer;
  readonly before: Replayed;
  readonly after: Replayed;
  readonly facts: Facts;
}

function differs({ at, input, was, now, before, after, facts }: Found): Replay {
  return {
    kind: 'differs',
    divergence: { at, after: describeInput(input), was: before.side(was), now: after.side(now) },
    open: { session: after.session, facts, directives: now.directives, at, ended: after.ended() },
  };
}

function describeInput(input: Input): string {
  switch (input.kind) {
    case 'issued':
      return 'the call began';
    case 'outcome':
      return `[${input.activity.split('.').at(-1) ?? ''}] ${input.outcome.kind}`;
    case 'signal':
      return `${input.leg} ${input.signal.kind}`;
    default:
      return `command ${input.kind}`;
  }
}
