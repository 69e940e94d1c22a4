/** The parts of the Store port that are about persons: the gate's counts, the do-not-call list, export and erasing. */
import type { CallRecord } from '../../domain/calls/call.js';
import type { CountedBy } from '../../domain/gate/rules.js';
import type { Deal } from '../../domain/deals/deal.js';
import type { KeptField } from '../../domain/leads/kept-fields.js';
import type { Lead } from '../../domain/leads/lead.js';
import type { E164, Instant } from '../../domain/values/ids.js';
import type { Page, PageRequest } from './store.js';

/** What a budget of the gate counts leads by. */
export interface LeadSharing {
  readonly by: CountedBy;
  /** Not looked at for `everything`. */
  readonly value: string;
}

/** A phone that must not be called. */
export interface DoNotCall {
  readonly phone: E164;
  readonly reason: string;
  readonly by: string;
  readonly addedAt: Instant;
  /** Forgotten after this; absent: for ever. */
  readonly until?: Instant;
}

export interface DoNotCallRepository {
  /** A phone that is listed already gets the new reason and time. */
  put(entries: readonly DoNotCall[]): Promise<{ readonly added: number; readonly changed: number }>;
  /** Undefined when it is not listed, or no longer at `now`. */
  entry(phone: E164, now: Instant): Promise<DoNotCall | undefined>;
  remove(phone: E164): Promise<'removed' | 'not-listed'>;
  list(page: PageRequest): Promise<Page<DoNotCall>>;
}

export interface ErasedCounts {
  readonly leads: number;
  readonly calls: number;
  readonly events: number;
  readonly deliveries: number;
  readonly pushes: number;
  readonly deals: number;
}

export interface StoredRows {
  readonly leads: readonly Lead[];
  readonly calls: readonly CallRecord[];
  readonly deals: readonly Deal[];
}

/** By when a lead was received, and a call or deal began. */
export interface ClearWindow {
  readonly from: Instant;
  readonly before: Instant;
}

/** One person by phone, over all nouns, and what old rows say of people. */
export interface PeopleRepository {
  storedOf(phone: E164): Promise<StoredRows>;
  /** Rows stay, without what tells of the person. Recordings are the caller's to remove. */
  erase(phone: E164): Promise<ErasedCounts>;
  /** Empties the field in old leads that are final, and in what belongs to calls that are closed. Answers in how many rows. */
  clear(field: KeptField, window: ClearWindow): Promise<number>;
}
