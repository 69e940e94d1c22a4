/**
 * A push of a source: stored as it came, then entry by entry. When the process dies after the first transaction, job
 * `import-push` finishes what was stored; when the store fails, the source repeats the push and entries already known
 * are found by their ids.
 */
import type { Connection, Form, PushResult } from '../../domain/leads/lead.js';
import {
  draftOfEntry,
  formKeyOf,
  readTikTokPush,
  type ReadEntry,
  type ReadPush,
  type TikTokEntry,
} from '../../domain/leads/tiktok-push.js';
import type { FormId, PushId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { parseKeepingIds } from './parse-keeping-ids.js';
import { storeLead } from './take-lead.js';
import type { PushRequest, TakenPush } from './taken-lead.js';

/** Entries in one transaction: calls that run must not wait long for the store. */
const CHUNK = 50;
/** The request that stored the push has finished or died by then. */
const IMPORT_AFTER_MS = 60_000;

/** Throws Fault `not-found` (connection), `field-invalid` (not a push), `store-unavailable`. */
export async function takePush(context: AppContext, request: PushRequest): Promise<TakenPush> {
  const push = readTikTokPush(request.parsed);
  if (push.kind === 'unreadable')
    throw new Fault('field-invalid', push.why, { fields: [{ field: 'body', problem: push.why }] });
  const stored = await storePush(context, request);
  return importEntries(context, stored, push);
}

interface StoredPush {
  readonly id: PushId;
  readonly connection: Connection;
}

function storePush(context: AppContext, { connectionId, body, signature }: PushRequest): Promise<StoredPush> {
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
    return { id, connection };
  });
}

/** Task `import-push`: nothing to do for a push that was imported at once, as nearly all are. */
export async function importPush(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const { store } = context.ports;
  const push = await store.pushes.byId(payload['pushId'] as PushId);
  const connection = push && (await store.connections.byId(push.connectionId));
  if (push === undefined || connection === undefined || push.results.length > 0) return { kind: 'done' };
  await importEntries(context, { id: push.id, connection }, readTikTokPush(parseKeepingIds(push.body)));
  return { kind: 'done' };
}

async function importEntries(context: AppContext, push: StoredPush, read: ReadPush): Promise<TakenPush> {
  const results: PushResult[] = [];
  if (read.kind === 'leads')
    for (let from = 0; from < read.entries.length; from += CHUNK)
      results.push(...(await importChunk(context, push, read.entries.slice(from, from + CHUNK))));
  if (read.kind === 'other')
    results.push({ result: 'acknowledged', why: `object ${read.object} is no lead` });
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

async function importEntry(
  context: AppContext,
  unit: Unit,
  push: StoredPush,
  read: ReadEntry,
): Promise<PushResult> {
  if (read.kind === 'unusable')
    return { result: 'unusable', why: read.why, ...present({ externalId: read.externalId }) };
  const { id: pushId, connection } = push;
  const form = await formOf(context, unit, connection, read.entry);
  const stored = await storeLead(context, unit, draftOfEntry(read.entry, connection, form), {
    connection,
    form,
    pushId,
  });
  const { leadId, status, willCallAt, locale } = stored.lead;
  const reason = stored.kind === 'repeated' ? 'repeated-entry' : stored.lead.reason;
  return {
    externalId: read.entry.id,
    result: stored.kind,
    leadId,
    why: reason,
    answer: { status, reason, ...present({ willCallAt, locale }) },
  };
}

/** A form first seen in a push is created enabled, with defaults. */
async function formOf(
  context: AppContext,
  { tx, now }: Unit,
  connection: Connection,
  entry: TikTokEntry,
): Promise<Form> {
  const { externalId, displayName } = formKeyOf(entry);
  const known = await tx.forms.byExternalId(connection.id, externalId);
  if (known !== undefined) return known;
  const form: Form = {
    id: context.ports.ids.next() as FormId,
    connectionId: connection.id,
    externalId,
    enabled: 'on',
    displayName,
    staticUtm: {},
    fieldMap: {},
    createdAt: now,
  };
  await tx.forms.add(form);
  return form;
}
