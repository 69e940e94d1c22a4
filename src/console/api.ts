/** The HTTP API as this page uses it. The key lives in this tab only. */
import type {
  AdAccount,
  Audience,
  AudienceTask,
  Call,
  CallDetail,
  Connection,
  ConnectionAccess,
  Form,
  FormReading,
  Lead,
  LeadDetail,
  LeadTally,
  LiveCall,
  Operator,
  Page,
  Project,
  Readiness,
  SourceReport,
  Softphone,
  SpeedBoard,
  TestLead,
  VisitorSnapshot,
} from './records.js';

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

interface Sent {
  method: 'POST' | 'PATCH';
  body: unknown;
}

function optionsOf(sent: Sent | undefined): RequestInit {
  const key = apiKey.get();
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  if (sent === undefined) return { headers: authorization };
  return {
    method: sent.method,
    headers: { ...authorization, 'content-type': 'application/json' },
    body: JSON.stringify(sent.body),
  };
}

/** `accepted`: statuses besides 2xx whose body is an answer and no problem. */
async function request<T>(path: string, sent?: Sent, accepted: readonly number[] = []): Promise<T> {
  const response = await fetch(path, optionsOf(sent));
  if (response.ok || accepted.includes(response.status)) return (await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new ApiError(response.status, problem.detail ?? response.statusText);
}

const post = (path: string, body: unknown = {}) => request<unknown>(path, { method: 'POST', body });

const queryOf = (asked: Record<string, string | undefined>): string =>
  new URLSearchParams(
    Object.entries(asked).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  ).toString();

/** Adds the key to an address that cannot carry headers (EventSource, audio). */
export function withKey(path: string): string {
  const key = apiKey.get();
  return key === null
    ? path
    : `${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(key)}`;
}

const of = (kind: 'leads' | 'calls' | 'live' | 'operators', id: string): string =>
  `/v1/${kind}/${encodeURIComponent(id)}`;

const form = (id: string): string => `/v1/forms/${encodeURIComponent(id)}`;

export type FormSettings = Omit<Form, 'form_id' | 'external_id' | 'whisper_template'> & {
  whisper_template: string;
};

const connection = (id: string): string => `/v1/connections/${encodeURIComponent(id)}`;

export interface Asked {
  phone?: string;
  /** Of leads a status, of calls a disposition. */
  state?: string;
  cursor?: string | undefined;
}

/** Rows that one answer holds; older ones come by the cursor. */
const PAGE_ROWS = '50';

export interface TalliesAsked {
  by: string;
  from: string;
}

export interface SourcesAsked {
  project: string;
  by: string;
  from: string;
  time_zone: string;
  /** Absent: the project's. */
  model?: string;
}

export type SupervisionAction = 'listen' | 'whisper' | 'barge' | 'three-way' | 'take-over' | 'leave' | 'move';

export interface Annotation {
  tags?: string[];
  note?: string;
  outcome?: { mark: string; later_at?: string };
}

export const api = {
  /** Throws an ApiError 401 or 403 when the key of this tab may not read. */
  isAllowed: () => request<unknown>('/v1/leads?limit=1'),
  leads: ({ phone, state, cursor }: Asked) =>
    request<Page<Lead>>(`/v1/leads?${queryOf({ limit: PAGE_ROWS, phone, status: state, cursor })}`),
  lead: (id: string) => request<LeadDetail>(of('leads', id)),
  calls: ({ phone, state, cursor }: Asked) =>
    request<Page<Call>>(`/v1/calls?${queryOf({ limit: PAGE_ROWS, phone, disposition: state, cursor })}`),
  call: (id: string) => request<CallDetail>(of('calls', id)),
  visitor: async (kind: 'calls' | 'leads', id: string) =>
    (await request<{ visitor: VisitorSnapshot | null }>(`${of(kind, id)}/visitor`)).visitor,
  readiness: () => request<Readiness>('/readyz', undefined, [503]),
  softphone: () => request<Softphone>('/v1/softphone'),
  live: async () => (await request<{ items: LiveCall[] }>('/v1/live')).items,
  operators: async () => (await request<{ items: Operator[] }>('/v1/operators')).items,
  speed: (asked: { by: string; from: string; time_zone: string }) =>
    request<SpeedBoard>(`/v1/speed?${queryOf(asked)}`),

  projects: async () => (await request<{ items: Project[] }>('/v1/projects')).items,
  sources: (asked: SourcesAsked) => request<SourceReport>(`/v1/reports/sources?${queryOf({ ...asked })}`),

  connections: async () => (await request<{ items: Connection[] }>('/v1/connections')).items,
  access: (id: string) => request<ConnectionAccess>(`${connection(id)}/access`),
  adAccounts: async (id: string) =>
    (await request<{ items: AdAccount[] }>(`${connection(id)}/accounts`)).items,
  authorise: (id: string) =>
    request<{ url: string }>(`${connection(id)}/authorise`, { method: 'POST', body: {} }),
  revoke: (id: string) => post(`${connection(id)}/revoke`),
  syncConnection: (id: string) => post(`${connection(id)}/sync`),
  setConnection: (id: string, enabled: string) =>
    request<unknown>(connection(id), { method: 'PATCH', body: { enabled } }),
  chooseAccount: (id: string, account: string, chosen: string) =>
    request<unknown>(`${connection(id)}/accounts/${encodeURIComponent(account)}`, {
      method: 'PATCH',
      body: { chosen },
    }),

  forms: async (id: string) =>
    (await request<{ items: Form[] }>(`/v1/forms?${queryOf({ connection_id: id })}`)).items,
  /** Null for a form that no sync has seen at its source. */
  formReading: (id: string) =>
    request<FormReading>(`${form(id)}/fields`).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }),
  setForm: (id: string, body: Partial<FormSettings>) => request<unknown>(form(id), { method: 'PATCH', body }),
  leadTallies: async (id: string) =>
    (await request<{ items: LeadTally[] }>(`/v1/reports/leads?${queryOf({ by: 'form', connection_id: id })}`))
      .items,
  talliesBy: async (asked: TalliesAsked) =>
    (await request<{ items: LeadTally[] }>(`/v1/reports/leads?${queryOf({ ...asked })}`)).items,
  fetchLeads: (id: string) => post(`${connection(id)}/fetches`),
  testLead: (id: string, formId: string) =>
    request<TestLead>(`${connection(id)}/test`, { method: 'POST', body: { form_id: formId } }),

  audiences: async () => (await request<{ items: Audience[] }>('/v1/audiences')).items,
  audienceTasks: async (id: string) =>
    (await request<{ tasks: AudienceTask[] }>(`/v1/audiences/${encodeURIComponent(id)}`)).tasks,
  fillAudience: (id: string, action: string, trigger: string) =>
    post(`/v1/audiences/${encodeURIComponent(id)}/tasks`, { action, trigger }),

  callLead: (id: string) => post(`${of('leads', id)}/call`),
  releaseLead: (id: string) => post(`${of('leads', id)}/release`),
  refuseLead: (id: string) => post(`${of('leads', id)}/refuse`),
  withdrawLead: (id: string) => post(`${of('leads', id)}/withdraw`),
  hangUp: (id: string) => post(`${of('calls', id)}/commands`, { command: 'hang-up' }),
  annotate: (id: string, body: Annotation) => request<unknown>(of('calls', id), { method: 'PATCH', body }),
  supervise: (id: string, action: SupervisionAction, operator: string) =>
    post(`${of('live', id)}/supervision`, { action, operator }),
  setDuty: (name: string, duty: string) =>
    request<unknown>(of('operators', name), { method: 'PATCH', body: { duty } }),
};

export const talliesCsvUrl = (asked: TalliesAsked): string =>
  withKey(`/v1/reports/leads.csv?${queryOf({ ...asked })}`);
export const sourcesCsvUrl = (asked: SourcesAsked): string =>
  withKey(`/v1/reports/sources.csv?${queryOf({ ...asked })}`);
export const ladderUrl = (callId: string): string => withKey(`${of('calls', callId)}/ladder.svg`);
export type Heard = 'recording' | 'spoken-time';
export const recordingUrl = (callId: string, heard: Heard): string =>
  withKey(`${of('calls', callId)}/${heard}`);
