/** Operators' SIP passwords as HA1 per realm and algorithm (RFC 8760 §2.4), never the password. */
import type { CredentialRepository } from '../app/ports/store.js';
import type { Database } from './schema.js';

export function credentialRepository(db: Database): CredentialRepository {
  return {
    async set(user, realm, algorithm, ha1) {
      await db
        .insertInto('credentials')
        .values({ user, realm, algorithm, ha1 })
        .onConflict((conflict) => conflict.columns(['user', 'realm', 'algorithm']).doUpdateSet({ ha1 }))
        .execute();
    },
    async ha1(user, realm, algorithm) {
      const row = await db
        .selectFrom('credentials')
        .select('ha1')
        .where('user', '=', user)
        .where('realm', '=', realm)
        .where('algorithm', '=', algorithm)
        .executeTakeFirst();
      return row?.ha1;
    },
    async remove(user, realm) {
      await db.deleteFrom('credentials').where('user', '=', user).where('realm', '=', realm).execute();
    },
    async users() {
      const rows = await db.selectFrom('credentials').select('user').distinct().orderBy('user').execute();
      return rows.map(({ user }) => user);
    },
  };
}
