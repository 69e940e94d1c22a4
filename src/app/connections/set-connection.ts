/** Settings of a connection. */
import type { Connection } from '../../domain/leads/lead.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { checkWhisper } from './check-whisper.js';

export type ConnectionChange = Partial<Omit<Connection, 'id' | 'kind' | 'createdAt'>>;

/** Throws Fault `not-found`, `conflict` (name), `template-invalid`. An empty `whisperTemplate` takes it away. */
export async function setConnection(
  context: AppContext,
  id: ConnectionId,
  change: ConnectionChange,
): Promise<Connection> {
  checkWhisper(context, change.whisperTemplate);
  return context.ports.store.transaction(async ({ connections }) => {
    const before = await connections.byId(id);
    if (before === undefined) throw new Fault('not-found', `There is no connection ${id}.`);
    const namesake =
      change.name === undefined ? undefined : await connections.byName(before.kind, change.name);
    if (namesake !== undefined && namesake.id !== id)
      throw new Fault('conflict', `There is a ${before.kind} connection named ${namesake.name}.`);
    await connections.update(id, change);
    return { ...before, ...change };
  });
}
