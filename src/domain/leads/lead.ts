/** A lead, where it came from, and the attempts to call it back. Pure values. */
import type {
  AttemptId,
  CallId,
  ConnectionId,
  E164,
  FormId,
  Instant,
  LeadId,
  PushId,
  SessionId,
  VisitorId,
} from '../values/ids.js';
import type { CallDisposition } from '../calls/call.js';

/** What `POST /v1/leads` answers. The first seven are decided at intake. */
export type LeadStatus =
  | 'queued'
  | 'deferred'
  | 'duplicate'
  | 'blocked'
  | 'no-phone'
  | 'not-dialled'
  /** Waits for a person to release or refuse it. */
  | 'quarantined'
  /** Later, never answered to the poster: */
  | 'calling'
  | 'reached'
  | 'unreached'
  | 'cancelled';

/** Final: no attempt will follow. A lead ends in exactly one of these. */
export const FINAL_LEAD_STATUSES = [
  'duplicate',
  'blocked',
  'no-phone',
  'not-dialled',
  'reached',
  'unreached',
  'cancelled',
] as const satisfies readonly LeadStatus[];

export const LEAD_REASONS = {
  'call-now': 'The lead is called at once.',
  'client-asked': 'The client asked to be called at this time.',
  'outside-hours': 'The group is closed; the lead waits for the next opening.',
  'no-operator': 'No operator is free now.',
  channels: 'All channels of the trunk are in use.',
  cps: 'The trunk takes no more calls this second.',
  overload: 'This machine carries as many calls as it can; the lead waits.',
  'trunk-down': 'No carrier that may take the call is up.',
  'cut-off': 'The talk was cut off; the client is called again at once.',
  'retry-wait': 'The client was not reached; the next attempt waits its interval.',
  'operator-later': 'An operator asked to call later.',
  'switch-unavailable': 'The switch is not connected; the lead waits for it.',
  'stopped-calling': 'The emergency stop is on.',
  'already-known': 'The same phone left a lead inside the duplicate window, or is being called now.',
  'repeated-entry': 'This entry of the source was stored before.',
  'connection-off': 'The connection is switched off.',
  'form-off': 'The form is switched off.',
  'no-policy': 'No callback policy is active for this form.',
  'text-only': 'A text to a number whose project stores texts and calls nobody back for them.',
  'no-phone': 'The lead has no phone number.',
  'phone-invalid': 'The phone number cannot be dialled.',
  'destination-denied': 'Calls to this destination are not allowed.',
  'do-not-call': 'The phone is on the do-not-call list.',
  'premium-rate': 'Calls to numbers of this kind are not allowed.',
  'too-many-from-phone': 'Too many leads with this phone in the time given.',
  'too-many-from-address': 'Too many leads from this address in the time given.',
  'too-many-from-network': 'Too many leads from this network in the time given.',
  'too-many-on-form': 'Too many leads of this form in the time given.',
  'too-many-on-connection': 'Too many leads of this connection in the time given.',
  'too-many-leads': 'Too many leads in the time given.',
  'burst-across-forms': 'The same phone or address filled in several forms within minutes.',
  'filled-too-fast': 'The form was filled in faster than a person can.',
  honeypot: 'A field that people do not see was filled in.',
  'quarantine-released': 'A person released the lead from quarantine.',
  'quarantine-refused': 'A person refused the lead in quarantine.',
  'quarantine-expired': 'Nobody looked at the lead in quarantine in time.',
  'client-refused': 'The client asked not to be called again.',
  escalated: 'Nobody accepted the lead in time; another group calls it now.',
  'time-spoken': 'The client said in a talk when to call; somebody is to hear it and set the time.',
  'follow-up': 'The client asked in a talk to be called at this time.',
  'too-old': 'The lead was fetched too long after it was left.',
  'test-lead': 'The source marked this lead as a test.',
  spam: 'An operator marked the lead as spam.',
  'not-mine': 'Every operator passed the lead on.',
  reached: 'Client and operator talked.',
  'attempts-used-up': 'All attempts were made.',
  'client-stopped': 'The client number cannot be reached or refused.',
  'in-call':
    'The client is in a call with us; the lead is attached to it and called only if it brings no talk.',
  'client-called': 'The client called us, and was talked with.',
  'called-by-hand': 'An operator called the client by hand, and they talked.',
  preview: 'The lead waits for an operator to look at it and ask for the call.',
  withdrawn: 'A person withdrew the lead.',
} as const;
export type LeadReason = keyof typeof LEAD_REASONS;

