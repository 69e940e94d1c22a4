/**
 * Task `fetch-lead`: a push named a lead only; it is fetched from the source and stored. Retried for days: an expired
 * token is renewed by a person. When nothing helps, the lead is stored with what the push said, so that it is seen.
 */
import type { Connection, PushResult } from '../../domain/leads/lead.js';
import type { LeadEntry } from '../../domain/leads/lead-entry.js';
import {
  fetchedMetaLead,
  META_API,
  META_LEAD_FIELDS,
  metaRefusal,
  type MetaRefusal,
} from '../../domain/leads/meta-push.js';
import type { ConnectionId, PushId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { accessOf, setAccess } from '../tiktok/account-access.js';
import { parseKeepingIds } from '../../domain/values/parse-keeping-ids.js';
import { resultOf, storeEntry, type EntryOwner } from './store-entry.js';

/** Seconds before try n+1: about three days; Meta keeps a lead for 90. */
export const FETCH_DELAYS = [2, 10, 60, 300, 1800, 7200, 14_400, 28_800, 57_600, 86_400, 86_400] as const;
const FETCH_TIMEOUT_MS = 15_000;
/** Some dozens of fields of some thousand letters each. */
const LONGEST_LEAD = 500_000;

export type AwaitedEntry = LeadEntry & { readonly externalId: string };

/** In the transaction of the push: the job outlives this process. What is known already is not fetched again. */
export async function awaitLead(
  { tx, now }: Unit,
  { id, connection }: EntryOwner,
  entry: AwaitedEntry,
): Promise<PushResult> {
  const { externalId } = entry;
  const known = await tx.leads.byExternalId(connection.id, externalId);
  if (known !== undefined) return { result: 'repeated', externalId, leadId: known.id, why: 'repeated-entry' };
  await tx.jobs.add({
    task: 'fetch-lead',
    payload: { connectionId: connection.id, entry: JSON.stringify(entry), ...present({ pushId: id }) },
    runAt: now,
    maxTries: FETCH_DELAYS.length + 1,
    key: `fetch-lead:${connection.id}:${externalId}`,
  });
  return { result: 'awaited', externalId };
}

type Fetched = { readonly kind: 'lead'; readonly entry: LeadEntry } | MetaRefusal;

export async function fetchLead(context: AppContext, { payload, tries }: Job): Promise<TaskOutcome> {
  const connection = await context.ports.store.connections.byId(payload['connectionId'] as ConnectionId);
  if (connection === undefined) return { kind: 'done' };
  const pushed = JSON.parse(payload['entry'] ?? '') as AwaitedEntry;
  const id = payload['pushId'] as PushId | undefined;
  const owner: EntryOwner = { source: 'meta', connection, ...present({ id }) };
  const fetched = await fetchEntry(context, connection, pushed);
  await noteAccess(context, connection, fetched);
  if (fetched.kind === 'lead') return keep(context, owner, fetched.entry);
  const delay = FETCH_DELAYS[tries - 1];
  if (delay !== undefined)
    return { kind: 'retry', why: fetched.why, notBefore: context.ports.clock.now() + delay * 1000 };
  // Nothing is lost: a lead without a phone stands in the list, with the reason.
  const { why } = fetched;
  context.ports.logger.error(
    { connection: connection.name, lead: pushed.externalId, why },
    'a lead was not fetched',
  );
  return keep(context, owner, { ...pushed, fields: [{ field: 'not fetched', value: why }] });
}

async function fetchEntry(
  { ports }: AppContext,
  { intake = {}, name }: Connection,
  pushed: AwaitedEntry,
): Promise<Fetched> {
  const token = intake.tokenRef === undefined ? undefined : await ports.secrets.get(intake.tokenRef);
  if (token === undefined || token === '')
    return { kind: 'authorise', why: `the connection ${name} has no page token: set intake.token_ref` };
  const query = `fields=${META_LEAD_FIELDS.join(',')}&access_token=${encodeURIComponent(token)}`;
  const sent = await ports.sender.send({
    method: 'GET',
    url: `${intake.apiUrl ?? META_API}/${encodeURIComponent(pushed.externalId)}?${query}`,
    headers: { accept: 'application/json' },
    body: '',
    timeoutMs: FETCH_TIMEOUT_MS,
    longestAnswer: LONGEST_LEAD,
  });
  if (sent.kind === 'unreachable') return { kind: 'other', why: sent.why };
  const parsed = parseKeepingIds(sent.body);
  const entry = sent.kind === 'accepted' ? fetchedMetaLead(pushed, parsed) : undefined;
  return entry === undefined ? metaRefusal(sent.status, parsed) : { kind: 'lead', entry };
}

async function keep(context: AppContext, owner: EntryOwner, entry: LeadEntry): Promise<TaskOutcome> {
  await commit(context, async (unit) => {
    const result = resultOf(await storeEntry(context, unit, owner, entry), entry.externalId);
    const push = owner.id && (await unit.tx.pushes.byId(owner.id));
    if (push === undefined) return;
    const results = push.results.map((known) => (known.externalId === entry.externalId ? result : known));
    await unit.tx.pushes.update(push.id, { results });
  });
  return { kind: 'done' };
}

/** An account whose token ran out is told once, and again when it works. */
async function noteAccess(context: AppContext, connection: Connection, fetched: Fetched): Promise<void> {
  if (fetched.kind !== 'lead' && fetched.kind !== 'authorise') return;
  const state = fetched.kind === 'lead' ? 'authorised' : 're-authorise';
  const { state: before } = await accessOf(context, connection.id);
  if (before === state) return;
  const why = fetched.kind === 'lead' ? undefined : fetched.why;
  await commit(context, (unit) => setAccess(unit, { connection, state, why }));
}
