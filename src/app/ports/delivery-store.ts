/**
 * The part of the Store port for what leaves the program: deliveries to webhooks and destinations, what was said at each
 * try, and what destinations must remember.
 */
import type { Memory } from '../../domain/destinations/conversation.js';
import type { CallId, EventId, Instant, LeadId } from '../../domain/values/ids.js';
import type { Page, PageRequest } from './store.js';

export const DELIVERY_STATES = ['waiting', 'delivered', 'skipped', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery {
  /** Of the event it tells. */
  readonly id: EventId;
  /** Name of the webhook or destination. */
  readonly endpoint: string;
  readonly body: string;
  readonly createdAt: Instant;
  readonly state: DeliveryState;
  readonly tries: number;
  /** Why it waits, was skipped or given up; what the receiver noted. */
  readonly lastError?: string;
  readonly callId?: CallId;
  readonly leadId?: LeadId;
  /** Of a waiting one: not before. */
  readonly retryAt?: Instant;
}

export interface DeliveryFilter extends PageRequest {
  readonly state?: DeliveryState;
  readonly endpoint?: string;
  readonly callId?: CallId;
  readonly leadId?: LeadId;
}

/** Written in the transaction of what they tell, delivered by a job after commit. */
export interface OutboxRepository {
  add(deliveries: readonly Delivery[]): Promise<void>;
  byId(id: EventId, endpoint: string): Promise<Delivery | undefined>;
  /** `gone`: its person was erased while it was on its way. */
  update(
    id: EventId,
    endpoint: string,
    change: Partial<Pick<Delivery, 'state' | 'tries' | 'lastError' | 'retryAt'>>,
  ): Promise<'updated' | 'gone'>;
  /** Of one receiver, those that may be tried now, oldest first. */
  dueFor(endpoint: string, now: Instant, limit: number): Promise<readonly Delivery[]>;
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<Page<Delivery>>;
  countByState(): Promise<Readonly<Record<string, number>>>;
}

/** One request of a try and its answer, for people: without secrets, phones and names. */
export interface Exchange {
  readonly eventId: EventId;
  readonly endpoint: string;
  readonly at: Instant;
  readonly what: string;
  readonly request: string;
  readonly answer: string;
}

export interface ExchangeRepository {
  add(exchanges: readonly Exchange[]): Promise<void>;
  /** In order. */
  ofDelivery(id: EventId, endpoint: string): Promise<readonly Exchange[]>;
  removeOlderThan(before: Instant): Promise<number>;
}

/** What a destination said of a call, lead or delivery and must not be asked for again: ids of cards, of uploads. */
export interface DestinationMemoryRepository {
  of(destination: string, subject: string): Promise<Memory>;
  /** Adds to what is remembered. */
  keep(destination: string, subject: string, memory: Memory, at: Instant): Promise<void>;
  removeOlderThan(before: Instant): Promise<number>;
}

export interface DeliveryRepositories {
  readonly outbox: OutboxRepository;
  readonly exchanges: ExchangeRepository;
  readonly destinationMemory: DestinationMemoryRepository;
}
