/** SQLite plans a statement anew at each bind of a bare `limit ?`; an expression spares that. */
import { Kysely } from 'kysely';
import { expect, it } from 'vitest';
import { sqliteDialect } from '../../../src/store/dialect/sqlite.js';
import type { Schema } from '../../../src/store/schema.js';
import { systemClock } from '../../../src/telemetry/clock.js';

it('limits are expressions, so that a statement is planned once', async () => {
  const dialect = sqliteDialect({ path: ':memory:', durability: 'normal', clock: systemClock });
  const db = new Kysely<Schema>({ dialect: dialect.kysely });
  const { sql, parameters } = db.selectFrom('numbers').select('number').limit(7).compile();
  expect(sql).toContain('limit 0 + ?');
  expect(parameters).toEqual([7]);
  await dialect.close();
});
