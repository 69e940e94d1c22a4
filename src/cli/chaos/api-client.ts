/** The public HTTP API as a client of Dialtrace uses it: a lead is posted until it is answered, always under one key. */
import { Fault } from '../../errors.js';
import { pass, poll } from './within.js';

export interface PostedLead {
  readonly leadId: string;
  readonly number: string;
  /** Who accepts; also the name of the group. */
  readonly operator: string;
  /** Who is rung together with him. */
  readonly colleagues: readonly string[];
}

export interface LeadView {
  readonly lead_id: string;
  readonly status: string;
  readonly attempts: readonly { readonly number: number; readonly call_id: string | null }[];
  readonly timeline: readonly { readonly name: string }[];
}

export interface CallView {
  readonly call_id: string;
  readonly state: string;
  readonly bridged_at: string | null;
  readonly ended_at: string | null;
  readonly adopted_at: string | null;
  readonly legs: readonly { readonly role: string; readonly sip_call_id: string }[];
}

export interface ApiClient {
  postLead(lead: Omit<PostedLead, 'leadId'>): Promise<PostedLead>;
  lead(id: string): Promise<LeadView>;
  call(id: string): Promise<CallView>;
  openCalls(): Promise<number>;
}

const RATE_LIMITED = 429;
const RATE = { everyMs: 0, deadlineMs: 600_000 } as const;
const POST = { everyMs: 100, deadlineMs: 20_000 } as const;

export function apiClient(url: string): ApiClient {
  const get = async (path: string): Promise<unknown> => {
    const response = await poll(
      () => asked(`${url}${path}`),
      ({ status }) => status !== RATE_LIMITED,
      RATE,
    );
    if (!response.ok) throw new Fault('bug', `GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    postLead: async (lead) => {
      const leadId = await poll(
        () => post(url, lead.number, lead.operator),
        (id) => id !== undefined,
        POST,
      );
      if (leadId === undefined) throw new Fault('switch-timeout', `the lead of ${lead.number} was not taken`);
      return { leadId, ...lead };
    },
    lead: async (id) => (await get(`/v1/leads/${id}`)) as LeadView,
    call: async (id) => (await get(`/v1/calls/${id}`)) as CallView,
    openCalls: async () => ((await get('/v1/calls?open=yes&limit=500')) as { items: unknown[] }).items.length,
  };
}

/** Whoever asks for more than the server allows comes back when it says, as any client must. */
async function asked(address: string): Promise<Response> {
  const response = await fetch(address);
  if (response.status === RATE_LIMITED) await pass(Number(response.headers.get('retry-after') ?? 1) * 1000);
  return response;
}

/** `undefined` when the program was not there to answer. */
async function post(url: string, number: string, operator: string): Promise<string | undefined> {
  const response = await fetch(`${url}/v1/leads`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `chaos-${number}` },
    body: JSON.stringify({ phone: number, name: 'Ivan', group: operator }),
  }).catch(() => undefined);
  if (response?.status !== 202) return undefined;
  return ((await response.json()) as { lead_id: string }).lead_id;
}
