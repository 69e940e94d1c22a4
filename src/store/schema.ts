/**
 * The tables as Kysely sees them, one interface a table; migrations/ create them. Times are epoch milliseconds, JSON is
 * text, absent is NULL. Each repository beside this file maps one noun to its rows.
 */
import type { Generated, Kysely } from 'kysely';
import type { ApiKey, TaskName } from '../app/ports/store.js';
import type {
  ActivityRecord,
  CallDirection,
  CallDisposition,
  LegDisposition,
  LegRole,
  RecordingRecord,
} from '../domain/calls/call.js';
import type { EventName } from '../domain/calls/events.js';
import type { SetSource } from '../domain/routing/set-versions.js';
import type { CallState, LegState } from '../domain/calls/states.js';
import type { Attempt, Lead } from '../domain/leads/lead.js';
import type { OperatorState } from '../domain/routing/operator-state.js';
import type { QueueEntry } from '../domain/queues/queue-entry.js';
import type {
  ActivityId,
  AttemptId,
  CallId,
  ConnectionId,
  E164,
  EventId,
  FormId,
  Instant,
  JobId,
  LeadId,
  LegId,
  PushId,
  SessionId,
  VisitorId,
} from '../domain/values/ids.js';
import type { IntegrationTables } from './integration-rows.js';
import type { VisitorRow, VisitorSessionRow, VisitorSnapshotRow } from './visitor-rows.js';
import type { GatewayAttemptRow, LegQualityRow, SipMessageTable } from './signalling-rows.js';
import type { NumberTables } from './number-schema.js';
import type { SourceTables } from './source-rows.js';
import type { TikTokTables } from './tiktok-rows.js';

export interface LeadRow {
  readonly id: LeadId;
  readonly received_at: Instant;
  readonly source: Lead['source'];
  readonly kind: Lead['kind'];
  readonly connection_id: ConnectionId | null;
  readonly form_id: FormId | null;
  readonly form_name: string | null;
  readonly push_id: PushId | null;
  readonly external_id: string | null;
  readonly raw_phone: string | null;
  readonly phone: E164 | null;
  readonly country: string | null;
  readonly client_name: string | null;
  readonly email: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly call_at: Instant | null;
  readonly group_name: string | null;
  readonly campaign: string | null;
  readonly ad_group: string | null;
  readonly ad: string | null;
  readonly answers: string;
  readonly touch: string;
  readonly visitor_id: VisitorId | null;
  readonly session_id: SessionId | null;
  readonly test: 'yes' | null;
  readonly status: Lead['status'];
  readonly reason: Lead['reason'];
  readonly will_call_at: Instant | null;
  readonly duplicate_of: LeadId | null;
  readonly policy: string | null;
  readonly client_address: string | null;
  readonly client_network: string | null;
  readonly fill_seconds: number | null;
  readonly consent: string | null;
  readonly follow_up_of: LeadId | null;
  readonly gate_note: string | null;
  readonly due_at: Instant | null;
  readonly passed_over: number | null;
  readonly finished_at: Instant | null;
}

export interface AttemptRow {
  readonly id: AttemptId;
  readonly lead_id: LeadId;
  readonly phone: E164;
  readonly number: number;
  readonly state: Attempt['state'];
  readonly call_id: CallId | null;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  readonly disposition: CallDisposition | null;
  readonly client_rung: NonNullable<Attempt['clientRung']> | null;
  readonly next_attempt_at: Instant | null;
}

export interface CallRow {
  readonly id: CallId;
  readonly direction: CallDirection;
  readonly state: CallState;
  readonly lead_id: LeadId | null;
  readonly attempt_id: AttemptId | null;
  readonly dialplan: string;
  readonly client_number: E164 | null;
  readonly did: E164 | null;
  readonly started_at: Instant;
  readonly bridged_at: Instant | null;
  readonly unbridged_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly disposition: CallDisposition | null;
  readonly operator: string | null;
  readonly whisper_text: string | null;
  readonly adopted_at: Instant | null;
  readonly tags: string;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly external_id: string | null;
  readonly attribution: string;
  readonly session: string | null;
  readonly step: number;
  readonly set_version: number | null;
  readonly facts: string | null;
}

export interface CallInputRow {
  readonly call_id: CallId;
  readonly step: number;
  readonly at: Instant;
  readonly inputs: string;
}

export interface TelephonySetRow {
  readonly hash: string;
  readonly body: string;
}

export interface TelephonyVersionRow {
  readonly number: number;
  readonly hash: string;
  readonly applied_at: Instant;
  readonly author: string;
  readonly source: SetSource;
  readonly percent: number;
  readonly changes: string;
}

export interface LegRow {
  readonly id: LegId;
  readonly call_id: CallId;
  readonly role: LegRole;
  readonly party: string;
  readonly state: LegState;
  readonly sip_call_id: string;
  readonly signalling_node: string | null;
  readonly transaction_id: string | null;
  readonly dialog_id: string | null;
  readonly media_node: string | null;
  readonly channel_uuid: string | null;
  readonly invited_at: Instant;
  readonly ringing_at: Instant | null;
  readonly answered_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly ending: string | null;
  readonly disposition: LegDisposition | null;
}

