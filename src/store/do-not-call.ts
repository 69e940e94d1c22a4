/** Phones that must not be called. */
import type { DoNotCall, DoNotCallRepository } from '../app/ports/people.js';
import type { E164 } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import { keysetOf, pageOf } from './paging.js';
import type { Database, DoNotCallRow } from './schema.js';

const ENTRY = mapping<DoNotCall, DoNotCallRow>({
  phone: 'phone',
  reason: 'reason',
  by: 'by',
  addedAt: 'added_at',
  until: 'until_at',
});

export function doNotCallRepository(db: Database): DoNotCallRepository {
  const select = () => db.selectFrom('do_not_call').selectAll();
  return {
    async put(entries) {
      let added = 0;
      for (const entry of entries) {
        const known = await select().where('phone', '=', entry.phone).executeTakeFirst();
        if (known === undefined) added += 1;
        const { phone, ...row } = ENTRY.toRow(entry);
        await db
          .insertInto('do_not_call')
          .values({ phone, ...row })
          .onConflict((conflict) => conflict.column('phone').doUpdateSet(row))
          .execute();
      }
      return { added, changed: entries.length - added };
    },
    async entry(phone, now) {
      const row = await select()
        .where('phone', '=', phone)
        .where((eb) => eb.or([eb('until_at', 'is', null), eb('until_at', '>', now)]))
        .executeTakeFirst();
      return row === undefined ? undefined : ENTRY.fromRow(row);
    },
    async remove(phone) {
      const { numDeletedRows } = await db
        .deleteFrom('do_not_call')
        .where('phone', '=', phone)
        .executeTakeFirst();
      return numDeletedRows === 0n ? 'not-listed' : 'removed';
    },
    async list({ limit, cursor }) {
      const start = keysetOf(cursor);
      const rows = await select()
        .where((eb) => eb(eb.refTuple('added_at', 'phone'), '<', eb.tuple(start.at, start.id as E164)))
        .orderBy('added_at', 'desc')
        .orderBy('phone', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows.map(ENTRY.fromRow), limit, ({ addedAt, phone }) => ({ at: addedAt, id: phone }));
    },
  };
}
