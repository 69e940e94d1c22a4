/**
 * What PBX admins own, as parsed from their YAML: one atomic, versioned set. The settings room reads and lints it; use
 * cases get it as a value. Times of day are local to the group's zone.
 */
import type { ChannelRule } from '../attribution/classify-channel.js';
import type { Project } from '../attribution/project.js';
import type { E164 } from '../values/ids.js';
import type { Destination } from '../destinations/destination.js';
import type { LegDisposition } from '../calls/call.js';
import type { GateRules } from '../gate/rules.js';
import type { EscalationStep } from '../speed/escalation.js';
import type { Pool } from '../numbers/pool.js';
import type { LiveAction } from '../dialplan/live-keys.js';

export type Device =
  /** A phone that registers with us as this user. */
  | {
      readonly kind: 'registered';
      readonly user: string;
      /** One of several phones that registered as this user; absent in settings. */
      readonly contact?: string;
    }
  | { readonly kind: 'uri'; readonly uri: string }
  /** A mobile or land line; always asks for the accept key. */
  | { readonly kind: 'number'; readonly number: E164; readonly trunk?: string };

export interface Operator {
  readonly name: string;
  readonly displayName: string;
  readonly devices: readonly Device[];
  /** Short number for star codes. */
  readonly extension?: string;
  /** Groups whose talks this operator may listen to by star code. */
  readonly supervises?: readonly string[];
  readonly locale?: string;
  /** What he can do: languages, products. A policy may ask for some of them. */
  readonly skills?: readonly string[];
  /** His phones ring this long instead of the group's time. */
  readonly ringSeconds?: number;
  /** Strategy `weighted`: twice the weight is twice the calls. Absent: 1. */
  readonly weight?: number;
  /** On duty only within these hours, in the group's zone. */
  readonly hours?: string;
}

/** In which order the operators of a group are rung; ring-order.ts says what each means. */
export const RING_STRATEGIES = [
  'simultaneous',
  'stages',
  'sequential',
  'round-robin',
  'longest-idle',
  'fewest-calls',
  'weighted',
] as const;
export type RingStrategy = (typeof RING_STRATEGIES)[number];

export interface Group {
  readonly name: string;
  readonly operators: readonly string[];
  readonly strategy: RingStrategy;
  /** Strategy `stages`: those of one stage ring together. Operators in no stage come last. */
  readonly stages?: readonly (readonly string[])[];
  /** Each operator rings this long. */
  readonly ringSeconds: number;
  /** The operator who last talked with this client within so many days is rung first. Absent: nobody is preferred. */
  readonly stickyDays?: number;
  /** After a talk an operator is left alone this long. */
  readonly wrapUpSeconds?: number;
  /** After he declined, and after he let it ring. */
  readonly rejectDelaySeconds?: number;
  readonly noAnswerDelaySeconds?: number;
  /** So many calls in a row that he let ring pause him. Absent: never. */
  readonly maxNoAnswer?: number;
  readonly hours?: string;
  readonly timeZone: string;
  readonly locale: string;
  /** ISO 3166 country that national numbers of this group belong to. */
  readonly country: string;
  readonly callerName?: string;
  /** Its operators may dial numbers from their phones; only colleagues when absent. */
  readonly dialOut?: DialOut;
  /** Countries its operators may call; its own when absent. */
  readonly countries?: readonly string[];
}

export interface DialOut {
  /** The group's when absent. */
  readonly countries?: readonly string[];
  /** Shown to the client; the trunk's when absent. */
  readonly callerId?: string;
  readonly recording: 'on' | 'off';
  readonly trunk?: string;
}

export interface Gateway {
  /** IP literal or DNS name. */
  readonly host: string;
  /** Without one a name is looked up by NAPTR and SRV (RFC 3263), an address means the transport's own port. */
  readonly port?: number;
  /** `auto`: the carrier's DNS says (NAPTR); UDP for an address. */
  readonly transport: 'udp' | 'tcp' | 'tls' | 'auto';
  /** Lower is tried first; default: the order written. */
  readonly priority?: number;
  /** Share of numbers that begin here among gateways of one priority; default 1. */
  readonly weight?: number;
}

/** Of its TLS gateways; embedded switch only. */
export interface TrunkTls {
  /** Authority trusted instead of the system's. */
  readonly caFile?: string;
  /** Shown by us. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** Must stand in the gateway's certificate, instead of its host. */
  readonly serverName?: string;
  /** Of the files' contents: another one is another set. */
  readonly fingerprint: string;
}

