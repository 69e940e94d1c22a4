/** Which client gets which kind of request: round robin over the clients that routed the verb. */
import type { Client } from './control-port.js';

export interface RequestRoutes {
  add(client: Client, verb: string): void;
  /** As the real server, which drops every verb of the client. */
  removeAll(client: Client): void;
  /** The next client for a verb such as `invite` or `cdr:stop`. */
  next(verb: string): Client | undefined;
}

export function createRequestRoutes(): RequestRoutes {
  /** A set, since drachtio-srf repeats all its routes with every new one. */
  const byVerb = new Map<string, Set<Client>>();
  const turns = new Map<string, number>();

  return {
    add(client, verb) {
      const clients = byVerb.get(verb) ?? new Set();
      byVerb.set(verb, clients.add(client));
    },
    removeAll(client) {
      for (const [verb, clients] of byVerb) {
        clients.delete(client);
        if (clients.size > 0) continue;
        byVerb.delete(verb);
        turns.delete(verb);
      }
    },
    next(verb) {
      const clients = [...(byVerb.get(verb) ?? [])];
      if (clients.length === 0) return undefined;
      const turn = turns.get(verb) ?? 0;
      turns.set(verb, turn + 1);
      return clients[turn % clients.length];
    },
  };
}
