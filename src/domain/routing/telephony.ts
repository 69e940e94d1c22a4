/**
 * What PBX admins own, as parsed from their YAML: one atomic, versioned set. The settings room reads and lints it; use
 * cases get it as a value. Times of day are local to the group's zone.
 */
import type { ChannelRule } from '../attribution/classify-channel.js';
import type { Project } from '../attribution/project.js';
import type { E164 } from '../values/ids.js';
import type { LegDisposition } from '../calls/call.js';

export type Device =
  /** A phone that registers with us as this user. */
  | { readonly kind: 'registered'; readonly user: string }
  | { readonly kind: 'uri'; readonly uri: string }
  /** A mobile or land line; always asks for the accept key. */
  | { readonly kind: 'number'; readonly number: E164; readonly trunk?: string };

export interface Operator {
  readonly name: string;
  readonly displayName: string;
  readonly devices: readonly Device[];
  readonly locale?: string;
}

export interface Group {
  readonly name: string;
  readonly operators: readonly string[];
  readonly strategy: 'simultaneous' | 'sequential';
  /** Each operator rings this long. */
  readonly ringSeconds: number;
  readonly hours?: string;
  readonly timeZone: string;
  readonly locale: string;
  /** ISO 3166 country that national numbers of this group belong to. */
  readonly country: string;
  readonly callerName?: string;
}

export interface Gateway {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
}

export interface Trunk {
  readonly name: string;
  /** Tried in this order. */
  readonly gateways: readonly Gateway[];
  /** How numbers are written: `+49…`, `49…`. */
  readonly format: 'e164' | 'digits';
  readonly callerId?: string;
  /** Numbers that the carrier lets this trunk show; absent: any. */
  readonly callerIds?: readonly string[];
  readonly channels: number;
  readonly callsPerSecond: number;
  /** Put into the SDP sent there instead of the media server's own address. */
  readonly mediaAddress?: string;
  readonly username?: string;
  readonly passwordRef?: string;
  /** No provisional for this long → next gateway. */
  readonly noResponseSeconds: number;
}

/** Opening hours: weekday 1 (Monday) … 7 → intervals in minutes of the local day, end exclusive. */
export interface Hours {
  readonly name: string;
  readonly week: Readonly<Record<string, readonly { readonly from: number; readonly to: number }[]>>;
  /** `YYYY-MM-DD` → intervals of that day; empty = closed. */
  readonly exceptions: Readonly<Record<string, readonly { readonly from: number; readonly to: number }[]>>;
}

/** Delay in seconds before attempt n+1 after attempt n, by how the client's leg ended; the last entry repeats until `maxAttempts`. */
export type RetrySchedule = Readonly<Partial<Record<LegDisposition, readonly number[] | 'stop'>>>;

export interface CallbackPolicy {
  readonly name: string;
  readonly enabled: 'on' | 'off';
  readonly dialplan: string;
  readonly group: string;
  readonly trunk?: string;
  readonly callerId?: string;
  readonly duplicateWindowMinutes: number;
  readonly maxAttempts: number;
  readonly retry: RetrySchedule;
  /** Wait when an operator presses 3, or no operator took it. */
  readonly laterSeconds: number;
  readonly noOperatorSeconds: number;
  /** Attempts in which no operator accepted; separate cap. */
  readonly maxNoOperator: number;
  readonly recordingAnnouncement?: string;
  readonly clientRingSeconds: number;
}

export interface WebhookEndpoint {
  readonly name: string;
  readonly url: string;
  readonly secretRef: string;
  /** Event names; empty = all. */
  readonly events: readonly string[];
}

export interface Telephony {
  /** Hash of the whole set. */
  readonly version: string;
  readonly operators: Readonly<Record<string, Operator>>;
  readonly groups: Readonly<Record<string, Group>>;
  readonly trunks: Readonly<Record<string, Trunk>>;
  readonly hours: Readonly<Record<string, Hours>>;
  readonly callbacks: Readonly<Record<string, CallbackPolicy>>;
  readonly webhooks: Readonly<Record<string, WebhookEndpoint>>;
  readonly projects: Readonly<Record<string, Project>>;
  /** In order; the first that fits an arrival names its channel. */
  readonly channels: readonly ChannelRule[];
}
