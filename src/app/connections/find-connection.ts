/** What stands in a hook's URL: the id of a connection, else its name within the kinds that push there. */
import type { Connection, ConnectionKind } from '../../domain/leads/lead.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';

export async function findConnection(
  { ports }: AppContext,
  kinds: readonly ConnectionKind[],
  idOrName: string,
): Promise<Connection | undefined> {
  const byId = await ports.store.connections.byId(idOrName as ConnectionId);
  if (byId !== undefined && kinds.includes(byId.kind)) return byId;
  for (const kind of kinds) {
    const named = await ports.store.connections.byName(kind, idOrName);
    if (named !== undefined) return named;
  }
  return undefined;
}