export interface ActivityRow {
  readonly id: ActivityRecord['id'];
  readonly call_id: CallId;
  readonly verb: string;
  readonly leg_id: LegId | null;
  readonly directive: string;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  readonly outcome: string | null;
}

export interface RecordingRow {
  readonly id: RecordingRecord['id'];
  readonly call_id: CallId;
  readonly path: string;
  readonly channel_roles: string;
  readonly started_at: Instant;
  readonly state: RecordingRecord['state'];
  readonly channels: number | null;
  readonly sample_rate: number | null;
  readonly seconds: number | null;
  readonly bytes: number | null;
  readonly box: string | null;
  readonly failure: string | null;
}

export interface EventRow {
  readonly id: EventId;
  readonly name: EventName;
  readonly at: Instant;
  readonly call_id: CallId | null;
  readonly lead_id: LeadId | null;
  readonly payload: string;
}

/** `seq` grows in commit order: one writer at a time holds the database. */
export interface EventTable extends EventRow {
  readonly seq: Generated<number>;
}

export interface JobRow {
  readonly id: JobId;
  readonly task: TaskName;
  readonly payload: string;
  readonly run_at: Instant;
  /** `run_at` while waiting, the end of the lease while leased: whatever is due may be claimed. */
  readonly due_at: Instant;
  readonly tries: number;
  readonly max_tries: number;
  readonly key: string | null;
  readonly state: 'waiting' | 'leased' | 'dead';
  readonly lease_owner: string | null;
  readonly last_error: string | null;
}

export interface LeaseRow {
  readonly resource: string;
  readonly owner: string;
  readonly until_at: Instant;
}

export interface SlotRow {
  readonly pool: string;
  readonly slot_no: number;
  readonly owner: string;
  readonly until_at: Instant;
}

export interface IdempotencyRow {
  readonly scope: string;
  readonly key: string;
  readonly body_hash: string;
  readonly claimed_at: Instant;
  readonly answer: string | null;
}

export interface ApiKeyRow {
  readonly id: ApiKey['id'];
  readonly name: string;
  readonly prefix: string;
  readonly hash: string;
  readonly scopes: string;
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
}

export interface CredentialRow {
  readonly user: string;
  readonly realm: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  readonly ha1: string;
}

export interface DoNotCallRow {
  readonly phone: E164;
  readonly reason: string;
  readonly by: string;
  readonly added_at: Instant;
  readonly until_at: Instant | null;
}

export interface QueueRow {
  readonly id: ActivityId;
  readonly queue: string;
  readonly group_name: string | null;
  readonly call_id: CallId;
  readonly client_number: E164 | null;
  readonly locale: string;
  readonly priority: number;
  readonly joined_at: Instant;
  readonly state: QueueEntry['state'];
  readonly operator: string | null;
  readonly offered_at: Instant | null;
  readonly declined_by: string | null;
  readonly declined_at: Instant | null;
  readonly left_at: Instant | null;
  readonly how: NonNullable<QueueEntry['how']> | null;
  readonly lead_id: LeadId | null;
}

export interface FlagRow {
  readonly name: string;
  readonly value: string;
}

export interface OperatorStateRow {
  readonly operator: string;
  readonly duty: OperatorState['duty'];
  readonly changed_at: Instant;
  readonly changed_by: string;
  readonly wrap_up_until: Instant | null;
  readonly resting_until: Instant | null;
  readonly unanswered: number;
  readonly last_talk_at: Instant | null;
  readonly talks: number;
}

export interface RegistrationRow {
  readonly user: string;
  readonly contact: string;
  readonly source: string;
  readonly transport: string;
  readonly expires_at: Instant;
  readonly phone: string;
  readonly proxy: string | null;
  readonly agent: string | null;
  readonly signalling_node: string | null;
}

export interface Schema extends NumberTables, IntegrationTables, TikTokTables, SourceTables {
  readonly leads: LeadRow;
  readonly attempts: AttemptRow;
  readonly calls: CallRow;
  readonly legs: LegRow;
  readonly activities: ActivityRow;
  readonly recordings: RecordingRow;
  readonly events: EventTable;
  readonly jobs: JobRow;
  readonly leases: LeaseRow;
  readonly slots: SlotRow;
  readonly idempotency: IdempotencyRow;
  readonly api_keys: ApiKeyRow;
  readonly credentials: CredentialRow;
  readonly flags: FlagRow;
  readonly registrations: RegistrationRow;
  readonly operator_states: OperatorStateRow;
  readonly call_inputs: CallInputRow;
  readonly telephony_sets: TelephonySetRow;
  readonly telephony_versions: TelephonyVersionRow;
  readonly do_not_call: DoNotCallRow;
  readonly queue_entries: QueueRow;
  readonly visitors: VisitorRow;
  readonly visitor_sessions: VisitorSessionRow;
  readonly visitor_snapshots: VisitorSnapshotRow;
  readonly sip_messages: SipMessageTable;
  readonly gateway_attempts: GatewayAttemptRow;
  readonly leg_quality: LegQualityRow;
}

/** The whole database, or one transaction of it. */
export type Database = Kysely<Schema>;