export const LEAD_KINDS = [
  'form',
  'basket',
  'callback',
  'message',
  'messenger',
  'subscription',
  'other',
] as const;
export type LeadKind = (typeof LEAD_KINDS)[number];

/** Where the person came from; utm, click ids and analytics ids by their usual names (`utm_source`, `gclid`, `ttclid`, `ga_client_id`, `ym_client_id`, …). */
export type Touch = Readonly<Record<string, string>>;

export interface LeadAnswer {
  readonly field: string;
  readonly value: string;
}

/** `call`: a caller asked for it, or nobody talked to one; `sip`, `sms`: a text; `import`: a file of earlier leads. */
export type LeadSource = 'api' | 'cli' | 'call' | 'sip' | 'sms' | 'import' | PushSource;
/** Who pushes: what stands in a hook's path. */
export type PushSource = 'tiktok' | 'form' | 'meta' | 'google-ads' | 'vk' | 'messenger';

/** What an intake (form, push, API) says, already parsed but not yet judged. */
export interface LeadDraft {
  readonly source: LeadSource;
  readonly kind: LeadKind;
  readonly connectionId?: ConnectionId;
  readonly formId?: FormId;
  /** Entry id at the source: the dedupe key together with the connection. */
  readonly externalId?: string;
  readonly rawPhone?: string;
  readonly country?: string;
  readonly clientName?: string;
  readonly email?: string;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly callAt?: Instant;
  readonly group?: string;
  /** Callback policy when no form names one; absent: `default`. */
  readonly policy?: string;
  readonly campaign?: string;
  readonly adGroup?: string;
  readonly ad?: string;
  readonly answers: readonly LeadAnswer[];
  readonly touch: Touch;
  /** Of the site's visitor who left it, as far as we gave these ids out ourselves. */
  readonly visitorId?: VisitorId;
  readonly sessionId?: SessionId;
  readonly test?: 'yes';
  /** IP address of the client's device, as the site tells it. */
  readonly clientAddress?: string;
  /** From opening the form to sending it. */
  readonly fillSeconds?: number;
  /** What the client agreed to, kept as proof. */
  readonly consent?: Consent;
}

export interface Consent {
  readonly text: string;
  readonly givenAt?: Instant;
  /** Page or document where it was given. */
  readonly source?: string;
}

export interface Lead extends LeadDraft {
  readonly id: LeadId;
  readonly receivedAt: Instant;
  readonly pushId?: PushId;
  readonly phone?: E164;
  readonly formName?: string;
  readonly status: LeadStatus;
  readonly reason: LeadReason;
  readonly willCallAt?: Instant;
  /** First moment it could be called; `willCallAt` moves on with each attempt. */
  readonly dueAt?: Instant;
  /** Leads that passed it in the line of its group while it waited for a channel. */
  readonly passedOver?: number;
  /** The lead this one repeats. */
  readonly duplicateOf?: LeadId;
  /** The lead whose talk ended with a wish to be called again. */
  readonly followUpOf?: LeadId;
  /** Network of `clientAddress`, as budgets count it. */
  readonly clientNetwork?: string;
  /** For people: which rule of the gate struck, and how. */
  readonly gateNote?: string;
  readonly policy?: string;
  readonly finishedAt?: Instant;
}

export type AttemptState = 'leased' | 'calling' | 'ended';