export interface Trunk {
  readonly name: string;
  readonly gateways: readonly Gateway[];
  /** How numbers are written: `+49…`, `49…`, or as in the trunk's country with its trunk prefix. */
  readonly format: 'e164' | 'digits' | 'national';
  /** ISO 3166 country of the carrier: whose numbers `national` are. */
  readonly country?: string;
  readonly numbers?: NumberRules;
  readonly callerId?: string;
  /** Numbers that the carrier lets this trunk show; absent: any. */
  readonly callerIds?: readonly string[];
  readonly callerIdRules?: CallerIdRules;
  readonly channels: number;
  readonly callsPerSecond: number;
  /** Put into the SDP sent there instead of the media server's own address. */
  readonly mediaAddress?: string;
  readonly username?: string;
  readonly passwordRef?: string;
  readonly tls?: TrunkTls;
  /** Kept up with the carrier by REGISTER; username and password are its account. */
  readonly registration?: RegistrationTerms;
  /** No provisional for this long → next gateway. */
  readonly noResponseSeconds: number;
  /** Where this carrier writes the DID; default `request-uri`. */
  readonly didFrom?: DidSource;
  /** Further addresses or networks its calls come from, e.g. `203.0.113.0/28`. */
  readonly addresses?: readonly string[];
  readonly media?: MediaTerms;
  readonly probe?: ProbeTerms;
  readonly allowed?: DialRules;
}

export type DidSource =
  'request-uri' | 'to' | 'diversion' | 'p-called-party-id' | 'history-info' | `header:${string}`;

/** The first rule whose `from` the number begins with replaces that beginning by `to`. */
export interface PrefixRule {
  readonly from: string;
  readonly to: string;
}

export interface NumberRules {
  /** After `format`, on the number as it goes out. */
  readonly out: readonly PrefixRule[];
  /** On numbers as the carrier signals them, before they are read. */
  readonly in: readonly PrefixRule[];
}

export interface CallerIdRules {
  /**
   * `own`: what the call asks for, else the trunk's; `tracked`: the DID that was dialled; `pass-through`: the caller's
   * own number; `hidden`: none (RFC 3323).
   */
  readonly show: 'own' | 'tracked' | 'pass-through' | 'hidden';
  /** Number by campaign, before the trunk's. */
  readonly campaigns: Readonly<Record<string, string>>;
  /** Headers that tell the carrier who pays or who called: RFC 3325, its forerunner, RFC 5806. */
  readonly assert: readonly ('p-asserted-identity' | 'remote-party-id' | 'diversion')[];
}

export interface RegistrationTerms {
  /** Host of the registrar when it is not the first gateway. */
  readonly registrar?: string;
  readonly expiresSeconds: number;
}

export interface MediaTerms {
  /** Offered in this order. */
  readonly codecs: readonly ('PCMU' | 'PCMA')[];
  /** `info`: telephone-event is not offered; keys by INFO are heard in either mode. */
  /** `inband`: the carrier sends keys as tones; they are heard in the audio. */
  readonly dtmf: 'rfc4733' | 'info' | 'inband';
  /** `ignore`: sound before the answer is not connected. */
  readonly early: 'pass' | 'ignore';
  /** Keys in the SDP (RFC 4568). `optional`: plain RTP when it is refused (488). Absent: off. */
  readonly srtp?: 'off' | 'optional' | 'required';
  /** Session-Expires (RFC 4028) asked for; absent: none. */
  readonly sessionSeconds?: number;
}

export interface ProbeTerms {
  readonly intervalSeconds: number;
  /** So many unanswered OPTIONS in a row take a gateway out, so many answered ones take it back. */
  readonly downAfter: number;
  readonly upAfter: number;
}

