/** Registered contacts of operators' phones. */
import type { RegistrationRepository } from '../app/ports/registrations.js';
import type { Registered } from '../app/ports/switch.js';
import { mapping } from './mapping.js';
import type { Database, RegistrationRow } from './schema.js';

const REGISTRATION = mapping<Registered, RegistrationRow>({
  user: 'user',
  contact: 'contact',
  source: 'source',
  transport: 'transport',
  expiresAt: 'expires_at',
  phone: 'phone',
  proxy: 'proxy',
  agent: 'agent',
  signallingNode: 'signalling_node',
});

export function registrationRepository(db: Database): RegistrationRepository {
  return {
    async save(registered) {
      const row = REGISTRATION.toRow(registered);
      await db
        .insertInto('registrations')
        .values(row)
        .onConflict((conflict) => conflict.columns(['user', 'contact']).doUpdateSet(row))
        .execute();
    },
    async remove({ user, contact }) {
      await db.deleteFrom('registrations').where('user', '=', user).where('contact', '=', contact).execute();
    },
    async live(now) {
      await db.deleteFrom('registrations').where('expires_at', '<=', now).execute();
      const rows = await db.selectFrom('registrations').selectAll().orderBy('expires_at').execute();
      return rows.map(REGISTRATION.fromRow);
    },
  };
}
