/** The schema grows from every version that was ever released, and never shrinks. */
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { sqliteDialect } from '../../../src/store/dialect/sqlite.js';
import { LATEST_MIGRATION, MIGRATIONS, migrateStore, versionOf } from '../../../src/store/migrate.js';
import type { Schema } from '../../../src/store/schema.js';
import { systemClock } from '../../../src/telemetry/clock.js';
import { openForTest, scratchFolder } from '../../support/store/backends.js';
import { aLead, branded } from '../../support/store/samples.js';

/** A store as a program with this last migration left it. */
async function storeAt(path: string, target: string): Promise<void> {
  const dialect = sqliteDialect({ path, durability: 'normal', clock: systemClock });
  await migrateStore(new Kysely<Schema>({ dialect: dialect.kysely }), dialect, { target });
  await dialect.close();
}

function schemaOf(path: string): unknown {
  const db = new SqliteDatabase(path, { readonly: true });
  const rows = db
    .prepare("select name, sql from sqlite_master where name not like 'sqlite_%' order by name")
    .all();
  db.close();
  return rows;
}

describe('migrations', () => {
  it.each(Object.keys(MIGRATIONS))(
    'bring a store of %s up to date and keep what is in it',
    async (version) => {
      const path = join(scratchFolder(), 'old.sqlite');
      await storeAt(path, version);
      const db = new SqliteDatabase(path);
      db.prepare(
        `insert into leads (id, received_at, source, kind, answers, touch, status, reason)
       values ('lead-1', 1000, 'api', 'form', '[]', '{}', 'queued', 'call-now')`,
      ).run();
      db.close();
      const store = await openForTest({ path });
      const lead = { ...aLead(), phone: undefined };
      expect(await store.leads.byId(branded('lead-1'))).toEqual(lead);
      expect(await store.health()).toEqual({
        ok: true,
        detail: `schema ${LATEST_MIGRATION}`,
        schemaVersion: versionOf(LATEST_MIGRATION),
      });
      await store.close();
      const fresh = join(scratchFolder(), 'fresh.sqlite');
      await (await openForTest({ path: fresh })).close();
      expect(schemaOf(path)).toEqual(schemaOf(fresh));
    },
  );

  it('have rising numbers', () => {
    const numbers = Object.keys(MIGRATIONS).map((name) => Number.parseInt(name, 10));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  it('refuse a store of a newer program and leave it as it was', async () => {
    const path = join(scratchFolder(), 'newer.sqlite');
    await (await openForTest({ path })).close();
    const db = new SqliteDatabase(path);
    db.prepare("insert into kysely_migration (name, timestamp) values ('0099-holograms', '2030')").run();
    db.close();
    const before = schemaOf(path);
    await expect(openForTest({ path })).rejects.toMatchObject({
      code: 'store-newer',
      message: `The store has schema 0099-holograms, this program knows up to ${LATEST_MIGRATION}.`,
    });
    expect(schemaOf(path)).toEqual(before);
  });

  it('happen once when several open the new file together', async () => {
    const path = join(scratchFolder(), 'new.sqlite');
    const stores = await Promise.all([openForTest({ path }), openForTest({ path }), openForTest({ path })]);
    for (const store of stores) expect((await store.health()).ok).toBe(true);
  });

  it('have an index for every query of a hot path', () => {
    const path = join(scratchFolder(), 'plan.sqlite');
    return openForTest({ path }).then(() => {
      const db = new SqliteDatabase(path);
      const planOf = (sql: string) =>
        (db.prepare(`explain query plan ${sql}`).all() as { detail: string }[])
          .map(({ detail }) => detail)
          .join('; ');
      const queries = [
        "select id from jobs where state <> 'dead' and due_at <= 5 order by due_at, id limit 5",
        "select * from jobs where state = 'leased' and due_at <= 5 and tries >= max_tries",
        "select * from attempts where state <> 'ended' and phone = '1'",
        "select * from calls where state <> 'closed' order by started_at, id",
        'select * from leads where received_at >= 0 and (received_at, id) < (5, 5) order by received_at desc, id desc',
        "select * from leads where phone = '1' and received_at >= 0 order by received_at desc, id desc",
        "select * from legs where channel_uuid = '1'",
        "select * from events where call_id = '1' order by seq",
        'select seq from events where at < 5 limit 500',
        "select * from visitor_sessions where visitor_id = '1' order by started_at desc, id desc limit 5",
        'select id from visitor_sessions where last_seen_at < 5 limit 500',
        'select id from visitors where last_seen_at < 5 limit 500',
      ];
      const plans = queries.map((sql) => `${sql} → ${planOf(sql)}`);
      expect(plans.filter((plan) => !plan.includes('USING') || plan.includes('TEMP B-TREE'))).toEqual([]);
      db.close();
    });
  });
});
