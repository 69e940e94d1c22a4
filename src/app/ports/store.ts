/**
 * The Store port: one repository a noun. All methods are asynchronous so that a remote database fits; the embedded one
 * answers at once. Inside `transaction` only the given `tx` may be used. Conditional writes answer with a value
 * (`taken`, `lost`), never an exception; an unreachable or full store throws Fault `store-unavailable`.
 */
import type { DoNotCallRepository, LeadSharing, PeopleRepository } from './people.js';
import type { SignallingRepositories } from './signalling-store.js';
import type {
  ActivityRecord,
  CallRecord,
  CallStepInputs,
  LegIdentity,
  LegRecord,
  RecordingRecord,
} from '../../domain/calls/call.js';
import type { RegistrationRepository } from './registrations.js';
import type { TimelineEvent } from '../../domain/calls/events.js';
import type { OperatorState } from '../../domain/routing/operator-state.js';
import type { Conversation } from '../../domain/leads/conversation.js';
import type { LeadSpeed } from '../../domain/speed/board.js';
import type { Attempt, Connection, ConnectionKind, Form, Lead, Push } from '../../domain/leads/lead.js';
import type {
  ActivityId,
  ApiKeyId,
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
  RecordingId,
} from '../../domain/values/ids.js';
import type { DealRepository } from './deal-store.js';
import type { DeliveryRepositories } from './delivery-store.js';
import type { NumberRepositories } from './number-store.js';
import type { QueueRepository } from './queue-store.js';
import type { LeadTallyRepository } from './lead-tallies.js';
import type { TikTokRepositories } from './tiktok-store.js';
import type { TelephonySetRepository } from './telephony-set-store.js';
import type { VisitorRepository } from './visitor-store.js';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

export interface LeadFilter extends PageRequest {
  readonly status?: string;
  readonly formId?: FormId;
  readonly connectionId?: ConnectionId;
  readonly phone?: E164;
  readonly from?: Instant;
  readonly to?: Instant;
}

export interface CallFilter extends PageRequest {
  readonly leadId?: LeadId;
  readonly disposition?: string;
  readonly phone?: E164;
  readonly operator?: string;
  readonly open?: 'yes';
  readonly from?: Instant;
  readonly to?: Instant;
}

export interface LeadRepository {
  add(lead: Lead): Promise<void>;
  byId(id: LeadId): Promise<Lead | undefined>;
  /** The lead stored for this entry of a source, whatever its state. */
  byExternalId(connectionId: ConnectionId, externalId: string): Promise<Lead | undefined>;
  /**
   * Latest lead of this phone and group that was or will be called, received at or after `since`, or whose client is
   * being called now.
   */
  latestOfPhone(phone: E164, group: string | undefined, since: Instant): Promise<Lead | undefined>;
  update(id: LeadId, change: Partial<Omit<Lead, 'id'>>): Promise<void>;
  /** Leads that the gate let through and that share this field, received at or after `since`. */
  countLetIn(shared: LeadSharing, since: Instant): Promise<number>;
  /** Different forms but `except` on which this field was seen, whatever became of the leads. */
  countForms(shared: LeadSharing, since: Instant, except: FormId | undefined): Promise<number>;
  /**
   * Leads of this group that may be called now and wait for their turn: the freshest or the oldest first. Those whose
   * time has not come are not among them.
   */
  inLine(
    group: string,
    now: Instant,
    order: 'freshest-first' | 'oldest-first',
    limit: number,
  ): Promise<readonly Lead[]>;
  /** Leads of this phone that are not final, oldest first. */
  openOfPhone(phone: E164): Promise<readonly Lead[]>;
  /** Quarantined and received before, oldest first. */
  quarantinedBefore(before: Instant, limit: number): Promise<readonly Lead[]>;
  /** Of leads received in this time that were to be called, the latest `limit`. */
  speedOf(window: {
    readonly from: Instant;
    readonly to: Instant;
    readonly limit: number;
  }): Promise<readonly LeadSpeed[]>;
  list(filter: LeadFilter): Promise<Page<Lead>>;
  countByStatus(): Promise<Readonly<Record<string, number>>>;
}

