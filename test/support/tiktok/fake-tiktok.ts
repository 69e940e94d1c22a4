/**
 * A strict local look-alike of TikTok's business API v1.3, as far as it is documented (external-apis reference §1, §2): wrong
 * paths are plain-text 404, errors are HTTP 200 with a code, lists in queries must be JSON, the token stands in its own
 * header, ids have 19 digits. It refuses what the real one refuses, and says what it was asked.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { accountRoutes } from './fake-accounts.js';
import { audienceRoutes } from './fake-audiences.js';
import { leadRoutes } from './fake-leads.js';
import { FakeState, Refused, type FakeRequest, type FakeRoute } from './fake-state.js';

const PREFIX = '/open_api/v1.3';

export interface FakeTikTok {
  /** Without the slash at the end. */
  readonly apiUrl: string;
  readonly state: FakeState;
  /** The next so many requests to the path are refused with this code, or answered with this HTTP status. */
  failNext(path: string, code: number, times?: number): void;
  close(): Promise<void>;
}

const ROUTES: Readonly<Record<string, FakeRoute>> = { ...accountRoutes, ...leadRoutes, ...audienceRoutes };

export async function openFakeTikTok(): Promise<FakeTikTok> {
  const state = new FakeState();
  const failures = new Map<string, { code: number; left: number }>();
  const server = createServer((request, response) => {
    void readRequest(request).then((asked) => {
      state.asked.push(asked);
      const { status, type, body } = answerTo(state, failures, asked);
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}${PREFIX}`,
    state,
    failNext: (path, code, times = 1) => void failures.set(path, { code, left: times }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

async function readRequest(request: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://fake');
  return {
    method: request.method ?? '',
    path: url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

const NOT_FOUND: Answer = { status: 404, type: 'text/plain', body: '404 page not found' };

function answerTo(
  state: FakeState,
  failures: Map<string, { code: number; left: number }>,
  asked: FakeRequest,
): Answer {
  const route = ROUTES[`${asked.method} ${asked.path}`];
  if (route === undefined) return NOT_FOUND;
  const failure = failures.get(asked.path);
  if (failure !== undefined && failure.left > 0) {
    failure.left -= 1;
    // Statuses are told apart from codes, which have five digits.
    if (failure.code < 1000) return { status: failure.code, type: 'text/plain', body: 'upstream error' };
    return envelope(failure.code, 'made to fail', {});
  }
  try {
    const made = route(state, asked);
    if (state.loseAnswers.delete(asked.path)) return { status: 502, type: 'text/plain', body: 'bad gateway' };
    return Buffer.isBuffer(made)
      ? { status: 200, type: 'application/octet-stream', body: made }
      : withIds(state, envelope(0, 'OK', made));
  } catch (error) {
    if (error instanceof Refused) return envelope(error.code, error.message, {});
    return envelope(50000, String(error), {});
  }
}

function withIds({ ids }: FakeState, answer: Answer & { readonly body: string }): Answer {
  return ids === 'strings' ? answer : { ...answer, body: answer.body.replaceAll(/"(\d{17,})"/g, '$1') };
}

let requests = 0;

function envelope(code: number, message: string, content: unknown): Answer & { readonly body: string } {
  requests += 1;
  const body = JSON.stringify({
    code,
    message,
    request_id: `2026${String(requests).padStart(16, '0')}`,
    data: content,
  });
  return { status: 200, type: 'application/json', body };
}
