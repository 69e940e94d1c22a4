/**
 * Empties fields that tell of people in old rows: of leads that are final, of calls that are closed, of deals and conversations. Rows stay for counts
 * and reports. Called by the people repository.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClearWindow } from '../app/ports/people.js';
import type { KeptField } from '../domain/leads/kept-fields.js';
import { FINAL_LEAD_STATUSES } from '../domain/leads/lead.js';
import type { CallId, E164, LeadId } from '../domain/values/ids.js';
import { DEAL_WITHOUT_PERSON } from './deals.js';
import type { CallRow, Database, LeadRow } from './schema.js';
import type { ConversationRow } from './source-rows.js';
import { atomically } from './writes.js';

/** Rows that one transaction empties at most. */
const BATCH = 200;
/** Stands where a column must hold something. */
const CLEARED = 'erased';

const OF_LEADS: Readonly<Record<KeptField, Partial<LeadRow>>> = {
  phone: { raw_phone: null, phone: null },
  name: { client_name: null, email: null },
  address: { client_address: null, client_network: null },
  answers: { answers: '[]', gate_note: null },
  texts: {},
};

const OF_CALLS: Readonly<Record<KeptField, Partial<CallRow>>> = {
  phone: { client_number: null },
  name: {},
  address: {},
  answers: {},
  texts: { whisper_text: null, note: null, session: null, facts: null },
};

/** What a client wrote may hold his number. */
const OF_CONVERSATIONS: Readonly<Record<KeptField, Partial<ConversationRow>>> = {
  phone: { phone: null, messages: '[]' },
  name: { client_name: null },
  address: {},
  answers: { messages: '[]' },
  texts: {},
};

/** Answers how many rows were emptied. */
export async function clearField(db: Database, field: KeptField, window: ClearWindow): Promise<number> {
  let all = await inBatches(() => clearLeads(db, field, window));
  all += await inBatches(() => clearCalls(db, field, window));
  all += await inBatches(() => clearConversations(db, field, window));
  if (field !== 'phone') return all;
  for (const clearSome of [clearDeals, clearCallers, clearQueued])
    all += await inBatches(() => clearSome(db, window));
  return all;
}

/** Gives way to others between the batches. */
async function inBatches(clearSome: () => Promise<number>): Promise<number> {
  let all = 0;
  for (;;) {
    const some = await clearSome();
    all += some;
    if (some < BATCH) return all;
    await nextTurn();
  }
}

async function clearLeads(db: Database, field: KeptField, { from, before }: ClearWindow): Promise<number> {
  const set = OF_LEADS[field];
  const columns = Object.entries(set) as [keyof typeof set, string | null][];
  if (columns.length === 0) return 0;
  const rows = await db
    .selectFrom('leads')
    .select('id')
    .where('received_at', '>=', from)
    .where('received_at', '<', before)
    .where('status', 'in', FINAL_LEAD_STATUSES)
    .where((eb) =>
      eb.or(
        columns.map(([column, empty]) =>
          empty === null ? eb(column, 'is not', null) : eb(column, '<>', empty),
        ),
      ),
    )
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  await atomically(db, async (tx) => {
    if (field === 'phone') await clearAttempts(tx, ids);
    await tx.updateTable('leads').set(set).where('id', 'in', ids).execute();
  });
  return ids.length;
}

async function clearConversations(
  db: Database,
  field: KeptField,
  { from, before }: ClearWindow,
): Promise<number> {
  const set = OF_CONVERSATIONS[field];
  const columns = Object.entries(set) as [keyof typeof set, string | null][];
  if (columns.length === 0) return 0;
  const rows = await db
    .selectFrom('conversations')
    .select(['connection_id', 'conversation_id'])
    .where('heard_at', '>=', from)
    .where('heard_at', '<', before)
    .where((eb) =>
      eb.or(columns.map(([column, empty]) => eb(column, empty === null ? 'is not' : '<>', empty))),
    )
    .limit(BATCH)
    .execute();
  await atomically(db, async (tx) => {
    for (const { connection_id, conversation_id } of rows)
      await tx
        .updateTable('conversations')
        .set(set)
        .where('connection_id', '=', connection_id)
        .where('conversation_id', '=', conversation_id)
        .execute();
  });
  return rows.length;
}

