/** What leaves the program, written in the transaction of what they tell and delivered by jobs. */
import type { Delivery, DeliveryFilter, OutboxRepository } from '../app/ports/delivery-store.js';
import type { Page } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import { given, keysetOf, pageOf } from './paging.js';
import { mapping } from './mapping.js';
import type { OutboxRow } from './integration-rows.js';
import type { Database } from './schema.js';
import { removeInBatches } from './writes.js';

const DELIVERY = mapping<Delivery, OutboxRow>({
  id: 'id',
  endpoint: 'endpoint',
  body: 'body',
  createdAt: 'created_at',
  state: 'state',
  tries: 'tries',
  lastError: 'last_error',
  callId: 'call_id',
  leadId: 'lead_id',
  retryAt: 'retry_at',
});

export interface KeptOutbox extends OutboxRepository {
  /** Removes deliveries that are delivered or dead; answers how many. */
  removeOlderThan(before: Instant): Promise<number>;
}

export function outboxRepository(db: Database): KeptOutbox {
  return {
    async add(deliveries) {
      if (deliveries.length > 0)
        await db.insertInto('outbox').values(deliveries.map(DELIVERY.toRow)).execute();
    },
    async byId(id, endpoint) {
      const one = db.selectFrom('outbox').selectAll().where('id', '=', id).where('endpoint', '=', endpoint);
      const row = await one.executeTakeFirst();
      return row === undefined ? undefined : DELIVERY.fromRow(row);
    },
    async update(id, endpoint, change) {
      const one = db.updateTable('outbox').where('id', '=', id).where('endpoint', '=', endpoint);
      const { numUpdatedRows } = await one.set(DELIVERY.toChange(change)).executeTakeFirst();
      return numUpdatedRows === 0n ? 'gone' : 'updated';
    },
    async dueFor(endpoint, now, limit) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('state', '=', 'waiting')
        .where('endpoint', '=', endpoint)
        .where((eb) => eb.or([eb('retry_at', 'is', null), eb('retry_at', '<=', now)]))
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(DELIVERY.fromRow);
    },
    list: (filter) => listDeliveries(db, filter),
    async countByState() {
      const rows = await db
        .selectFrom('outbox')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) => {
        const settled = db
          .selectFrom('outbox')
          .select(['id', 'endpoint'])
          .where('state', 'in', ['delivered', 'dead'])
          .where('created_at', '<', before)
          .limit(limit);
        return db
          .deleteFrom('outbox')
          .where((eb) => eb(eb.refTuple('id', 'endpoint'), 'in', settled.$asTuple('id', 'endpoint')))
          .executeTakeFirst();
      }),
  };
}

/** One event goes to several receivers: the cursor names both, in the order of the list. */
async function listDeliveries(db: Database, filter: DeliveryFilter): Promise<Page<Delivery>> {
  const { limit, cursor, state, endpoint, callId, leadId } = filter;
  const { at, id } = keysetOf(cursor);
  const [event = '', receiver = ''] = id.split(' ');
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where((eb) => eb.and(given({ state, endpoint, call_id: callId, lead_id: leadId })))
    .where((eb) =>
      eb(eb.refTuple('created_at', 'id', 'endpoint'), '<', eb.tuple(at, event as Delivery['id'], receiver)),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .orderBy('endpoint', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows.map(DELIVERY.fromRow), limit, (one) => ({
    at: one.createdAt,
    id: `${one.id} ${one.endpoint}`,
  }));
}
