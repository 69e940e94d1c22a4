/** DNS by node:dns. Its SRV and NAPTR answers come without their TTL; these are kept for a minute. */
import { Resolver, lookup } from 'node:dns/promises';
import { messageOf } from '../errors.js';
import type { Dns, DnsAnswer, DnsTypes } from './dns.js';

const UNTOLD_TTL_SECONDS = 60;
const TIMEOUT_MS = 2000;
const TRIES = 2;
const MISSES: readonly string[] = ['ENOTFOUND', 'ENODATA'];

/** `servers`: `address[:port]`; default: those of the system. */
export function nodeDns(servers: readonly string[] = []): Dns {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);
  const askers: { [T in keyof DnsTypes]: (name: string) => Promise<DnsAnswer<DnsTypes[T]>> } = {
    NAPTR: async (name) => records(await resolver.resolveNaptr(name), UNTOLD_TTL_SECONDS),
    SRV: async (name) => records(await resolver.resolveSrv(name), UNTOLD_TTL_SECONDS),
    A: (name) => addresses(resolver.resolve4(name, { ttl: true }), name, 4),
    AAAA: (name) => addresses(resolver.resolve6(name, { ttl: true }), name, 6),
  };
  return {
    query: (type, name) => askers[type](name).catch((error: unknown) => missOf(error)),
  };
}

function records<R>(found: readonly R[], ttlSeconds: number): DnsAnswer<R> {
  return { kind: 'records', records: found, ttlSeconds };
}

function missOf(error: unknown): DnsAnswer<never> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return MISSES.includes(code) ? { kind: 'none' } : { kind: 'failed', why: code || messageOf(error) };
}

/** Names of the hosts file are in no DNS server. */
async function addresses(
  asked: Promise<readonly { readonly address: string; readonly ttl: number }[]>,
  name: string,
  family: 4 | 6,
): Promise<DnsAnswer<string>> {
  try {
    const found = await asked;
    return records(
      found.map(({ address }) => address),
      Math.min(...found.map(({ ttl }) => ttl)),
    );
  } catch (error) {
    const local = await lookup(name, { all: true, family }).catch(() => []);
    return local.length > 0
      ? records(
          local.map(({ address }) => address),
          UNTOLD_TTL_SECONDS,
        )
      : missOf(error);
  }
}
