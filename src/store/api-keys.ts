/** API keys: prefix to find them by, hash to compare with; never the key. */
import type { ApiKey, ApiKeyRepository } from '../app/ports/store.js';
import { mapping } from './mapping.js';
import type { ApiKeyRow, Database } from './schema.js';
import { applyChange } from './writes.js';

const API_KEY = mapping<ApiKey, ApiKeyRow>({
  id: 'id',
  name: 'name',
  prefix: 'prefix',
  hash: 'hash',
  scopes: { json: 'scopes' },
  createdAt: 'created_at',
  revokedAt: 'revoked_at',
});

export function apiKeyRepository(db: Database): ApiKeyRepository {
  const select = () => db.selectFrom('api_keys').selectAll();
  return {
    async add(key) {
      await db.insertInto('api_keys').values(API_KEY.toRow(key)).execute();
    },
    async byPrefix(prefix) {
      return (await select().where('prefix', '=', prefix).execute()).map(API_KEY.fromRow);
    },
    async list() {
      return (await select().orderBy('created_at').orderBy('id').execute()).map(API_KEY.fromRow);
    },
    async revoke(id, at) {
      const set = { revoked_at: at };
      await applyChange({
        what: `API key ${id}`,
        set,
        run: () => db.updateTable('api_keys').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
  };
}
