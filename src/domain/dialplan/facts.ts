/**
 * What a dialplan may know besides its session: read-only values gathered by the use case before the session starts.
 * They do not change during a call; whatever changes arrives as an input.
 */
import type { CallDirection } from '../calls/call.js';
import type { CallbackPolicy, Group, Hours, Operator } from '../routing/telephony.js';
import type { CallId, E164, Instant, LeadId } from '../values/ids.js';
import type { FailSafe } from './fail-safe.js';
import type { Spoken } from './directives.js';

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

/** Who calls, as far as earlier calls tell. Gathered when an inbound call begins. */
export interface CallerFacts {
  /** Has called, or was called, before. */
  readonly known?: boolean;
  /** Earlier calls with this number, in either direction. */
  readonly timesCalled?: number;
  readonly lastCallAt?: Instant;
  /** Operator who accepted last. */
  readonly lastOperator?: string;
  readonly lastDisposition?: string;
  /** ISO 3166, from the number. */
  readonly country?: string;
  /** ISO 3166-2, from the area code of a fixed line. */
  readonly region?: string;
  /** IANA zone of the number; the group's stands in. */
  readonly timeZone?: string;
}

/** The ad that the call is credited to. */
export interface AttributionFacts {
  readonly source?: string;
  readonly medium?: string;
  readonly campaign?: string;
  readonly adGroup?: string;
  readonly ad?: string;
  readonly keyword?: string;
  readonly landingPage?: string;
  /** 0 … 1. */
  readonly confidence?: number;
}

/** A group and all of its members, in order. */
export interface GroupFacts {
  readonly group: Group;
  readonly operators: readonly Operator[];
  /** When each member on duty rings, from 0; absent: all, by the group's strategy as it stands. */
  readonly ringStages?: Readonly<Record<string, number>>;
}

export interface Facts {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly locale: string;
  /** E.164 of the outside party. */
  readonly clientNumber?: E164;
  readonly did?: E164;
  /** What was dialled, as signalled: a number, or a short code of a phone of ours. */
  readonly dialled?: string;
  /** Trunk, or registered phone, that brought the call. */
  readonly trunk?: string;
  readonly caller?: CallerFacts;
  readonly attribution?: AttributionFacts;
  readonly lead?: LeadFacts;
  /** Form's, else connection's whisper template; absent: the catalogue's `whisper`. */
  readonly whisperTemplate?: string;
  readonly group?: Group;
  /** Members of the group on duty, in order. */
  readonly operators: readonly Operator[];
  /** When each operator rings, from 0; absent: by the group's strategy as it stands. */
  readonly ringStages?: Readonly<Record<string, number>>;
  readonly policy?: CallbackPolicy;
  /** Keys during a talk of calls without a policy: of the project, else of the default policy. */
  readonly liveKeys?: CallbackPolicy['liveKeys'];
  /** Every group of the set, for steps that name one. */
  readonly groups?: Readonly<Record<string, GroupFacts>>;
  readonly hours?: Readonly<Record<string, Hours>>;
  /** Shown on the operator's phone: form or ad. */
  readonly display?: string;
  /** What whoever asked for the call has for each party. */
  readonly messages?: Readonly<Partial<Record<'operator' | 'client', readonly Spoken[]>>>;
  /** Keys to send to the client once it has answered. */
  readonly keysAfterAnswer?: string;
  /** outbound: is the talk recorded? */
  readonly recorded?: 'on' | 'off';
  /** The prompt that an operator was rung to record. */
  readonly promptToRecord?: { readonly prompt: string; readonly locale: string };
  /** Number shown to the client. */
  readonly callerId?: string;
  /** Takes the caller when the plan cannot serve him. */
  readonly failSafe?: FailSafe;
}
