/** What a performer may use of the call it acts for. Implemented by RunningCall; outcomes go back as inputs only. */
import type { RecordingRecord } from '../../domain/calls/call.js';
import type { LegRef } from '../../domain/dialplan/directives.js';
import type { ActivityOutcome, HandedParty, Input } from '../../domain/dialplan/inputs.js';
import type { ActivityId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { EavesdropActivity, InboundLeg, Leg, LegSignal, RecordingActivity } from '../ports/switch.js';
import type { CallSetup } from './begin/call-setup.js';
import type { Originate } from './commit-step.js';
import type { LegBook } from './leg-book.js';
import type { PromptDesk } from './prompt-desk.js';
import type { ReleasedParty } from './call-registry.js';

export type TransferRequest = Extract<LegSignal, { kind: 'transfer-requested' }>;

export interface Scene {
  readonly context: AppContext;
  readonly setup: CallSetup;
  readonly legs: LegBook;
  readonly prompts: PromptDesk;
  /** What the step's transaction granted. */
  originate(activity: ActivityId): Originate | undefined;
  recording(activity: ActivityId): RecordingRecord | undefined;
  /** Outcome that the step's transaction decided; undefined: it goes on. */
  decided(activity: ActivityId): ActivityOutcome | undefined;
  /** Signals of this leg become inputs, its identity is stored at once. */
  attach(ref: LegRef, leg: Leg): void;
  post(input: Input): void;
  /** Something that goes on; `stop` ends it on a `stop` directive. */
  begin(activity: ActivityId, stop: () => void): void;
  /** Its outcome, once. Dropped when the activity was stopped: the stop was its outcome. */
  settle(activity: ActivityId, outcome: ActivityOutcome): void;
  stop(activity: ActivityId): void;
  isGoingOn(activity: ActivityId): boolean;
  readonly recorders: Map<ActivityId, RecordingActivity>;
  /** Supervisors that listen now. */
  readonly listeners: Map<ActivityId, EavesdropActivity>;
  /** A leg that called us, to be answered. */
  inbound(ref: LegRef): InboundLeg | undefined;
  transferOf(ref: LegRef): TransferRequest | undefined;
  /** These legs are another call's from now on. */
  release(parties: readonly HandedParty[]): readonly ReleasedParty[];
}
