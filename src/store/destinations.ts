/** What was said to destinations at each try, and what they must remember between tries. */
import type {
  DestinationMemoryRepository,
  Exchange,
  ExchangeRepository,
} from '../app/ports/delivery-store.js';
import type { Memory } from '../domain/destinations/conversation.js';
import type { ExchangeRow } from './integration-rows.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import { removeInBatches } from './writes.js';

const EXCHANGE = mapping<Exchange, ExchangeRow>({
  eventId: 'event_id',
  endpoint: 'endpoint',
  at: 'at',
  what: 'what',
  request: 'request',
  answer: 'answer',
});

export function exchangeRepository(db: Database): ExchangeRepository {
  return {
    async add(exchanges) {
      if (exchanges.length > 0)
        await db.insertInto('exchanges').values(exchanges.map(EXCHANGE.toRow)).execute();
    },
    async ofDelivery(id, endpoint) {
      const rows = await db
        .selectFrom('exchanges')
        .selectAll()
        .where('event_id', '=', id)
        .where('endpoint', '=', endpoint)
        .orderBy('seq')
        .execute();
      return rows.map(EXCHANGE.fromRow);
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) =>
        db
          .deleteFrom('exchanges')
          .where('seq', 'in', (eb) =>
            eb.selectFrom('exchanges').select('seq').where('at', '<', before).limit(limit),
          )
          .executeTakeFirst(),
      ),
  };
}

export function destinationMemoryRepository(db: Database): DestinationMemoryRepository {
  const of = async (destination: string, subject: string): Promise<Memory> => {
    const row = await db
      .selectFrom('destination_memory')
      .select('body')
      .where('destination', '=', destination)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row === undefined ? {} : (JSON.parse(row.body) as Memory);
  };
  return {
    of,
    async keep(destination, subject, memory, at) {
      const body = JSON.stringify({ ...(await of(destination, subject)), ...memory });
      await db
        .insertInto('destination_memory')
        .values({ destination, subject, body, updated_at: at })
        .onConflict((conflict) =>
          conflict.columns(['destination', 'subject']).doUpdateSet({ body, updated_at: at }),
        )
        .execute();
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) => {
        const old = db
          .selectFrom('destination_memory')
          .select(['destination', 'subject'])
          .where('updated_at', '<', before)
          .limit(limit);
        return db
          .deleteFrom('destination_memory')
          .where((eb) =>
            eb(eb.refTuple('destination', 'subject'), 'in', old.$asTuple('destination', 'subject')),
          )
          .executeTakeFirst();
      }),
  };
}
