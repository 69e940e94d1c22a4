/**
 * What a dialplan may know besides its session: read-only values gathered by the use case before the session starts.
 * They do not change during a call; whatever changes arrives as an input.
 */
import type { CallDirection } from '../calls/call.js';
import type { CallbackPolicy, Group, Operator } from '../routing/telephony.js';
import type { CallId, E164, LeadId } from '../values/ids.js';

export interface LeadFacts {
  readonly id: LeadId;
  readonly kind: string;
  readonly phone: E164;
  readonly clientName?: string;
  readonly formName?: string;
  readonly ad?: string;
  readonly adGroup?: string;
  readonly campaign?: string;
  readonly attempt: number;
  readonly answers: Readonly<Record<string, string>>;
  readonly touch: Readonly<Record<string, string>>;
}

export interface Facts {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly locale: string;
  /** E.164 of the outside party. */
  readonly clientNumber?: E164;
  readonly did?: E164;
  readonly lead?: LeadFacts;
  /** Form's, else connection's whisper template; absent: the catalogue's `whisper`. */
  readonly whisperTemplate?: string;
  readonly group?: Group;
  /** Members of the group on duty, in order. */
  readonly operators: readonly Operator[];
  /** When each operator rings, from 0; absent: by the group's strategy as it stands. */
  readonly ringStages?: Readonly<Record<string, number>>;
  readonly policy?: CallbackPolicy;
  /** Shown on the operator's phone: form or ad. */
  readonly display?: string;
  /** Number shown to the client. */
  readonly callerId?: string;
}