async function clearAttempts(tx: Database, leads: readonly LeadId[]): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ phone: CLEARED as E164 })
    .where('lead_id', 'in', leads)
    .execute();
}

async function clearCalls(db: Database, field: KeptField, { from, before }: ClearWindow): Promise<number> {
  const set = OF_CALLS[field];
  const columns = Object.keys(set) as (keyof typeof set)[];
  if (columns.length === 0) return 0;
  const rows = await db
    .selectFrom('calls')
    .select('id')
    .where('started_at', '>=', from)
    .where('started_at', '<', before)
    .where('state', '=', 'closed')
    .where((eb) => eb.or(columns.map((column) => eb(column, 'is not', null))))
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  await atomically(db, async (tx) => {
    await (field === 'texts' ? removeJournals(tx, ids) : clearParties(tx, ids));
    await tx.updateTable('calls').set(set).where('id', 'in', ids).execute();
  });
  return ids.length;
}

/** Without them a call can no longer be replayed. */
async function removeJournals(tx: Database, calls: readonly CallId[]): Promise<void> {
  await tx.deleteFrom('activities').where('call_id', 'in', calls).execute();
  await tx.deleteFrom('call_inputs').where('call_id', 'in', calls).execute();
}

async function clearParties(tx: Database, calls: readonly CallId[]): Promise<void> {
  await tx
    .updateTable('legs')
    .set({ party: CLEARED })
    .where('call_id', 'in', calls)
    .where('role', 'in', ['client', 'caller', 'consult'])
    .execute();
}

/** Ids of the client's browser are as good as the phone. */
async function clearDeals(db: Database, { from, before }: ClearWindow): Promise<number> {
  const columns = Object.keys(DEAL_WITHOUT_PERSON) as (keyof typeof DEAL_WITHOUT_PERSON)[];
  const rows = await db
    .selectFrom('deals')
    .select('id')
    .where('opened_at', '>=', from)
    .where('opened_at', '<', before)
    .where((eb) => eb.or(columns.map((column) => eb(column, 'is not', null))))
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  await db.updateTable('deals').set(DEAL_WITHOUT_PERSON).where('id', 'in', ids).execute();
  return ids.length;
}

/** Who called a tracked number. Found by the call, whose time has an index. */
async function clearCallers(db: Database, window: ClearWindow): Promise<number> {
  const rows = await closedIn(db, window)
    .innerJoin('attributions', 'attributions.call_id', 'calls.id')
    .where('attributions.caller', 'is not', null)
    .execute();
  const ids = rows.map(({ id }) => id);
  await db.updateTable('attributions').set({ caller: null }).where('call_id', 'in', ids).execute();
  return ids.length;
}

/** Who still waits to be called back keeps his number. */
async function clearQueued(db: Database, window: ClearWindow): Promise<number> {
  const rows = await closedIn(db, window)
    .innerJoin('queue_entries', 'queue_entries.call_id', 'calls.id')
    .where('queue_entries.state', '=', 'left')
    .where('queue_entries.client_number', 'is not', null)
    .execute();
  const ids = rows.map(({ id }) => id);
  await db
    .updateTable('queue_entries')
    .set({ client_number: null })
    .where('call_id', 'in', ids)
    .where('state', '=', 'left')
    .execute();
  return ids.length;
}

function closedIn(db: Database, { from, before }: ClearWindow) {
  return db
    .selectFrom('calls')
    .select('calls.id')
    .where('calls.started_at', '>=', from)
    .where('calls.started_at', '<', before)
    .where('calls.state', '=', 'closed')
    .limit(BATCH);
}
