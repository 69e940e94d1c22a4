/**
 * A push of a source: stored as it came, then entry by entry. When the process dies after the first transaction, job
 * `import-push` finishes what was stored; when the store fails, the source repeats the push and entries already known
 * are found by their ids.
 */
import type { PushResult } from '../../domain/leads/lead.js';
import type { ReadEntry, ReadPush } from '../../domain/leads/lead-entry.js';
import { LEAD_SOURCES, sourceOf } from '../../domain/leads/sources.js';
import type { PushId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { importEntry, type StoredPush } from './import-entry.js';
import { readBody } from './read-body.js';
import type { PushRequest, TakenPush } from './taken-lead.js';

/** Entries in one transaction: calls that run must not wait long for the store. */
const CHUNK = 50;
/** The request that stored the push has finished or died by then. */
const IMPORT_AFTER_MS = 60_000;

/** Throws Fault `body-malformed`, `not-found` (connection), `field-invalid` (not a push), `store-unavailable`. */
export async function takePush(context: AppContext, request: PushRequest): Promise<TakenPush> {
  const { source, connection, body } = request;
  const push = LEAD_SOURCES[source].read(readBody(source, body), connection);
  if (push.kind === 'unreadable')
    throw new Fault('field-invalid', push.why, { fields: [{ field: 'body', problem: push.why }] });
  return importEntries(context, await storePush(context, request), push);
}

function storePush(
  context: AppContext,
  { source, connection: { id: connectionId }, body, signature }: PushRequest,
): Promise<StoredPush> {
  return commit(context, async ({ tx, now }) => {
    const connection = await tx.connections.byId(connectionId);
    if (connection === undefined) throw new Fault('not-found', `There is no connection ${connectionId}.`);
    const id = context.ports.ids.next() as PushId;
    await tx.pushes.add({ id, connectionId, receivedAt: now, body, signature, results: [] });
    await tx.jobs.add({
      task: 'import-push',
      payload: { pushId: id },
      runAt: now + IMPORT_AFTER_MS,
      maxTries: 20,
      key: `push:${id}`,
    });
    return { id, source, connection };
  });
}

/** Task `import-push`: nothing to do for a push that was imported at once, as nearly all are. */
export async function importPush(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const { store } = context.ports;
  const push = await store.pushes.byId(payload['pushId'] as PushId);
  const connection = push && (await store.connections.byId(push.connectionId));
  if (push === undefined || connection === undefined || push.results.length > 0) return { kind: 'done' };
  const source = sourceOf(connection.kind);
  if (source === undefined) return { kind: 'done' };
  const read = LEAD_SOURCES[source].read(readBody(source, push.body), connection);
  await importEntries(context, { id: push.id, source, connection }, read);
  return { kind: 'done' };
}

async function importEntries(context: AppContext, push: StoredPush, read: ReadPush): Promise<TakenPush> {
  const results: PushResult[] = [];
  if (read.kind === 'entries')
    for (let from = 0; from < read.entries.length; from += CHUNK)
      results.push(...(await importChunk(context, push, read.entries.slice(from, from + CHUNK))));
  if (read.kind === 'other') results.push({ result: 'acknowledged', why: read.why });
  await context.ports.store.pushes.update(push.id, { results });
  await context.ports.store.jobs.removeByKey(`push:${push.id}`);
  return { pushId: push.id, results };
}

function importChunk(
  context: AppContext,
  push: StoredPush,
  entries: readonly ReadEntry[],
): Promise<readonly PushResult[]> {
  return commit(context, async (unit) => {
    const results: PushResult[] = [];
    for (const entry of entries) results.push(await importEntry(context, unit, push, entry));
    return results;
  });
}
