/** What the HTTP API answers, as far as this page shows it. */
import type { RowKey } from '../domain/attribution/report-grouping.js';

export interface Reason {
  code: string;
  text: string;
}

export interface Lead {
  lead_id: string;
  received_at: string;
  source: string;
  kind: string;
  status: string;
  reason: Reason;
  will_call_at: string | null;
  phone: string | null;
  raw_phone: string | null;
  client_name: string | null;
  form_name: string | null;
  campaign: string | null;
  ad: string | null;
  touch: Record<string, string>;
  answers: { field: string; value: string }[];
}

export interface Attempt {
  attempt_id: string;
  number: number;
  state: string;
  call_id: string | null;
  started_at: string;
  disposition: string | null;
  next_attempt_at: string | null;
}

export interface TimelineEvent {
  id: string;
  name: string;
  at: string;
  call_id: string | null;
  lead_id: string | null;
  payload: Record<string, unknown>;
}

export interface LeadDetail extends Lead {
  attempts: Attempt[];
  time_spoken_in: string | null;
  timeline: TimelineEvent[];
}

export interface Leg {
  leg_id: string;
  sip_call_id: string;
  role: string;
  party: string;
  state: string;
  invited_at: string;
  ringing_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  disposition: string | null;
  sip_status: number | null;
  /** How the party was heard; null without RTP, and until the leg is over. */
  quality: (Heard & { round_trip_ms: number | null; far_end: Heard | null }) | null;
}

export interface Heard {
  mos: number;
  loss_percent: number;
  jitter_ms: number;
}

export interface Recording {
  recording_id: string;
  state: string;
  seconds: number | null;
  channel_roles: string[];
  box: string | null;
  failure: string | null;
}

export interface Call {
  call_id: string;
  direction: string;
  state: string;
  lead_id: string | null;
  client_number: string | null;
  operator: string | null;
  started_at: string;
  bridged_at: string | null;
  ended_at: string | null;
  talk_seconds: number | null;
  disposition: string | null;
  whisper_text: string | null;
  tags: string[];
  outcome: {
    mark: string;
    reason: string | null;
    later_at: string | null;
    spoken_recording_id: string | null;
  } | null;
  note: { text: string; by: string; at: string } | null;
}

export interface CallDetail extends Call {
  attribution: Record<string, string>;
  legs: Leg[];
  recordings: Recording[];
  timeline: TimelineEvent[];
}

export interface Touch {
  at: string;
  channel: string;
  source: string;
  medium: string;
  campaign: string | null;
}

export interface VisitorSnapshot {
  visitor_id: string;
  touches: Touch[];
  pages: { url: string; title: string | null; at: string; seconds: number | null }[];
  tel_clicks: { at: string; number: string | null }[];
  seconds_on_site: number;
  earlier_visits: { at: string; pages: number; touches: Touch[] }[];
  device: string;
  browser: string | null;
  os: string | null;
  city: string | null;
  country: string | null;
}

export interface Readiness {
  ready: boolean;
  checks: Record<string, { ok: boolean; detail: string }>;
}

export interface LiveCall {
  call_id: string;
  direction: string;
  state: string;
  started_at: string;
  bridged_at: string | null;
  client_number: string | null;
  operator: string | null;
  display: string | null;
  legs: { leg: string; role: string; party: string; state: string }[];
  supervisors: { operator: string; mode: string; state: string; by: string }[];
}

export interface Operator {
  name: string;
  display_name: string;
  groups: string[];
  duty: string;
  standing: string;
  until: string | null;
  talks_today: number;
}

export interface StageSpeed {
  count: number;
  p50: number | null;
  p90: number | null;
  within_30: number;
  within_60: number;
  within_300: number;
}

export const STAGES = ['ring', 'accept', 'client_ring', 'talk'] as const;

export interface SpeedBoard {
  items: { key: string; leads: number; stages: Record<(typeof STAGES)[number], StageSpeed> }[];
}

export interface SourceFigures {
  calls: number;
  target_calls: number;
  requests: number;
  texts: number;
  unique: number;
  persons: number;
  costs: Record<string, number>;
  cost_per_call: number | null;
  cost_per_target_call: number | null;
  sales: number;
  revenue: Record<string, number>;
  roi: number | null;
}

export interface SourceReport {
  model: string;
  items: (SourceFigures & RowKey)[];
  total: SourceFigures;
}

export interface Project {
  name: string;
  model: string;
}

export interface Connection {
  connection_id: string;
  kind: string;
  name: string;
  enabled: string;
}

export interface ConnectionAccess {
  connection_id: string;
  state: string;
  why: string | null;
  remedy: string | null;
  checked_at: string | null;
}

export interface AdAccount {
  account_id: string;
  name: string;
  company: string | null;
  standing: string;
  status_text: string;
  role_text: string;
  chosen: string;
  webhook: string;
  webhook_why: string | null;
  gone_at: string | null;
}

export interface Form {
  form_id: string;
  external_id: string;
  enabled: string;
  display_name: string;
  static_utm: Record<string, string>;
  whisper_template: string | null;
  field_map: Record<string, string>;
}

export interface FormReading {
  status: string;
  changed_at: string | null;
  fields: { field: string; becomes: string; by: string; suggested: string | null }[];
  stale: string[];
}

export interface LeadTally {
  key: string | null;
  name: string | null;
  leads: number;
  reached: number;
  calls: number;
  talks: number;
  last_lead_at: string;
}

export interface Audience {
  audience_id: string;
  connection_id: string;
  name: string;
  schema: string;
  segment: Record<string, string[] | number>;
  state: string;
  why: string | null;
  external_id: string | null;
  matched: number | null;
}

export interface AudienceTask {
  task_id: string;
  action: string;
  state: string;
  run_at: string;
  why: string | null;
  valid: number | null;
  total: number | null;
}

export interface TestLead {
  result: string;
  form: string;
  phone: string;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Softphone {
  /** Null: see `why`. */
  web_socket: string | null;
  why: string | null;
  realm: string;
  ice_servers: { urls: string; username?: string; credential?: string }[];
}
