/**
 * One request to TikTok's business API and what comes back: `Access-Token` header, paths that end with a slash, lists of a
 * query as JSON text, an envelope whose `code` decides whatever the HTTP status says, plain text where a path is wrong.
 * Waits for the token bucket and repeats what passes.
 */
import { ExponentialBackoff, handleWhenResult, retry, type IPolicy } from 'cockatiel';
import { z } from 'zod';
import { parseKeepingIds } from '../domain/values/parse-keeping-ids.js';
import type { Clock } from '../app/ports/ports.js';
import type { TikTokAnswer } from '../app/ports/tiktok.js';
import { isPassing, refusalKindOf, type Refusal, type ReportedCodes } from '../domain/tiktok/refusals.js';
import { present } from '../domain/values/present.js';
import { messageOf } from '../errors.js';
import { TokenBucket } from './token-bucket.js';

export interface ClientOptions {
  /** Without the slash at the end. */
  readonly apiUrl: string;
  readonly requestsPerSecond: number;
  readonly codes: ReportedCodes;
  readonly timeoutMs: number;
  /** Before the second try; doubles from there, with chance. */
  readonly firstDelayMs: number;
  readonly clock: Pick<Clock, 'now' | 'after'>;
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

interface Asked {
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `once`: doing it twice would do harm, so it is repeated only when TikTok says that it did nothing. */
export type Posted = Asked & {
  readonly body: Readonly<Record<string, unknown>> | FormData;
  readonly repeat: 'safe' | 'once';
};
export type Got = Asked & { readonly query?: Query };

interface Attempt<T> {
  readonly answer: TikTokAnswer<T>;
  /** Was it certainly not carried out? */
  readonly done: 'no' | 'unknown' | 'yes';
}

const TRIES_AFTER_THE_FIRST = 4;
const LONGEST_DELAY_MS = 30_000;
const TOO_MANY = 429;
/** A count of pages that grows while we read would never end. */
const MOST_PAGES = 200;

const envelope = z.object({
  code: z.coerce.number().int(),
  message: z.string().catch(''),
  request_id: z.string().optional().catch(undefined),
  data: z.unknown(),
});

export class TikTokClient {
  readonly #options: ClientOptions;
  readonly #bucket: TokenBucket;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.clock, options.requestsPerSecond);
  }

  get<T>(data: z.ZodType<T>, { query = {}, ...asked }: Got): Promise<TikTokAnswer<T>> {
    const address = this.#address(asked.path, query);
    return this.#repeat('safe', () => this.#once(address, { headers: headersOf(asked) }, data));
  }

  /** Bytes of a file; an envelope in its place is a refusal. */
  download({ query = {}, ...asked }: Got): Promise<TikTokAnswer<Uint8Array>> {
    const address = this.#address(asked.path, query);
    return this.#repeat('safe', () => this.#bytes(address, headersOf(asked)));
  }

  post<T>(data: z.ZodType<T>, { body, repeat, ...asked }: Posted): Promise<TikTokAnswer<T>> {
    const isForm = body instanceof FormData;
    const init: RequestInit = {
      method: 'POST',
      headers: { ...headersOf(asked), ...(!isForm && { 'content-type': 'application/json' }) },
      body: isForm ? body : JSON.stringify(body),
    };
    return this.#repeat(repeat, () => this.#once(this.#address(asked.path, {}), init, data));
  }

