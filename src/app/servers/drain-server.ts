/**
 * A server of the switch is drained for maintenance, or takes calls again. It is a stored flag, so that a restart does not
 * undo it and every process that uses the server follows; each looks at the flags from time to time.
 */
import { nearestName } from '../../domain/values/nearest.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { SwitchServer } from '../ports/switch.js';

export interface DrainChange {
  readonly server: string;
  readonly wish: 'drain' | 'undrain';
  readonly by: string;
}

const flagOf = (server: string): string => `drained-server:${server}`;

/** Throws Fault `not-found`. Saying again what is so changes nothing and is told to nobody. */
export async function drainServer(
  context: AppContext,
  { server, wish, by }: DrainChange,
): Promise<SwitchServer> {
  findServer(context, server);
  await commit(context, async ({ tx, now, tell }) => {
    const isDrained = (await tx.flags.get(flagOf(server))) !== undefined;
    if (isDrained === (wish === 'drain')) return;
    if (wish === 'drain') await tx.flags.set(flagOf(server), JSON.stringify({ by, at: now }));
    else await tx.flags.remove(flagOf(server));
    tell({ name: wish === 'drain' ? 'server.drained' : 'server.undrained', payload: { server, by } });
  });
  await followDrained(context);
  return findServer(context, server);
}

/** What the flags say, also those that another process set. */
export async function followDrained({
  ports: { store, switch: telephoneSwitch },
}: AppContext): Promise<void> {
  const names = telephoneSwitch.servers().map(({ name }) => name);
  const drained = new Set<string>();
  for (const name of names) if ((await store.flags.get(flagOf(name))) !== undefined) drained.add(name);
  telephoneSwitch.drain(drained);
}

function findServer({ ports }: AppContext, name: string): SwitchServer {
  const servers = ports.switch.servers();
  const found = servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  const names = servers.map((server) => server.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there are ${names.join(', ')}` : `did you mean ${nearest}?`;
  throw new Fault('not-found', `the switch has no server ${name}; ${hint}`);
}
