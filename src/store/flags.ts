/** Small named values: the emergency stop, facts about the store, times last seen. */
import type { FlagRepository } from '../app/ports/store.js';
import type { Database } from './schema.js';

export function flagRepository(db: Database): FlagRepository {
  return {
    async get(name) {
      const row = await db.selectFrom('flags').select('value').where('name', '=', name).executeTakeFirst();
      return row?.value;
    },
    async set(name, value) {
      await db
        .insertInto('flags')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },
    async remove(name) {
      await db.deleteFrom('flags').where('name', '=', name).execute();
    },
  };
}