  async #repeat<T>(repeat: Posted['repeat'], attempt: () => Promise<Attempt<T>>): Promise<TikTokAnswer<T>> {
    const { answer } = await policyOf(repeat, this.#options.firstDelayMs).execute(async () => {
      await this.#bucket.take();
      return attempt();
    });
    return answer;
  }

  #address(path: string, query: Query): URL {
    const url = new URL(`${this.#options.apiUrl}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined)
        url.searchParams.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    return url;
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response | Attempt<never>> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    return fetch(url, { ...init, signal, redirect: 'error' }).catch((error: unknown) =>
      refused({ kind: 'unavailable', message: `${url.host} does not answer: ${whyOf(error)}` }, 'unknown'),
    );
  }

  async #once<T>(url: URL, init: RequestInit, data: z.ZodType<T>): Promise<Attempt<T>> {
    const response = await this.#fetch(url, init);
    if (!(response instanceof Response)) return response;
    const text = await response.text().catch(() => '');
    return this.#read(response.status, text, data);
  }

  async #bytes(url: URL, headers: Record<string, string>): Promise<Attempt<Uint8Array>> {
    const response = await this.#fetch(url, { headers });
    if (!(response instanceof Response)) return response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status === 200 && !looksLikeEnvelope(bytes))
      return { answer: { kind: 'ok', value: bytes }, done: 'yes' };
    const read = this.#read(response.status, Buffer.from(bytes).toString('utf8'), z.unknown());
    if (read.answer.kind === 'refused') return { answer: read.answer, done: read.done };
    return refused({ kind: 'unreadable', message: 'there is an envelope in place of the file' }, 'no');
  }

  #read<T>(status: number, text: string, data: z.ZodType<T>): Attempt<T> {
    const parsed = envelope.safeParse(parseKeepingIds(text));
    if (!parsed.success) return refused(plainRefusal(status, text), status >= 500 ? 'unknown' : 'no');
    const { code, message, request_id: requestId } = parsed.data;
    if (code !== 0) {
      const kind = refusalKindOf(code, this.#options.codes);
      return refused(
        { kind, code, message, ...present({ requestId }) },
        kind === 'unavailable' ? 'unknown' : 'no',
      );
    }
    const read = data.safeParse(parsed.data.data ?? {});
    if (read.success) return { answer: { kind: 'ok', value: read.data }, done: 'yes' };
    return refused(
      {
        kind: 'unreadable',
        message: `the answer has another shape: ${z.prettifyError(read.error)}`,
        ...present({ requestId }),
      },
      'unknown',
    );
  }
}

function policyOf(repeat: Posted['repeat'], initialDelay: number): IPolicy {
  const isWorthIt = (result: unknown): boolean => {
    const { answer, done } = result as Attempt<unknown>;
    return answer.kind === 'refused' && isPassing(answer.refusal) && (repeat === 'safe' || done === 'no');
  };
  return retry(handleWhenResult(isWorthIt), {
    maxAttempts: TRIES_AFTER_THE_FIRST,
    backoff: new ExponentialBackoff({ initialDelay, maxDelay: LONGEST_DELAY_MS }),
  });
}

function headersOf({ token, headers }: Asked): Record<string, string> {
  return { ...headers, ...(token !== undefined && { 'Access-Token': token }) };
}

function refused(refusal: Refusal, done: Attempt<never>['done']): Attempt<never> {
  return { answer: { kind: 'refused', refusal }, done };
}

/** A wrong path is answered 404 in plain text. */
function plainRefusal(status: number, text: string): Refusal {
  const message = `HTTP ${status}: ${text.slice(0, 200)}`;
  if (status === TOO_MANY) return { kind: 'rate-limited', message };
  return { kind: status >= 500 ? 'unavailable' : 'unreadable', message };
}

function looksLikeEnvelope(bytes: Uint8Array): boolean {
  return bytes.at(0) === '{'.charCodeAt(0);
}

/** undici keeps the cause of `fetch failed` inside. */
function whyOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

export function mapped<T, U>(answer: TikTokAnswer<T>, change: (value: T) => U): TikTokAnswer<U> {
  return answer.kind === 'ok' ? { kind: 'ok', value: change(answer.value) } : answer;
}

/** Every page of a list. */
export async function allPages<T extends { readonly page_info: { readonly total_page: number } }>(
  client: TikTokClient,
  shape: z.ZodType<T>,
  asked: Got,
): Promise<TikTokAnswer<readonly T[]>> {
  const pages: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await client.get(shape, { ...asked, query: { ...asked.query, page } });
    if (answer.kind === 'refused') return answer;
    pages.push(answer.value);
    if (page >= answer.value.page_info.total_page) break;
  }
  return { kind: 'ok', value: pages };
}
