/** API keys as Bearer tokens: `dt_<prefix>_<secret>`, stored as prefix + SHA-256, compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiKey, Store } from '../app/ports/store.js';
import { Fault } from '../errors.js';

/** What a key may do. `admin` includes the others. */
export const SCOPES = ['read', 'leads', 'calls', 'listen', 'supervise', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the API key, for the timeline; `local` without one, `public` on open routes. */
    actor: string;
  }
  interface FastifyContextConfig {
    /** Scope a route asks for; `public` for none. Every route says one. */
    scope?: Scope | 'public';
  }
}

export interface AuthOptions {
  readonly store: Pick<Store, 'apiKeys'>;
  readonly access: 'keys' | 'open-on-loopback';
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The part of a key that finds it; undefined when it is not one of ours. */
export function keyPrefix(key: string): string | undefined {
  return /^dt_([a-z0-9]{8})_[A-Za-z0-9_-]{32,}$/.exec(key)?.[1];
}

function tokenOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ') === true) return header.slice(7).trim();
  // EventSource and <audio> cannot send headers; the query is accepted for reading only.
  const query = (request.query as Record<string, unknown> | undefined)?.['access_token'];
  return request.method === 'GET' && typeof query === 'string' ? query : undefined;
}

async function findKey(store: AuthOptions['store'], token: string): Promise<ApiKey | undefined> {
  const prefix = keyPrefix(token);
  if (prefix === undefined) return undefined;
  const hash = Buffer.from(hashKey(token));
  const keys = await store.apiKeys.byPrefix(prefix);
  return keys.find((key) => key.revokedAt === undefined && timingSafeEqual(Buffer.from(key.hash), hash));
}

const LOOPBACK: ReadonlySet<string | undefined> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/**
 * A person or program on this machine, and nobody through it: not a proxy (whatever addresses it names), not a name that
 * DNS points here, not a page of another site in the browser of this machine.
 */
export function isFromThisMachine({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const { host = '', origin } = headers;
  return (
    LOOPBACK.has(socket.remoteAddress) &&
    PROXY_HEADERS.every((name) => headers[name] === undefined) &&
    LOCAL_HOST.test(host) &&
    (origin === undefined || origin === `http://${host}`)
  );
}

/** Throws Fault `unauthenticated`. */
async function requireKey(store: AuthOptions['store'], token: string | undefined): Promise<ApiKey> {
  if (token === undefined) throw new Fault('unauthenticated', 'this request needs an API key');
  const key = await findKey(store, token);
  if (key === undefined) throw new Fault('unauthenticated', 'the API key is not known or was revoked');
  return key;
}

async function authorise(request: FastifyRequest, { store, access }: AuthOptions): Promise<void> {
  const needed = request.routeOptions.config.scope ?? 'admin';
  if (needed === 'public' || request.is404) return;
  const token = tokenOf(request);
  if (token === undefined && access === 'open-on-loopback' && isFromThisMachine(request)) {
    request.actor = 'local';
    return;
  }
  const { scopes, name } = await requireKey(store, token);
  request.actor = name;
  if (!scopes.includes(needed) && !scopes.includes('admin'))
    throw new Fault('forbidden', `this request needs a key with the scope "${needed}"`);
}

/** Checks every request by the scope of its route; a route without one needs `admin`. What is not there is told to all. */
export function installAuth(server: FastifyInstance, options: AuthOptions): void {
  server.decorateRequest('actor', 'public');
  server.addHook('onRequest', (request) => authorise(request, options));
}
