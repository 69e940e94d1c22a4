/** The stock of tracked numbers. A number of state `pool` has a row in `number_leases` too: it can be leased. */
import { sql } from 'kysely';
import type { NumberRepository } from '../app/ports/number-store.js';
import type { TrackedNumber } from '../domain/numbers/tracked-number.js';
import { mapping } from './mapping.js';
import { given } from './paging.js';
import type { NumberRow } from './number-schema.js';
import type { Database } from './schema.js';
import { atomically } from './writes.js';

const NUMBER = mapping<TrackedNumber, NumberRow>({
  number: 'number',
  state: 'state',
  project: 'project',
  type: 'type',
  country: 'country',
  area: 'area',
  trunk: 'trunk',
  dialplan: 'dialplan',
  pool: 'pool',
  labels: { json: 'labels' },
  failSafe: 'fail_safe',
  coolDownUntil: 'cool_down_until',
  monthlyCost: 'monthly_cost',
  note: 'note',
});

/** Flag that counts changes, so that a cache of another process sees them. */
const VERSION_FLAG = 'numbers-version';

export function numberRepository(db: Database): NumberRepository {
  return {
    async byNumber(number) {
      const row = await db.selectFrom('numbers').selectAll().where('number', '=', number).executeTakeFirst();
      return row === undefined ? undefined : NUMBER.fromRow(row);
    },
    async list(filter = {}) {
      const rows = await db
        .selectFrom('numbers')
        .selectAll()
        .where((eb) => eb.and(given(filter)))
        .orderBy('number')
        .execute();
      return rows.map(NUMBER.fromRow);
    },
    put: (number) => atomically(db, (tx) => put(tx, number)),
    async version() {
      const row = await db
        .selectFrom('flags')
        .select('value')
        .where('name', '=', VERSION_FLAG)
        .executeTakeFirst();
      return row?.value ?? '0';
    },
  };
}

async function put(tx: Database, number: TrackedNumber): Promise<void> {
  const row = NUMBER.toRow(number);
  await tx
    .insertInto('numbers')
    .values(row)
    .onConflict((conflict) => conflict.column('number').doUpdateSet(row))
    .execute();
  if (number.state === 'pool' && number.pool !== undefined) await offer(tx, { ...number, pool: number.pool });
  else await withdraw(tx, number);
  await tx
    .insertInto('flags')
    .values({ name: VERSION_FLAG, value: '1' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql`flags.value + 1` }))
    .execute();
}

/** A number whose details change keeps its lease. */
async function offer(tx: Database, number: TrackedNumber & { readonly pool: string }): Promise<void> {
  const place = {
    pool: number.pool,
    project: number.project,
    kind: kindKey(number),
    area: number.area ?? null,
  };
  await tx
    .insertInto('number_leases')
    .values({
      ...place,
      number: number.number,
      turn: await lastTurn(tx, number),
      taken_at: 0,
      seen_at: 0,
      held_until: 0,
      tail_until: 0,
      free_at: 0,
    })
    .onConflict((conflict) => conflict.column('number').doUpdateSet(place))
    .execute();
}

/** What a number was shown for before it left the pool is kept, and its turns go on where they were. */
async function withdraw(tx: Database, { number }: TrackedNumber): Promise<void> {
  await tx
    .insertInto('past_leases')
    .expression(
      tx
        .selectFrom('number_leases')
        .selectAll()
        .where('number', '=', number)
        .where('session_id', 'is not', null),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx.deleteFrom('number_leases').where('number', '=', number).execute();
}

async function lastTurn(tx: Database, { number }: TrackedNumber): Promise<number> {
  const row = await tx
    .selectFrom('past_leases')
    .select(({ fn }) => fn.max('turn').as('turn'))
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.turn ?? 0;
}

/** What a number must be to replace another. */
export function kindKey({ type, country }: Pick<TrackedNumber, 'type' | 'country'>): string {
  return `${type}:${country ?? ''}`;
}