export interface AttemptRepository {
  /** Conditional: `conflict` when another attempt to this phone is open (unique partial index). */
  open(attempt: Attempt): Promise<'opened' | 'conflict'>;
  update(id: AttemptId, change: Partial<Omit<Attempt, 'id'>>): Promise<void>;
  byId(id: AttemptId): Promise<Attempt | undefined>;
  ofLead(leadId: LeadId): Promise<readonly Attempt[]>;
  openAttempts(): Promise<readonly Attempt[]>;
}

export interface CallRepository {
  add(call: CallRecord): Promise<void>;
  update(id: CallId, change: Partial<Omit<CallRecord, 'id'>>): Promise<void>;
  byId(id: CallId): Promise<CallRecord | undefined>;
  list(filter: CallFilter): Promise<Page<CallRecord>>;
  /**
   * The latest talk with this phone that began at or after `since`, whoever called whom: an attempt, a call by hand, the
   * client's own call.
   */
  latestTalkWith(phone: E164, since: Instant): Promise<CallRecord | undefined>;
  /** Calls with this phone that are not closed yet, oldest first. */
  openOfPhone(phone: E164): Promise<readonly CallRecord[]>;
  /** Calls that hold a slot of this pool and neither ring an operator nor talk to one. */
  countSeeking(pool: string, now: Instant): Promise<number>;
  /** The call an internal system asked for under this id. */
  byExternalId(externalId: string): Promise<CallRecord | undefined>;
  /** The latest talk with this phone that began before `before`. */
  earlierTalkWith(phone: E164, before: Instant): Promise<CallRecord | undefined>;
  /** How many calls with this phone began before `before`, and the last of them. */
  historyWith(phone: E164, before: Instant): Promise<{ readonly calls: number; readonly last?: CallRecord }>;
  /** Not closed yet. */
  openCalls(): Promise<readonly CallRecord[]>;
  addLeg(leg: LegRecord): Promise<void>;
  updateLeg(
    id: LegId,
    change: Partial<Omit<LegRecord, 'id' | 'identity'>> & { readonly identity?: LegIdentity },
  ): Promise<void>;
  legsOf(callId: CallId): Promise<readonly LegRecord[]>;
  legByChannel(channelUuid: string): Promise<LegRecord | undefined>;
  addActivity(activity: ActivityRecord): Promise<void>;
  endActivity(id: ActivityId, outcome: string, at: Instant): Promise<void>;
  activitiesOf(callId: CallId): Promise<readonly ActivityRecord[]>;
  addInputs(inputs: CallStepInputs): Promise<void>;
  /** In the order of steps. */
  inputsOf(callId: CallId): Promise<readonly CallStepInputs[]>;
}

export interface RecordingRepository {
  add(recording: RecordingRecord): Promise<void>;
  update(id: RecordingId, change: Partial<Omit<RecordingRecord, 'id'>>): Promise<void>;
  byId(id: RecordingId): Promise<RecordingRecord | undefined>;
  ofCall(callId: CallId): Promise<readonly RecordingRecord[]>;
  /** Recordings that are ready or failed and began before `before`, oldest first. */
  olderThan(before: Instant, limit: number): Promise<readonly RecordingRecord[]>;
}

export interface EventRepository {
  append(events: readonly TimelineEvent[]): Promise<void>;
  ofCall(callId: CallId): Promise<readonly TimelineEvent[]>;
  ofLead(leadId: LeadId): Promise<readonly TimelineEvent[]>;
  /** Events after this one in commit order, for resumed SSE streams. */
  after(id: EventId | undefined, limit: number): Promise<readonly TimelineEvent[]>;
}

export type TaskName =
  | 'place-callback'
  | 'wake-line'
  | 'deliver-webhook'
  | 'tell-destination'
  | 'check-recording'
  | 'escalate-lead'
  | 'import-push'
  | 'fetch-missed-leads'
  | 'fetch-lead'
  | 'fill-audience'
  | 'sync-connection';

