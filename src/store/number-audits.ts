/** The last audit of each own number. */
import type { NumberAuditRepository } from '../app/ports/number-store.js';
import type { AuditedNumber } from '../domain/numbers/audited-number.js';
import { mapping } from './mapping.js';
import type { NumberAuditRow } from './number-schema.js';
import type { Database } from './schema.js';

const AUDIT = mapping<AuditedNumber, NumberAuditRow>({
  number: 'number',
  at: 'at',
  trunk: 'trunk',
  result: 'result',
  arrivedAs: 'arrived_as',
  arrivedOn: 'arrived_on',
  plan: 'plan',
  sipStatus: 'sip_status',
});

export function numberAuditRepository(db: Database): NumberAuditRepository {
  const select = () => db.selectFrom('number_audits').selectAll();
  return {
    async put(audited) {
      const row = AUDIT.toRow(audited);
      await db
        .insertInto('number_audits')
        .values(row)
        .onConflict((conflict) => conflict.column('number').doUpdateSet(row))
        .execute();
    },
    async ofNumber(number) {
      const row = await select().where('number', '=', number).executeTakeFirst();
      return row && AUDIT.fromRow(row);
    },
    async list() {
      return (await select().orderBy('number').execute()).map(AUDIT.fromRow);
    },
  };
}