export interface DialRules {
  /** ISO 3166; absent: every country. */
  readonly countries?: readonly string[];
  /** Beginnings of numbers in E.164 that are never dialled. */
  readonly deny: readonly string[];
  readonly premium: 'deny' | 'allow';
  /** Cost per minute by beginning of the number; the longest that fits counts. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** Which trunks carry a number, in this order. The first rule whose `match` the number begins with counts. */
export interface RouteRule {
  readonly match: string;
  readonly trunks: readonly string[];
  /** `least-cost`: cheapest first, trunks without a price last, otherwise as listed. */
  readonly order: 'listed' | 'least-cost';
}

export interface Routing {
  readonly routes: readonly RouteRule[];
  /** Without it emergency numbers are refused. */
  readonly emergency?: { readonly trunk: string; readonly numbers: readonly string[] };
}

/** Opening hours: weekday 1 (Monday) … 7 → intervals in minutes of the local day, end exclusive. */
export interface Hours {
  readonly name: string;
  readonly week: Readonly<Record<string, readonly { readonly from: number; readonly to: number }[]>>;
  /** `YYYY-MM-DD` → intervals of that day; empty = closed. */
  readonly exceptions: Readonly<Record<string, readonly { readonly from: number; readonly to: number }[]>>;
}

/** Seconds; or the next day at this minute of the client's local day; or no more. */
export type RetryDelay = number | { readonly nextDayAt: number } | 'stop';
/** `cut`: the talk was cut off (domain/calls/cut). */
export type RetryCause = LegDisposition | 'voicemail' | 'cut';

/** Delay before the next attempt after the n-th that ended in this way; the last entry repeats until `maxAttempts`. */
export type RetrySchedule = Readonly<Partial<Record<RetryCause, readonly RetryDelay[] | 'stop'>>>;

/** `preview`: an operator sees the lead first and asks for the call; untouched it is dialled operator-first. */
export type LegOrder = 'operator-first' | 'client-first' | 'preview';

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
  /** A time that an operator spoke waits so long for a person to set it; then the client is called. Absent: 4 h. */
  readonly spokenTimeSeconds?: number;
  /** Attempts in which no operator accepted; separate cap. */
  readonly maxNoOperator: number;
  readonly recordingAnnouncement?: string;
  readonly clientRingSeconds: number;
  /** Absent: operator-first. */
  readonly order?: LegOrder;
  /** Only operators who have all of these. */
  readonly skills?: readonly string[];
  /** Hours in which a client may be called by the law of the place, in the client's own zone. */
  readonly clientHours?: string;
  /** A number that may be in several zones is called when it is allowed in the likeliest one, or in all. */
  readonly ambiguousZone?: 'likeliest' | 'all';
  /** Who is called first when many wait. Absent: freshest-first. */
  readonly backlog?: 'freshest-first' | 'oldest-first';
  /** Attempts that ring the client on one day of his. Absent: as many as the schedule gives. */
  readonly maxPerDay?: number;
  /** Preview: nobody asked for the call for so long. */
  readonly previewSeconds?: number;
  /** Number shown on operators' mobiles; the client is shown `callerId`. */
  readonly operatorCallerId?: string;
  /** client-first: the key by which a person says that it is one. */
  readonly confirmKey?: string;
  /** When nobody accepts a lead in time. */
  readonly escalation?: readonly EscalationStep[];
  /** What operators press; what is not named keeps the dialplan's key. */
  readonly keys?: Readonly<Partial<Record<'accept' | 'repeat' | 'later' | 'not-mine' | 'spam', string>>>;
  /** Keys of the operator during a talk, over the usual ones. */
  readonly liveKeys?: Readonly<Record<string, LiveAction>>;
}

export interface WebhookEndpoint {
  readonly name: string;
  readonly url: string;
  readonly secretRef: string;
  /** Event names; empty = all. */
  readonly events: readonly string[];
  /** A notice to a person: fields of the JSON body, each a template text. Absent: `{type, timestamp, data}`. */
  readonly body?: Readonly<Record<string, string>>;
}

export interface Telephony {
  /** Hash of the whole set. */
  readonly version: string;
  readonly operators: Readonly<Record<string, Operator>>;
  readonly groups: Readonly<Record<string, Group>>;
  readonly trunks: Readonly<Record<string, Trunk>>;
  /** Absent: every trunk carries every number, in the order written. */
  readonly routing?: Routing;
  readonly hours: Readonly<Record<string, Hours>>;
  readonly callbacks: Readonly<Record<string, CallbackPolicy>>;
  readonly webhooks: Readonly<Record<string, WebhookEndpoint>>;
  /** Absent: none. */
  readonly destinations?: Readonly<Record<string, Destination>>;
  readonly projects: Readonly<Record<string, Project>>;
  readonly pools: Readonly<Record<string, Pool>>;
  /** In order; the first that fits an arrival names its channel. */
  readonly channels: readonly ChannelRule[];
  /** Absent: only the do-not-call list is asked. */
  readonly gate?: GateRules;
}
