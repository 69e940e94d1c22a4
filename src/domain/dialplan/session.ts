/**
 * The state of one call inside its dialplan: plain JSON, stored after every input, replayed and explained from there.
 * `startSession` makes one; only `advance` makes the next; `decide` reads it. Called by the runner, sim and tests.
 */
import type { CallDisposition, CallMark, Ending, LegDisposition, LegRole } from '../calls/call.js';
import type { CallState, LegState } from '../calls/states.js';
import type { SupervisionMode } from '../calls/supervision.js';
import type { ActivityId, CallId, Instant } from '../values/ids.js';
import type { Directive, HangupReason, LegRef, Verb } from './directives.js';
import type { Dialplan } from './schema.js';

/** Value of a variable or fact in an expression. `null`: the fact is absent. */
export type Value = string | number | boolean | null;

/** The dialplans a session may run: the ones of the telephony set its call began with. */
export type Plans = Readonly<Record<string, Dialplan>>;

export interface SessionLeg {
  readonly role: LegRole;
  /** Operator name, or the number dialled. */
  readonly party: string;
  readonly state: LegState;
  /** Index into the operator's devices. */
  readonly device?: number;
  /** It was heard to ring. */
  readonly rang?: 'yes';
  readonly answeredAt?: Instant;
  readonly ending?: Ending;
  /** Has heard the whisper while it was asked for the accept key. */
  readonly whispered?: 'yes';
  /** We asked for its end; whatever it still says no longer matters. */
  readonly letGo?: HangupReason;
}

export interface RunningActivity {
  readonly verb: Verb;
  readonly leg?: LegRef;
  /** bridge, record: the second leg. */
  readonly other?: LegRef;
  /** The leg is hung up with this reason when the activity ends: a farewell. */
  readonly then?: HangupReason;
  /** bridge: since when both legs have been answered. */
  readonly talkAt?: Instant;
  /** record: silence is written instead of voices. */
  readonly paused?: 'yes';
}

/** Where a sub-plan goes on when it is over, and the variables that were set aside meanwhile. */
export interface Frame {
  readonly plan: string;
  readonly step: string;
  /** `call` has variables of its own; `include` shares them. */
  readonly variables?: Readonly<Record<string, Value>>;
  /** Variable of the calling plan for the value of `return`. */
  readonly into?: string;
}

export interface Supervision {
  readonly party: string;
  /** Who asked for it: a key's name, or the supervisor himself. */
  readonly by: string;
  readonly mode: SupervisionMode;
  readonly watched: LegRef;
  /** What to do once he answers, instead of listening. */
  readonly then?: 'take-over';
  /** Absent until he answers. */
  readonly eavesdropping?: ActivityId;
}

export interface CurrentStep {
  readonly id: string;
  readonly verb: string;
  /** Private to the verb; JSON. */
  readonly state: object;
}

export type OperatorDecision = 'accepted' | 'later' | 'not-mine' | 'spam' | 'no-input';

/** Why the session is over. `disposition` is set only when the plan states one. */
export interface SessionEnding {
  readonly reason: string;
  readonly by: 'dialplan' | 'caller' | 'command' | 'engine';
  readonly disposition?: CallDisposition;
}

/** What a person reads in `explain`: which step, when, and why the session came there. */
export interface TraceEntry {
  readonly at: Instant;
  readonly plan: string;
  readonly step: string;
  /** Where the step before names this one: `next`, `on.busy`, `keys.1`, `step`. Absent for the first step. */
  readonly row?: string;
  /** The step that names this one, when it is not the one before: a sub-plan was in between. */
  readonly from?: { readonly plan: string; readonly step: string };
  readonly why: string;
}

export interface Session {
  readonly callId: CallId;
  readonly plan: string;
  readonly startedAt: Instant;
  readonly state: CallState;
  readonly legs: Readonly<Record<LegRef, SessionLeg>>;
  /** Short names for legs that a step chose: `operator` → `operator:anna`. */
  readonly aliases: Readonly<Record<string, LegRef>>;
  readonly activities: Readonly<Record<string, RunningActivity>>;
  /** Activities are numbered `<callId>.<n>` from 1. */
  readonly activityCount: number;
  readonly variables: Readonly<Record<string, Value>>;
  /** Where the session stays; null before the first step and after the end. */
  readonly step: CurrentStep | null;
  /** Steps this session may still enter; at 0 it ends with reason `step-budget`. */
  readonly stepsLeft: number;
  /** Decided but not yet issued; `decide` returns them, the `issued` input takes them off. */
  readonly due: readonly Directive[];
  /** `record` asks for it; it runs while two answered legs are bridged. */
  readonly recording: 'off' | 'armed';
  /** Was an operator looked for? */
  readonly sought: 'yes' | 'no';
  /** Who accepted. */
  readonly operator?: string;
  readonly operatorDecision?: OperatorDecision;
  readonly clientDisposition?: LegDisposition;
  /** First moment at which two answered legs heard each other. */
  readonly bridgedAt?: Instant;
  /** Whom `leg` consulted was given to that call; only `leg` is left, until it is let go or leaves. */
  readonly handedOver?: { readonly to: CallId; readonly leg: LegRef };
  /** Legs of supervisors, which the plan does not know. */
  readonly supervisors?: Readonly<Record<LegRef, Supervision>>;
  readonly ending?: SessionEnding;
  /** Sub-plans under way, the innermost last. */
  readonly frames?: readonly Frame[];
  /** Language of what is said from now on; absent: the plan's, else the call's. */
  readonly locale?: string;
  /** What the operator, or someone else, said of the call last. */
  readonly mark?: CallMark;
  /** Inputs that changed nothing, by kind: late answers, keys after the hang-up, unknown activities. */
  readonly ignored: Readonly<Record<string, number>>;
  /** The last TRACE_LENGTH steps. */
  readonly trace: readonly TraceEntry[];
}

export const TRACE_LENGTH = 64;
export const STEP_BUDGET = 200;

/** A leg that exists before the session: the caller of an inbound call. */
export interface InitialLeg {
  readonly ref: LegRef;
  readonly role: LegRole;
  readonly party: string;
  readonly state?: LegState;
}

export interface SessionStart {
  readonly plan: string;
  readonly callId: CallId;
  readonly legs: readonly InitialLeg[];
  readonly at: Instant;
}

/** A session that has not entered its first step yet; `advance` with `{kind: 'issued', directives: []}` does. */
export function startSession(start: SessionStart): Session {
  const legs = start.legs.map(
    ({ ref, role, party, state = 'new' }) => [ref, { role, party, state }] as const,
  );
  return {
    callId: start.callId,
    plan: start.plan,
    startedAt: start.at,
    state: 'arriving',
    legs: Object.fromEntries(legs),
    aliases: {},
    activities: {},
    activityCount: 0,
    variables: {},
    step: null,
    stepsLeft: STEP_BUDGET,
    due: [],
    recording: 'off',
    sought: 'no',
    ignored: {},
    trace: [],
  };
}

/** Id of the n-th activity of a call. */
export function activityId(callId: CallId, n: number): ActivityId {
  return `${callId}.${n}` as ActivityId;
}
