/**
 * A stored call told step by step: which steps it entered and why, what was ordered, how that came out, what the legs
 * did. Called by `dialplan explain` with what the store holds.
 */
import type { ActivityRecord, CallRecord, CallStepInputs, Ending } from '../calls/call.js';
import type { TimelineEvent } from '../calls/events.js';
import type { Directive } from '../dialplan/directives.js';
import type { ActivityOutcome } from '../dialplan/inputs.js';
import { TRACE_LENGTH, type Plans, type Session } from '../dialplan/session.js';
import type { Instant } from '../values/ids.js';
import { describeDirective } from './describe-directive.js';
import { choicesOf, type Choice } from './explain-steps.js';
import { stepsOf } from './rerun-call.js';

export interface StoredCall {
  readonly call: CallRecord;
  readonly activities: readonly ActivityRecord[];
  readonly events: readonly TimelineEvent[];
  readonly inputs: readonly CallStepInputs[];
  /** Of the version it ran on, when they are stored. */
  readonly plans?: Plans;
}

export interface Told {
  readonly at: Instant;
  readonly kind: 'event' | 'outcome' | 'step' | 'directive';
  readonly text: string;
}

export interface Explanation {
  /** In the order of their happening. */
  readonly told: readonly Told[];
  /** Why the plan ended the call, and who: absent while it runs, and when its process died. */
  readonly ending: Session['ending'];
  /** `cut`: only the last steps of a long call are known, because it cannot be run again from its inputs. */
  readonly steps: 'complete' | 'cut';
  /** Why each step led where it did; empty when the plans are not stored. */
  readonly choices: readonly Choice[];
}

/** Within one instant a cause comes before what follows from it. */
const ORDER: readonly Told['kind'][] = ['event', 'outcome', 'step', 'directive'];

export function explainCall({ call, activities, events, inputs, plans }: StoredCall): Explanation {
  const session = JSON.parse(call.session ?? '{}') as Partial<Session>;
  const kept = session.trace ?? [];
  const isWhole = kept.length < TRACE_LENGTH;
  const again = isWhole || plans === undefined ? undefined : stepsOf({ call, inputs, plans });
  const trace = again ?? kept;
  const steps = trace.map(({ at, plan, step, why }): Told => ({
    at,
    kind: 'step',
    text: `${plan}/${step}, because ${why}`,
  }));
  const told = [...steps, ...activities.flatMap(toldOf), ...events.map(eventTold)];
  return {
    told: told.sort((a, b) => a.at - b.at || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)),
    ending: session.ending,
    steps: isWhole || again !== undefined ? 'complete' : 'cut',
    choices: plans === undefined ? [] : choicesOf(trace, plans),
  };
}

function toldOf({ id, verb, directive, startedAt, endedAt, outcome }: ActivityRecord): readonly Told[] {
  const ordered: Told = {
    at: startedAt,
    kind: 'directive',
    text: describeDirective(JSON.parse(directive) as Directive),
  };
  if (endedAt === undefined || outcome === undefined) return [ordered];
  const text = `[${id.split('.').at(-1) ?? ''}] ${verb}: ${outcomeText(JSON.parse(outcome) as ActivityOutcome)}`;
  return [ordered, { at: endedAt, kind: 'outcome', text }];
}

function outcomeText(outcome: ActivityOutcome): string {
  switch (outcome.kind) {
    case 'not-answered':
      return `not answered (${endingText(outcome.ending)})`;
    case 'digits':
      return `digits ${outcome.digits}`;
    case 'leg-ended':
      return `${outcome.leg} ended`;
    case 'responded':
      return `responded ${outcome.status}`;
    case 'failed':
      return `failed: ${outcome.why}`;
    case 'not-allowed':
      return `not allowed: ${outcome.why}`;
    case 'unknown':
      return 'not known, the process ended before';
    default:
      return outcome.kind;
  }
}

function endingText({ by, sipStatus, reason }: Ending): string {
  return [
    `by ${by}`,
    ...(sipStatus === undefined ? [] : [`SIP ${sipStatus}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join(', ');
}

function eventTold({ at, name, payload }: TimelineEvent): Told {
  const { leg, ...rest } = payload;
  const details = Object.entries(rest).flatMap(([key, value]) =>
    isTold(key, value) ? [`${key} ${String(value)}`] : [],
  );
  return {
    at,
    kind: 'event',
    text: [name, ...(typeof leg === 'string' ? [leg] : []), details.join(', ')].filter(Boolean).join(' '),
  };
}

/** Ids say nothing to a person, and role and party are in the leg's name. */
function isTold(key: string, value: unknown): value is string | number {
  const scalar = (typeof value === 'string' && value !== '') || typeof value === 'number';
  return scalar && !key.endsWith('_id') && !['role', 'party'].includes(key);
}