export interface Job {
  readonly id: JobId;
  readonly task: TaskName;
  readonly payload: Readonly<Record<string, string>>;
  readonly runAt: Instant;
  readonly tries: number;
  readonly maxTries: number;
  /** At most one waiting job per key; adding again moves its time. */
  readonly key?: string;
}

/** They wait for strangers' servers; the others must never wait for them. */
export const DELIVERY_TASKS: readonly TaskName[] = ['deliver-webhook', 'tell-destination'];

/** Deliveries, and what must never wait for them. */
export type JobLane = 'deliveries' | 'others';

export interface JobRepository {
  add(job: Omit<Job, 'id' | 'tries'>): Promise<JobId>;
  /** Due jobs of this lane, or of all, leased to `owner` until `leaseUntil`. */
  claim(
    owner: string,
    now: Instant,
    leaseUntil: Instant,
    limit: number,
    lane?: JobLane,
  ): Promise<readonly Job[]>;
  complete(id: JobId, owner: string): Promise<void>;
  /** Back to waiting at `runAt`, or dead when its tries are used up. */
  fail(id: JobId, owner: string, error: string, runAt: Instant): Promise<'retry' | 'dead'>;
  removeByKey(key: string): Promise<void>;
  nextDueAt(): Promise<Instant | undefined>;
  counts(now: Instant): Promise<{
    readonly waiting: number;
    readonly due: number;
    readonly leased: number;
    readonly dead: number;
  }>;
}

/** Leases and slots: ownership of calls, operators' devices, trunk channels, calls per second. */
export interface LeaseRepository {
  /** Conditional write guarded by a unique index; an expired lease of another owner is taken over. */
  take(resource: string, owner: string, until: Instant, now: Instant): Promise<'taken' | 'held'>;
  renew(resource: string, owner: string, until: Instant): Promise<'renewed' | 'lost'>;
  release(resource: string, owner: string): Promise<void>;
  /** Prolongs all leases and slots of an owner; answers how many. */
  renewOwner(owner: string, until: Instant): Promise<number>;
  /** All leases and slots of `from` are `to`'s from now on. */
  reown(from: string, to: string): Promise<void>;
  /** First free slot of `capacity`, numbered from 0; undefined when all are held. */
  takeSlot(
    pool: string,
    capacity: number,
    owner: string,
    until: Instant,
    now: Instant,
  ): Promise<number | undefined>;
  releaseOwner(owner: string): Promise<void>;
  /** Leases whose names begin so and that are held. */
  heldUnder(
    prefix: string,
    now: Instant,
  ): Promise<readonly { readonly resource: string; readonly owner: string }[]>;
  /** Slots of this pool that are held. */
  countSlots(pool: string, now: Instant): Promise<number>;
  heldBy(resource: string): Promise<{ readonly owner: string; readonly until: Instant } | undefined>;
  sweep(now: Instant): Promise<number>;
}

export interface ConnectionRepository {
  add(connection: Connection): Promise<void>;
  byId(id: ConnectionId): Promise<Connection | undefined>;
  byName(kind: ConnectionKind, name: string): Promise<Connection | undefined>;
  list(): Promise<readonly Connection[]>;
  update(id: ConnectionId, change: Partial<Omit<Connection, 'id'>>): Promise<void>;
}

export interface FormRepository {
  add(form: Form): Promise<'added' | 'exists'>;
  byId(id: FormId): Promise<Form | undefined>;
  byExternalId(connectionId: ConnectionId, externalId: string): Promise<Form | undefined>;
  list(connectionId?: ConnectionId): Promise<readonly Form[]>;
  update(id: FormId, change: Partial<Omit<Form, 'id'>>): Promise<void>;
}