/** One try to bring the client and an operator together. Attempts to one phone never overlap. */
export interface Attempt {
  readonly id: AttemptId;
  readonly leadId: LeadId;
  readonly phone: E164;
  readonly number: number;
  readonly state: AttemptState;
  readonly callId?: CallId;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly disposition?: CallDisposition;
  /** Was the client's phone invited in this attempt, as far as is known? `unknown` after a crash. */
  readonly clientRung?: 'yes' | 'no' | 'unknown';
  readonly nextAttemptAt?: Instant;
}

export const CONNECTION_KINDS = [
  'tiktok',
  'site',
  'meta',
  'google-ads',
  'vk',
  'messenger',
  'internal',
] as const;
export type ConnectionKind = (typeof CONNECTION_KINDS)[number];

export const MESSENGER_PROVIDERS = ['respond-io', 'pancake', 'tiktok', 'generic'] as const;

/** What only some kinds of sources need. References are names of secrets. */
export interface ConnectionIntake {
  /** Answered when a source asks whether the address is ours: Meta, Haravan. */
  readonly verifyTokenRef?: string;
  /** Meta: page token that leads are fetched with. */
  readonly tokenRef?: string;
  /** Meta: base of its Graph API with the version; absent: the vendor's. */
  readonly apiUrl?: string;
  /** VK: what its confirmation request is answered with. */
  readonly confirmation?: string;
  /** Messengers: whose events these are; absent: `generic`. */
  readonly provider?: (typeof MESSENGER_PROVIDERS)[number];
  /** Messengers: one of these words must have been written; none: a phone number is enough. */
  readonly leadWords?: readonly string[];
  /** Messengers: words that ask to be called, whatever was written before. */
  readonly callbackWords?: readonly string[];
  /** Messengers: words after which this conversation makes no lead any more. */
  readonly optOutWords?: readonly string[];
  /** Messengers: how many of the last messages the lead keeps; absent: 3. */
  readonly messages?: number;
}

export interface Connection {
  readonly id: ConnectionId;
  readonly kind: ConnectionKind;
  readonly name: string;
  readonly tags: readonly string[];
  readonly enabled: 'on' | 'off';
  /** Name of the secret (environment, file or store) that signs its pushes. */
  readonly secretRef?: string;
  readonly whisperTemplate?: string;
  readonly country?: string;
  readonly locale?: string;
  readonly intake?: ConnectionIntake;
  readonly createdAt: Instant;
}

export interface Form {
  readonly id: FormId;
  readonly connectionId: ConnectionId;
  readonly externalId: string;
  readonly enabled: 'on' | 'off';
  readonly displayName: string;
  readonly staticUtm: Touch;
  readonly whisperTemplate?: string;
  readonly locale?: string;
  readonly country?: string;
  readonly group?: string;
  readonly policy?: string;
  /** Field label at the source → our name (`phone`, `name`, `email`, or any answer name). */
  readonly fieldMap: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
}

/** A raw push as it came, kept N days. */
export interface Push {
  readonly id: PushId;
  readonly connectionId: ConnectionId;
  readonly receivedAt: Instant;
  readonly body: string;
  /** How it was believed: which signature matched, or which secret it brought. */
  readonly signature: 'open-raw' | 'open-escaped' | 'tiktok' | 'hmac' | 'token' | 'none';
  /** One row per entry: what became of it. */
  readonly results: readonly PushResult[];
}

export interface PushResult {
  readonly externalId?: string;
  /** `awaited`: the push names the lead only; it is fetched from the source. */
  readonly result: 'stored' | 'repeated' | 'acknowledged' | 'awaited' | 'unusable';
  readonly leadId?: LeadId;
  readonly why?: string;
  /** What becomes of the lead, as its poster would be answered. */
  readonly answer?: {
    readonly status: LeadStatus;
    readonly reason: LeadReason;
    readonly willCallAt?: Instant;
    readonly locale?: string;
  };
}
