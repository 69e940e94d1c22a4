/** The HTTP API as this page uses it. The key lives in this tab only. */

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
  timeline: TimelineEvent[];
}

export interface Leg {
  leg_id: string;
  role: string;
  party: string;
  state: string;
  invited_at: string;
  ringing_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  disposition: string | null;
  sip_status: number | null;
}

export interface Recording {
  recording_id: string;
  state: string;
  seconds: number | null;
  channel_roles: string[];
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

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

const KEY = 'dialtrace-api-key';

export const apiKey = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (key: string): void => sessionStorage.setItem(KEY, key),
  clear: (): void => sessionStorage.removeItem(KEY),
};

export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function request<T>(path: string, accepted: readonly number[] = []): Promise<T> {
  const key = apiKey.get();
  const response = await fetch(path, { headers: key === null ? {} : { authorization: `Bearer ${key}` } });
  if (response.ok || accepted.includes(response.status)) return (await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new ApiError(response.status, problem.detail ?? response.statusText);
}

/** Adds the key to an address that cannot carry headers (EventSource, audio). */
export function withKey(path: string): string {
  const key = apiKey.get();
  return key === null
    ? path
    : `${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(key)}`;
}

export const api = {
  leads: () => request<Page<Lead>>('/v1/leads?limit=100'),
  lead: (id: string) => request<LeadDetail>(`/v1/leads/${encodeURIComponent(id)}`),
  calls: () => request<Page<Call>>('/v1/calls?limit=100'),
  call: (id: string) => request<CallDetail>(`/v1/calls/${encodeURIComponent(id)}`),
  visitor: async (kind: 'calls' | 'leads', id: string) =>
    (await request<{ visitor: VisitorSnapshot | null }>(`/v1/${kind}/${encodeURIComponent(id)}/visitor`))
      .visitor,
  readiness: () => request<Readiness>('/readyz', [503]),
};

export const recordingUrl = (callId: string): string =>
  withKey(`/v1/calls/${encodeURIComponent(callId)}/recording`);
