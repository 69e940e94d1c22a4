/** Trunks with their passwords, read ahead: the switch asks for them in the middle of a call. */
import type { Secrets } from '../app/ports/ports.js';
import type { Telephony } from '../domain/routing/telephony.js';
import type { TrunkList, TrunkWithPassword } from '../switch/options.js';

export interface TrunkBook extends TrunkList {
  find(name: string): TrunkWithPassword | undefined;
  /**
   * Reads every password; a missing one leaves its trunk without (the carrier then refuses, and doctor says why). Of a
   * trunk that stands in several sets the last one counts; one of an earlier set can be found by the calls that run
   * on it.
   */
  load(...sets: readonly Telephony[]): Promise<void>;
}

export function createTrunkBook(secrets: Secrets): TrunkBook {
  let trunks = new Map<string, TrunkWithPassword>();
  /** Of earlier sets. */
  const retired = new Map<string, TrunkWithPassword>();
  const listeners = new Set<() => void>();
  return {
    find: (name) => trunks.get(name) ?? retired.get(name),
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
      for (const [name, trunk] of trunks) retired.set(name, trunk);
      trunks = new Map(entries);
      for (const listener of listeners) listener();
    },
  };
}
