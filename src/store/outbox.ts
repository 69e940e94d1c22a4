/** Outgoing webhooks, written in the transaction of what they tell and delivered by jobs. */
import type { Delivery, OutboxRepository } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import type { Database, OutboxRow } from './schema.js';
import { removeInBatches } from './writes.js';

const DELIVERY = mapping<Delivery, OutboxRow>({
  id: 'id',
  endpoint: 'endpoint',
  body: 'body',
  createdAt: 'created_at',
  state: 'state',
  tries: 'tries',
  lastError: 'last_error',
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
