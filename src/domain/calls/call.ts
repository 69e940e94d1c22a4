/** Call record, leg and recording as the store keeps them and reports show them. Pure values. */
import type {
  ActivityId,
  AttemptId,
  CallId,
  E164,
  Instant,
  LeadId,
  LegId,
  RecordingId,
} from '../values/ids.js';
import type { CallState, LegState } from './states.js';

export type LegRole = 'operator' | 'client' | 'caller' | 'consult' | 'supervisor';

/** One value says how a leg or a call ended. `cancelled`: we gave up ringing before an answer. */
export interface Ending {
  readonly by: 'caller' | 'callee' | 'system' | 'unknown';
  readonly sipStatus?: number;
  readonly q850?: number;
  /** Why we ended it ourselves, e.g. `cancelled`, `taken`, `dialplan`, `media-timeout`, `lost`. */
  readonly reason?: string;
  readonly at: Instant;
}

export type LegDisposition =
  | 'answered'
  | 'no-answer'
  | 'busy'
  | 'rejected'
  | 'cancelled'
  | 'invalid-number'
  | 'carrier-failure'
  | 'lost'
  | 'unknown';
export type CallDisposition = LegDisposition | 'voicemail' | 'declined' | 'no-operator' | 'abandoned';

/**
 * Where a leg lives in the switch; opaque outside the switch room, stored so that another process can CANCEL or BYE it.
 * Each field is committed as soon as it is known.
 */
export interface LegIdentity {
  readonly sipCallId: string;
  readonly signallingNode?: string;
  readonly transactionId?: string;
  readonly dialogId?: string;
  readonly mediaNode?: string;
  readonly channelUuid?: string;
}

export interface LegRecord {
  readonly id: LegId;
  readonly callId: CallId;
  readonly role: LegRole;
  /** Operator name, or the number dialled. */
  readonly party: string;
  readonly state: LegState;
  readonly identity: LegIdentity;
  readonly invitedAt: Instant;
  /** The 18x; absent when none came. */
  readonly ringingAt?: Instant;
  readonly answeredAt?: Instant;
  readonly endedAt?: Instant;
  readonly ending?: Ending;
  readonly disposition?: LegDisposition;
}

/** `outbound`: an operator dialled from a registered phone. */
export const CALL_DIRECTIONS = ['callback', 'inbound', 'click-to-call', 'outbound'] as const;
export type CallDirection = (typeof CALL_DIRECTIONS)[number];

export const CALL_MARKS = ['target', 'not-target', 'later', 'spam', 'blacklist'] as const;
export type CallMark = (typeof CALL_MARKS)[number];

/** What somebody said about a call: an operator's key, a survey, a person through the API. The last word counts. */
export interface CallOutcome {
  readonly mark: CallMark;
  /** `advertising`, `vacancy`, `partner`, … */
  readonly reason?: string;
  /** `later`: when the client wants to be called. */
  readonly laterAt?: Instant;
  /** `later`: the recording in which an operator says when. */
  readonly spoken?: RecordingId;
  /** Operator, `client`, or the name of an API key. */
  readonly by: string;
  readonly at: Instant;
}

export interface CallNote {
  readonly text: string;
  readonly by: string;
  readonly at: Instant;
}

export interface CallRecord {
  readonly id: CallId;
  readonly direction: CallDirection;
  readonly state: CallState;
  readonly leadId?: LeadId;
  readonly attemptId?: AttemptId;
  readonly dialplan: string;
  readonly clientNumber?: E164;
  readonly did?: E164;
  readonly startedAt: Instant;
  readonly bridgedAt?: Instant;
  readonly unbridgedAt?: Instant;
  readonly endedAt?: Instant;
  readonly disposition?: CallDisposition;
  /** Operator who accepted. */
  readonly operator?: string;
  readonly whisperText?: string;
  /** A restarted controller took a bridged talk over: it goes on without keys and dialplan. */
  readonly adoptedAt?: Instant;
  readonly tags: readonly string[];
  readonly outcome?: CallOutcome;
  readonly note?: CallNote;
  /** Id of an internal system that asked for this call. */
  readonly externalId?: string;
  readonly attribution: Readonly<Record<string, string>>;
  /** Serialised dialplan session; JSON, replayed and explained from here. */
  readonly session?: string;
  readonly step: number;
  /** Version of the telephony set it began with and keeps; absent when the program has no versions. */
  readonly setVersion?: number;
  /** JSON of the facts it began with: with the inputs it can be replayed. */
  readonly facts?: string;
}

/** What came into a call in one step. */
export interface CallStepInputs {
  readonly callId: CallId;
  readonly step: number;
  readonly at: Instant;
  /** JSON of the inputs. */
  readonly inputs: string;
}

/** Intent before effect: an activity row is committed before the world notices it. */
export interface ActivityRecord {
  readonly id: ActivityId;
  readonly callId: CallId;
  readonly verb: string;
  readonly legId?: LegId;
  readonly directive: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  /** JSON of the outcome; absent while it runs; `{"kind":"unknown"}` after a crash. */
  readonly outcome?: string;
}

export interface RecordingRecord {
  readonly id: RecordingId;
  readonly callId: CallId;
  readonly path: string;
  readonly channelRoles: readonly LegRole[];
  /** Mailbox of a message, or what was spoken; absent: a talk. */
  readonly box?: string;
  readonly startedAt: Instant;
  readonly state: 'recording' | 'ready' | 'failed' | 'expired';
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly seconds?: number;
  readonly bytes?: number;
  readonly failure?: string;
}
