/** What stands in a hook's URL: the id of a connection, else its name within the kind. */
import type { Connection, ConnectionKind } from '../../domain/leads/lead.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';

export async function findConnection(
  { ports }: AppContext,
  kind: ConnectionKind,
  idOrName: string,
): Promise<Connection | undefined> {
  const byId = await ports.store.connections.byId(idOrName as ConnectionId);
  return byId?.kind === kind ? byId : ports.store.connections.byName(kind, idOrName);
}
