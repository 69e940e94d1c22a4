/** Places in queues. Every move is conditional on the state it starts from. */
import { sql } from 'kysely';
import type { SqlBool } from 'kysely';
import type { QueueRepository } from '../app/ports/queue-store.js';
import type { QueueEntry } from '../domain/queues/queue-entry.js';
import { mapping } from './mapping.js';
import type { Database, QueueRow } from './schema.js';

const ENTRY = mapping<QueueEntry, QueueRow>({
  id: 'id',
  queue: 'queue',
  group: 'group_name',
  callId: 'call_id',
  clientNumber: 'client_number',
  locale: 'locale',
  priority: 'priority',
  joinedAt: 'joined_at',
  state: 'state',
  operator: 'operator',
  offeredAt: 'offered_at',
  declinedBy: 'declined_by',
  declinedAt: 'declined_at',
  leftAt: 'left_at',
  how: 'how',
  leadId: 'lead_id',
});

/** Written as in the index: a bound parameter would not match its predicate. */
const isOpen = sql<SqlBool>`state <> 'left'`;

export function queueRepository(db: Database): QueueRepository {
  const select = () => db.selectFrom('queue_entries').selectAll();
  return {
    async join(entry, mostWaiting) {
      if (mostWaiting !== undefined && (await waitingIn(db, entry.queue)) >= mostWaiting) return 'full';
      await db.insertInto('queue_entries').values(ENTRY.toRow(entry)).execute();
      return 'joined';
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : ENTRY.fromRow(row);
    },
    async open() {
      const rows = await select()
        .where(isOpen)
        .orderBy('priority', 'desc')
        .orderBy('joined_at')
        .orderBy('id')
        .execute();
      return rows.map(ENTRY.fromRow);
    },
    async move(id, from, change) {
      if (change.state === 'offered' && (await isBeingRung(db, change.operator))) return 'lost';
      const { numUpdatedRows } = await db
        .updateTable('queue_entries')
        .set(ENTRY.toChange(change))
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirst();
      return numUpdatedRows === 1n ? 'moved' : 'lost';
    },
    async leaveAll(callId, at) {
      await db
        .updateTable('queue_entries')
        .set({ state: 'left', left_at: at, how: 'left' })
        .where('call_id', '=', callId)
        .where('state', 'in', ['waiting', 'offered'])
        .execute();
    },
    meanWait: (queue, last) => meanWait(db, queue, last),
  };
}

async function waitingIn(db: Database, queue: string): Promise<number> {
  const { count } = await db
    .selectFrom('queue_entries')
    .where('queue', '=', queue)
    .where(isOpen)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Called in a transaction, as every move to `offered` is; the unique index would stop it otherwise. */
async function isBeingRung(db: Database, operator: string | undefined): Promise<boolean> {
  const row = await db
    .selectFrom('queue_entries')
    .select('id')
    .where('state', '=', 'offered')
    .where('operator', '=', operator ?? '')
    .executeTakeFirst();
  return row !== undefined;
}

async function meanWait(db: Database, queue: string, last: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('queue_entries')
    .select(['joined_at', 'left_at'])
    .where('queue', '=', queue)
    .where('how', '=', 'served')
    .where('left_at', 'is not', null)
    .orderBy('left_at', 'desc')
    .limit(last)
    .execute();
  if (rows.length === 0) return undefined;
  const waited = rows.reduce((sum, { joined_at, left_at }) => sum + ((left_at ?? joined_at) - joined_at), 0);
  return waited / rows.length / 1000;
}
