/** Authorised accounts of lead sources. Unique by kind and name. */
import type { ConnectionRepository } from '../app/ports/store.js';
import type { Connection } from '../domain/leads/lead.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { ConnectionRow } from './source-rows.js';
import { applyChange } from './writes.js';

const CONNECTION = mapping<Connection, ConnectionRow>({
  id: 'id',
  kind: 'kind',
  name: 'name',
  tags: { json: 'tags' },
  enabled: 'enabled',
  secretRef: 'secret_ref',
  whisperTemplate: 'whisper_template',
  country: 'country',
  locale: 'locale',
  intake: { json: 'intake' },
  createdAt: 'created_at',
});

/** `add` throws `conflict` when this kind has a connection of this name. */
export function connectionRepository(db: Database): ConnectionRepository {
  const select = () => db.selectFrom('connections').selectAll();
  return {
    async add(connection) {
      await db.insertInto('connections').values(CONNECTION.toRow(connection)).execute();
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : CONNECTION.fromRow(row);
    },
    async byName(kind, name) {
      const row = await select().where('kind', '=', kind).where('name', '=', name).executeTakeFirst();
      return row === undefined ? undefined : CONNECTION.fromRow(row);
    },
    async list() {
      return (await select().orderBy('kind').orderBy('name').execute()).map(CONNECTION.fromRow);
    },
    async update(id, change) {
      const set = CONNECTION.toChange(change);
      await applyChange({
        what: `connection ${id}`,
        set,
        run: () => db.updateTable('connections').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
  };
}
