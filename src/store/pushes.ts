/** Raw pushes as they came, kept for a while to look into and import again. */
import type { PushRepository } from '../app/ports/store.js';
import type { Push } from '../domain/leads/lead.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { PushRow } from './source-rows.js';
import { applyChange, removeInBatches } from './writes.js';

const PUSH = mapping<Push, PushRow>({
  id: 'id',
  connectionId: 'connection_id',
  receivedAt: 'received_at',
  body: 'body',
  signature: 'signature',
  results: { json: 'results' },
});

export function pushRepository(db: Database): PushRepository {
  return {
    async add(push) {
      await db.insertInto('pushes').values(PUSH.toRow(push)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('pushes').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : PUSH.fromRow(row);
    },
    async update(id, change) {
      const set = PUSH.toChange(change);
      await applyChange({
        what: `push ${id}`,
        set,
        run: () => db.updateTable('pushes').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async since(connectionId, from) {
      const all = db.selectFrom('pushes').selectAll().where('connection_id', '=', connectionId);
      return (await all.where('received_at', '>=', from).execute()).map(PUSH.fromRow);
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) => {
        const old = db.selectFrom('pushes').select('id').where('received_at', '<', before).limit(limit);
        return db.deleteFrom('pushes').where('id', 'in', old).executeTakeFirst();
      }),
  };
}
