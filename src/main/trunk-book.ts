/** Trunks with their passwords and certificates, read ahead: the switch asks for them in the middle of a call. */
import { readFile } from 'node:fs/promises';
import type { Secrets } from '../app/ports/ports.js';
import type { Telephony, Trunk, TrunkTls } from '../domain/routing/telephony.js';
import { present } from '../domain/values/present.js';
import { isSecure } from '../settings/trunk-tls.js';
import type { TlsPeer, TlsTerms } from '../sip/api.js';
import type { TrunkList, TrunkWithPassword } from '../switch/options.js';

export interface TrunkBook extends TrunkList {
  find(name: string): TrunkWithPassword | undefined;
  /** Of the trunk's TLS gateways; undefined: those of everybody. */
  tlsOf(name: string): TlsTerms | undefined;
  tlsPeers(): readonly TlsPeer[];
  /**
   * Reads every password and certificate; a missing one leaves its trunk without (the carrier then refuses, and doctor says why). Of a
   * trunk that stands in several sets the last one counts; one of an earlier set can be found by the calls that run
   * on it.
   */
  load(...sets: readonly Telephony[]): Promise<void>;
}

export function createTrunkBook(secrets: Secrets): TrunkBook {
  let trunks = new Map<string, TrunkWithPassword>();
  /** Of earlier sets. */
  const retired = new Map<string, TrunkWithPassword>();
  let terms = new Map<string, TlsTerms>();
  const listeners = new Set<() => void>();
  return {
    find: (name) => trunks.get(name) ?? retired.get(name),
    tlsOf: (name) => terms.get(name),
    tlsPeers: () => [...trunks.values()].flatMap(({ trunk }) => peersOf(trunk, terms.get(trunk.name))),
    all: () => [...trunks.values()],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: async (...sets) => {
      const named = new Map(
        sets.flatMap((set) => Object.values(set.trunks).map((trunk) => [trunk.name, trunk] as const)),
      );
      const entries = await Promise.all(
        [...named.values()].map(async (trunk): Promise<[string, TrunkWithPassword]> => {
          const password = trunk.passwordRef === undefined ? undefined : await secrets.get(trunk.passwordRef);
          return [trunk.name, { trunk, ...(password === undefined ? {} : { password }) }];
        }),
      );
      const secured = await Promise.all(
        [...named.values()].map(async ({ name, tls }) => [name, tls && (await termsOf(tls))] as const),
      );
      terms = new Map(secured.flatMap(([name, found]) => (found === undefined ? [] : [[name, found]])));
      for (const [name, trunk] of trunks) retired.set(name, trunk);
      trunks = new Map(entries);
      for (const listener of listeners) listener();
    },
  };
}

/** REGISTER goes to a gateway, but asks for the registrar's name. */
function peersOf({ gateways, registration }: Trunk, terms: TlsTerms | undefined): readonly TlsPeer[] {
  if (terms === undefined) return [];
  const registrar = registration?.registrar;
  return [
    ...gateways.filter(isSecure).map(({ host, port }) => ({ host, ...terms, ...present({ port }) })),
    ...(registrar === undefined ? [] : [{ host: registrar.replace(/:\d+$/, ''), ...terms }]),
  ];
}

async function termsOf({ caFile, certificateFile, keyFile, serverName }: TrunkTls): Promise<TlsTerms> {
  const [ca, cert, key] = await Promise.all([caFile, certificateFile, keyFile].map(textOf));
  return present({ ca, cert, key, serverName });
}

function textOf(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? Promise.resolve(undefined) : readFile(file, 'utf8').catch(() => undefined);
}
