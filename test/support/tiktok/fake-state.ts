/** What the look-alike of TikTok remembers, and how its endpoints read a request. */
import type { IncomingHttpHeaders } from 'node:http';

export interface FakeRequest {
  readonly method: string;
  /** After the version. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type FakeRoute = (state: FakeState, request: FakeRequest) => object | Buffer;

export class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface FakeAccount {
  readonly advertiser_id: string;
  readonly name: string;
  readonly status: string;
  readonly role: string;
  readonly company: string;
  readonly timezone: string;
  readonly currency: string;
}

export interface FakeSubscription {
  readonly subscription_id: string;
  readonly callback_url: string;
  readonly advertiser_id: string;
  readonly token: string;
}

/** The app that the look-alike knows. */
export const APP_ID = '7012345678901234567';
export const SECRET = 'test_app_secret';
export interface FakeForm {
  readonly page_id: string;
  readonly advertiser_id: string;
  readonly title: string;
  readonly status: string;
  readonly transfer_status: string;
  fields: string[];
  /** Rows of the exported file, by region. */
  readonly files: Map<string, Buffer | string>;
  mock?: string;
}

export interface FakeTask {
  readonly page_id: string;
  readonly region: string;
  /** Looks until the file is there. */
  looks: number;
}

export interface FakeAudience {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  isValid: boolean;
  coverNum?: number;
  readonly lines: Set<string>;
  readonly history: { readonly action: string; readonly at: Date }[];
}

export interface FakeFile {
  readonly account: string;
  readonly type: string;
  readonly lines: readonly string[];
}

export const ACCOUNT = '7098765432109876543';
export const OTHER_ACCOUNT = '7098765432109876544';

const account = (advertiser_id: string, name: string, status: string, role: string): FakeAccount => ({
  ...{ advertiser_id, name, status, role },
  company: 'ООО Ромашка',
  timezone: 'Europe/Moscow',
  currency: 'RUB',
});

/** What each test begins with. */
function accounts(): FakeAccount[] {
  return [
    account(ACCOUNT, 'Ромашка', 'STATUS_ENABLE', 'ROLE_ADVERTISER'),
    account(OTHER_ACCOUNT, 'Василёк', 'STATUS_LIMIT', 'ROLE_CHILD_ADVERTISER'),
  ];
}

export class FakeState {
  readonly asked: FakeRequest[] = [];
  /** As v1.2 and the webhooks write them, or as v1.3 does. */
  ids: 'numbers' | 'strings' = 'strings';
  /** Authorisation codes that were not used yet. */
  readonly codes = new Set<string>();
  /** Tokens that live. */
  readonly tokens = new Set<string>();
  accounts = accounts();
  /** Accounts that the user is no Admin of. */
  readonly foreign = new Set<string>();
  readonly subscriptions: FakeSubscription[] = [];
  readonly forms: FakeForm[] = [];
  /** Paths whose next request is carried out and not answered. */
  readonly loseAnswers = new Set<string>();
  readonly files = new Map<string, FakeFile>();
  readonly audiences: FakeAudience[] = [];
  readonly tasks = new Map<string, FakeTask>();
  /** Told of each test lead that is pushed; TikTok may push none. */
  pushTestLead: ((lead: { readonly id: string; readonly page_id: string }) => void) | undefined;
  #next = 7_300_000_000_000_000_000n;

  /** 19 digits, as all of theirs. */
  id(): string {
    this.#next += 1n;
    return String(this.#next);
  }

  /** As it was at first; ids go on. */
  reset(): void {
    this.asked.length = 0;
    this.codes.clear();
    this.tokens.clear();
    this.accounts = accounts();
    this.foreign.clear();
    this.subscriptions.length = 0;
    this.forms.length = 0;
    this.tasks.clear();
    this.files.clear();
    this.audiences.length = 0;
    this.pushTestLead = undefined;
  }

  addForm(title: string, fields: string[], more: Partial<FakeForm> = {}): FakeForm {
    const form: FakeForm = {
      ...{ page_id: this.id(), advertiser_id: ACCOUNT, title, fields, status: 'PUBLISHED' },
      ...{ transfer_status: 'UNSET', files: new Map(), ...more },
    };
    this.forms.push(form);
    return form;
  }

  count(path: string): number {
    return this.asked.filter((one) => one.path === path).length;
  }
}

/** The token of the request, when it lives. */
export function tokenOf(state: FakeState, { headers }: FakeRequest): string {
  const token = headers['access-token'];
  if (headers.authorization !== undefined) throw new Refused(40104, 'Access token is empty');
  if (typeof token !== 'string' || token === '') throw new Refused(40104, 'Access token is empty');
  if (!state.tokens.has(token)) throw new Refused(40105, 'Access token is incorrect or has been revoked.');
  return token;
}

export function jsonOf({ headers, body }: FakeRequest): Record<string, unknown> {
  if (headers['content-type'] !== 'application/json') throw new Refused(40002, 'Content-Type must be json');
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new Refused(40002, 'malformed JSON');
  }
}

export function listOf(text: string | undefined, name: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text ?? '');
    if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
  } catch {
    // Told below.
  }
  throw new Refused(40002, `${name}: Not a valid list.`);
}

export function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '')
    throw new Refused(40002, `${name}: Missing data for required field.`);
  return value;
}

/** An ad account that the token's user may work with. */
export function ownAccount(state: FakeState, id: string): string {
  if (!state.accounts.some((one) => one.advertiser_id === id) || state.foreign.has(id))
    throw new Refused(40001, `No permission to operate advertiser ${id}`);
  return id;
}

export function pageOf<T>(all: readonly T[], query: FakeRequest['query']) {
  const page = Number(query['page'] ?? 1);
  const size = Number(query['page_size'] ?? 10);
  if (!Number.isInteger(page) || page < 1 || size < 1) throw new Refused(40002, 'page: Not a valid integer.');
  const total = Math.max(1, Math.ceil(all.length / size));
  return {
    items: all.slice((page - 1) * size, page * size),
    page_info: { page, page_size: size, total_number: all.length, total_page: total },
  };
}
