/**
 * A recorded call fed into another plan: its inputs come again until the plan does something else than the plan of then
 * did, and that place is told. What would have come after it nobody knows, unless a model of people is assumed. Pure;
 * called by `dialplan replay`.
 */
import type { CallDisposition } from '../calls/call.js';
import type { Directive } from '../dialplan/directives.js';
import type { Facts } from '../dialplan/facts.js';
import type { Input } from '../dialplan/inputs.js';
import type { Plans, Session } from '../dialplan/session.js';
import type { Instant } from '../values/ids.js';
import { describeDirective } from './describe-directive.js';
import { momentsOf, Rerun, startOf, type Answer, type Moment, type RecordedCall } from './rerun-call.js';

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

/** `plans`: the new ones; the call starts in the plan of the same name. */
export function replayCall(recorded: RecordedCall, plans: Plans): Replay {
  const { call } = recorded;
  if (call.facts === undefined || call.session === undefined)
    return notReplayable('its facts are not stored');
  const facts = JSON.parse(call.facts) as Facts;
  const moments = momentsOf(recorded);
  const before = new Rerun(recorded.plans, facts, startOf(recorded));
  const after = new Rerun(plans, facts, startOf(recorded));
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

function sideOf({ session }: Rerun, { directives, end }: Answer): Side {
  const last = session.trace.at(-1);
  const step = last === undefined ? session.plan : `${last.plan}/${last.step}`;
  const ends = end === undefined ? [] : [`ends ${end.disposition}: ${end.reason}`];
  return { step, why: last?.why ?? '', wants: [...directives.map(describeDirective), ...ends] };
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
  readonly before: Rerun;
  readonly after: Rerun;
  readonly facts: Facts;
}

function differs({ at, input, was, now, before, after, facts }: Found): Replay {
  return {
    kind: 'differs',
    divergence: { at, after: describeInput(input), was: sideOf(before, was), now: sideOf(after, now) },
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
