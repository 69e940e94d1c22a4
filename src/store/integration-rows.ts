/** Rows of the tables that CRMs, analytics and ad platforms are fed from, as schema.ts lists them. */
import type { Deal } from '../domain/deals/deal.js';
import type { CallId, DealId, E164, Instant, LeadId, VisitorId } from '../domain/values/ids.js';

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

export interface IntegrationTables {
  readonly deals: DealRow;
}