export interface PushRepository {
  add(push: Push): Promise<void>;
  byId(id: PushId): Promise<Push | undefined>;
  update(id: PushId, change: Pick<Push, 'results'>): Promise<void>;
  /** Of one connection, received at or after this. */
  since(connectionId: ConnectionId, from: Instant): Promise<readonly Push[]>;
  removeOlderThan(before: Instant): Promise<number>;
}

/** Conversations of messengers, by the connection and the messenger's own id. */
export interface ConversationRepository {
  byId(connectionId: ConnectionId, id: string): Promise<Conversation | undefined>;
  /** Added, or replaced as a whole. */
  put(conversation: Conversation): Promise<void>;
  /** Of those that wished to hear nothing, only that wish stays. */
  removeOlderThan(before: Instant): Promise<number>;
}

export interface IdempotencyRepository {
  /** Remembers the answer of a key for 24 h. `replay` holds the first answer when the body hash is the same. */
  claim(
    scope: string,
    key: string,
    bodyHash: string,
    now: Instant,
  ): Promise<
    | { readonly kind: 'new' }
    | { readonly kind: 'replay'; readonly answer: string }
    | { readonly kind: 'running' }
    | { readonly kind: 'conflict' }
  >;
  answer(scope: string, key: string, answer: string): Promise<void>;
  /** Forgets a key whose request failed, so that it can be repeated. A key that was answered stays. */
  release(scope: string, key: string): Promise<void>;
  removeOlderThan(before: Instant): Promise<number>;
}

export interface ApiKey {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly prefix: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
  readonly revokedAt?: Instant;
}

export interface ApiKeyRepository {
  add(key: ApiKey): Promise<void>;
  byPrefix(prefix: string): Promise<readonly ApiKey[]>;
  list(): Promise<readonly ApiKey[]>;
  revoke(id: ApiKeyId, at: Instant): Promise<void>;
}

/** Operators' SIP passwords: HA1 per realm and algorithm, never the password. */
export interface CredentialRepository {
  set(user: string, realm: string, algorithm: 'MD5' | 'SHA-256', ha1: string): Promise<void>;
  ha1(user: string, realm: string, algorithm: 'MD5' | 'SHA-256'): Promise<string | undefined>;
  /** Every hash of this user in this realm. */
  remove(user: string, realm: string): Promise<void>;
  users(): Promise<readonly string[]>;
}

export interface OperatorStateRepository {
  byName(operator: string): Promise<OperatorState | undefined>;
  all(): Promise<readonly OperatorState[]>;
  put(state: OperatorState): Promise<void>;
}

/** Small named values: emergency stop, schema facts, last seen times. */
export interface FlagRepository {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface Repositories
  extends NumberRepositories, SignallingRepositories, TikTokRepositories, DeliveryRepositories {
  readonly leads: LeadRepository;
  readonly attempts: AttemptRepository;
  readonly calls: CallRepository;
  readonly recordings: RecordingRepository;
  readonly events: EventRepository;
  readonly jobs: JobRepository;
  readonly leases: LeaseRepository;
  readonly connections: ConnectionRepository;
  readonly forms: FormRepository;
  readonly pushes: PushRepository;
  readonly conversations: ConversationRepository;
  readonly idempotency: IdempotencyRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly credentials: CredentialRepository;
  readonly flags: FlagRepository;
  readonly registrations: RegistrationRepository;
  readonly operatorStates: OperatorStateRepository;
  readonly telephonySets: TelephonySetRepository;
  readonly doNotCall: DoNotCallRepository;
  readonly people: PeopleRepository;
  readonly visitors: VisitorRepository;
  readonly queue: QueueRepository;
  readonly leadTallies: LeadTallyRepository;
  readonly deals: DealRepository;
}

export interface Store extends Repositories {
  /** BEGIN IMMEDIATE … COMMIT; rolled back when `work` throws. Transactions of one process run one after another. */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
  /** Consistent copy while running. */
  backup(path: string): Promise<void>;
  health(): Promise<{ readonly ok: boolean; readonly detail: string; readonly schemaVersion: number }>;
  close(): Promise<void>;
}
