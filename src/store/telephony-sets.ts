/** Numbered versions of the telephony, and the compiled sets they name; a set is stored once, by its hash. */
import { sql } from 'kysely';
import type { TelephonySetRepository } from '../app/ports/telephony-set-store.js';
import type { SetVersion } from '../domain/routing/set-versions.js';
import { mapping } from './mapping.js';
import type { Database, TelephonyVersionRow } from './schema.js';

const VERSION = mapping<SetVersion, TelephonyVersionRow>({
  number: 'number',
  hash: 'hash',
  appliedAt: 'applied_at',
  author: 'author',
  source: 'source',
  percent: 'percent',
  changes: { json: 'changes' },
});

export function telephonySetRepository(db: Database): TelephonySetRepository {
  const versions = () => db.selectFrom('telephony_versions').selectAll();
  return {
    async keep(hash, body) {
      await db
        .insertInto('telephony_sets')
        .values({ hash, body })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
    },
    async byHash(hash) {
      const row = await db
        .selectFrom('telephony_sets')
        .select('body')
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row?.body;
    },
    async add(version) {
      const last = await db
        .selectFrom('telephony_versions')
        .select((eb) => eb.fn.max('number').as('number'))
        .executeTakeFirst();
      const number = (last?.number ?? 0) + 1;
      await db
        .insertInto('telephony_versions')
        .values(VERSION.toRow({ ...version, number }))
        .execute();
      return number;
    },
    async byNumber(number) {
      const row = await versions().where('number', '=', number).executeTakeFirst();
      return row === undefined ? undefined : VERSION.fromRow(row);
    },
    async latest(limit) {
      return (await versions().orderBy('number', 'desc').limit(limit).execute()).map(VERSION.fromRow);
    },
    async removeUnused(keep) {
      const { numDeletedRows } = await db
        .deleteFrom('telephony_versions')
        .where('number', '<=', sql<number>`(select max(number) from telephony_versions) - ${keep}`)
        .where('number', 'not in', (eb) =>
          eb
            .selectFrom('calls')
            .select('set_version')
            .where('set_version', 'is not', null)
            .$castTo<{ set_version: number }>(),
        )
        .executeTakeFirst();
      await db
        .deleteFrom('telephony_sets')
        .where('hash', 'not in', (eb) => eb.selectFrom('telephony_versions').select('hash'))
        .execute();
      return Number(numDeletedRows);
    },
  };
}
