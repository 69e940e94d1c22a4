/** Rows of the tables that CRMs, analytics and ad platforms are fed from, as schema.ts lists them. */
import type { Generated } from 'kysely';
import type { Deal } from '../domain/deals/deal.js';
import type { Delivery } from '../app/ports/delivery-store.js';
import type { CallId, DealId, E164, EventId, Instant, LeadId, VisitorId } from '../domain/values/ids.js';

export interface DealRow {
  readonly id: DealId;
  readonly external_id: string;
  readonly project: string | null;
  readonly status: Deal['status'];
  readonly stage: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly opened_at: Instant;
  readonly at: Instant;
  readonly phone: E164 | null;
  readonly call_id: CallId | null;
  readonly lead_id: LeadId | null;
  readonly visitor_id: VisitorId | null;
  readonly ga_client_id: string | null;
  readonly metrica_client_id: string | null;
  readonly user_id: string | null;
  readonly matched_by: Deal['matchedBy'];
  readonly contact_at: Instant | null;
  readonly touches: string;
  readonly labels: string;
}

export interface OutboxRow {
  readonly id: EventId;
  readonly endpoint: string;
  readonly body: string;
  readonly created_at: Instant;
  readonly state: Delivery['state'];
  readonly tries: number;
  readonly last_error: string | null;
  readonly call_id: CallId | null;
  readonly lead_id: LeadId | null;
  readonly retry_at: Instant | null;
}

export interface ExchangeRow {
  readonly event_id: EventId;
  readonly endpoint: string;
  readonly at: Instant;
  readonly what: string;
  readonly request: string;
  readonly answer: string;
}

export interface ExchangeTable extends ExchangeRow {
  readonly seq: Generated<number>;
}

export interface DestinationMemoryRow {
  readonly destination: string;
  readonly subject: string;
  readonly body: string;
  readonly updated_at: Instant;
}

export interface IntegrationTables {
  readonly deals: DealRow;
  readonly outbox: OutboxRow;
  readonly exchanges: ExchangeTable;
  readonly destination_memory: DestinationMemoryRow;
}
