/** A connection by what people type: its id, else its name. */
import type { App } from '../app/app.js';
import type { Connection } from '../domain/leads/lead.js';
import { Fault } from '../errors.js';

/** Throws Fault `not-found`. */
export async function findConnection(app: App, idOrName: string): Promise<Connection> {
  const all = await app.listConnections();
  const found = all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name === idOrName);
  if (found === undefined) throw new Fault('not-found', `there is no connection ${idOrName}`);
  return found;
}
