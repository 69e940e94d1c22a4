/** API keys as Bearer tokens: `dt_<prefix>_<secret>`, stored as prefix + SHA-256, compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiKey, Store } from '../app/ports/store.js';
import { Fault } from '../errors.js';

/** What a key may do. `admin` includes the others. */
export const SCOPES = ['read', 'leads', 'calls', 'listen', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

declare module 'fastify' {
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

function isLoopback(request: FastifyRequest): boolean {
  return request.ip === '127.0.0.1' || request.ip === '::1' || request.ip === '::ffff:127.0.0.1';
}

async function authorise(request: FastifyRequest, options: AuthOptions): Promise<void> {
  const needed = request.routeOptions.config.scope ?? 'admin';
  if (needed === 'public') return;
  const token = tokenOf(request);
  if (token === undefined && options.access === 'open-on-loopback' && isLoopback(request)) return;
  if (token === undefined) throw new Fault('unauthenticated', 'this request needs an API key');
  const key = await findKey(options.store, token);
  if (key === undefined) throw new Fault('unauthenticated', 'the API key is not known or was revoked');
  if (!key.scopes.includes(needed) && !key.scopes.includes('admin'))
    throw new Fault('forbidden', `this request needs a key with the scope "${needed}"`);
}

/** Checks every request by the scope of its route; a route without one needs `admin`. */
export function installAuth(server: FastifyInstance, options: AuthOptions): void {
  server.addHook('onRequest', (request) => authorise(request, options));
}
