/** Tables of visitors and their visits. */
import type { VisitorSession } from '../domain/attribution/visitor.js';
import type { CallId, Instant, LeadId, SessionId, VisitorId } from '../domain/values/ids.js';

export interface VisitorRow {
  readonly id: VisitorId;
  readonly project: string;
  readonly first_seen_at: Instant;
  readonly last_seen_at: Instant;
  readonly visits: number;
}

export interface VisitorSessionRow {
  readonly id: SessionId;
  readonly visitor_id: VisitorId;
  readonly project: string;
  readonly started_at: Instant;
  readonly last_seen_at: Instant;
  readonly agent: VisitorSession['agent'];
  readonly touches: string;
  readonly pages: string;
  readonly tel_clicks: string;
  readonly ip: string;
  readonly user_agent: string;
  readonly device: string;
  readonly city: string | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly ga_client_id: string | null;
  readonly ga_session_id: string | null;
  readonly metrica_client_id: string | null;
}

export interface VisitorSnapshotRow {
  readonly owner_id: CallId | LeadId;
  readonly frozen_at: Instant;
  readonly body: string;
}
