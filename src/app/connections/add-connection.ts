/** An authorised account of a source is added. */
import type { Connection } from '../../domain/leads/lead.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { checkWhisper } from './check-whisper.js';

export type NewConnection = Pick<Connection, 'kind' | 'name'> &
  Partial<Omit<Connection, 'id' | 'kind' | 'name' | 'createdAt'>>;

/** Throws Fault `conflict` when the name is taken within its kind, `template-invalid`. */
export async function addConnection(context: AppContext, fresh: NewConnection): Promise<Connection> {
  checkWhisper(context, fresh.whisperTemplate);
  const { store, ids } = context.ports;
  return store.transaction(async (tx) => {
    if ((await tx.connections.byName(fresh.kind, fresh.name)) !== undefined)
      throw new Fault('conflict', `There is a ${fresh.kind} connection named ${fresh.name}.`);
    const connection: Connection = {
      tags: [],
      enabled: 'on',
      ...fresh,
      id: ids.next() as ConnectionId,
      createdAt: context.ports.clock.now(),
    };
    await tx.connections.add(connection);
    return connection;
  });
}
