/** Sealed secrets, authorisations that were begun, and what connections may do. */
import type {
  ConnectionAccessRepository,
  OauthStateRepository,
  SealedSecretRepository,
} from '../app/ports/tiktok-store.js';
import type { Access } from '../domain/tiktok/access.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { ConnectionAccessRow } from './tiktok-rows.js';

export function sealedSecretRepository(db: Database): SealedSecretRepository {
  return {
    async put(name, sealed, at) {
      const row = { name, sealed, changed_at: at };
      await db
        .insertInto('sealed_secrets')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
    },
    async get(name) {
      const found = db.selectFrom('sealed_secrets').select('sealed').where('name', '=', name);
      return (await found.executeTakeFirst())?.sealed;
    },
    async remove(name) {
      await db.deleteFrom('sealed_secrets').where('name', '=', name).execute();
    },
  };
}

export function oauthStateRepository(db: Database): OauthStateRepository {
  return {
    async add({ hash, connectionId, expiresAt }) {
      await db
        .insertInto('oauth_states')
        .values({ hash, connection_id: connectionId, expires_at: expiresAt })
        .execute();
    },
    async take(hash, now) {
      await db.deleteFrom('oauth_states').where('expires_at', '<=', now).execute();
      const taken = db.deleteFrom('oauth_states').where('hash', '=', hash).returning('connection_id');
      return (await taken.executeTakeFirst())?.connection_id;
    },
  };
}

const ACCESS = mapping<Access, ConnectionAccessRow>({
  connectionId: 'connection_id',
  state: 'state',
  why: 'why',
  scopes: { json: 'scopes' },
  changedAt: 'changed_at',
  checkedAt: 'checked_at',
});

export function connectionAccessRepository(db: Database): ConnectionAccessRepository {
  const select = () => db.selectFrom('connection_access').selectAll();
  return {
    async put(access) {
      const row = ACCESS.toRow(access);
      await db
        .insertInto('connection_access')
        .values(row)
        .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(row))
        .execute();
    },
    async of(connectionId) {
      const row = await select().where('connection_id', '=', connectionId).executeTakeFirst();
      return row && ACCESS.fromRow(row);
    },
    async list() {
      return (await select().execute()).map(ACCESS.fromRow);
    },
  };
}
