/** What happened in a pool hour by hour: leases by when they were taken, overflow as counted, calls as attributed. */
import { sql } from 'kysely';
import type { NumberLeaseRepository, PoolHour } from '../app/ports/number-store.js';
import type { Instant } from '../domain/values/ids.js';
import type { Database } from './schema.js';

const HOUR_MS = 3_600_000;

interface Span {
  readonly since: Instant;
  readonly until: Instant;
  readonly pool?: string;
}

interface HourCount {
  readonly pool: string;
  readonly hour_at: Instant;
  readonly issued: number;
  readonly lent: number;
  readonly overflowed: number;
  readonly called: number;
}

export function poolHours(
  db: Database,
): Pick<NumberLeaseRepository, 'countOverflow' | 'hours' | 'occupancy'> {
  return {
    async countOverflow(pool, hourAt) {
      await db
        .insertInto('pool_hours')
        .values({ pool, hour_at: hourAt, overflowed: 1 })
        .onConflict((conflict) =>
          conflict.columns(['pool', 'hour_at']).doUpdateSet({ overflowed: sql`pool_hours.overflowed + 1` }),
        )
        .execute();
    },
    hours: (span) => hoursOf(db, span),
    async occupancy(pool, now) {
      const row = await db
        .selectFrom('number_leases')
        .select(({ fn }) => [
          fn.countAll<number>().as('numbers'),
          sql<number>`coalesce(sum(free_at <= ${now}), 0)`.as('free'),
        ])
        .where('pool', '=', pool)
        .executeTakeFirstOrThrow();
      return row;
    },
  };
}

/** Leases that replaced one of the same visitor are no new issue. */
async function hoursOf(db: Database, { since, until, pool = '' }: Span): Promise<readonly PoolHour[]> {
  const leases = (table: string) => sql`
    select pool, taken_at - taken_at % ${HOUR_MS} as hour_at, (taken_as in ('free', 'lent')) as issued,
      (taken_as = 'lent') as lent, 0 as overflowed, 0 as called
    from ${sql.table(table)} where session_id is not null and turn > 0 and taken_at >= ${since} and taken_at < ${until}`;
  const { rows } = await sql<HourCount>`
    select pool, hour_at, sum(issued) as issued, sum(lent) as lent, sum(overflowed) as overflowed, sum(called) as called
    from (
      ${leases('number_leases')} union all ${leases('past_leases')}
      union all select pool, hour_at, 0, 0, overflowed, 0 from pool_hours
        where hour_at >= ${since - HOUR_MS} and hour_at < ${until}
      union all select pool, at - at % ${HOUR_MS}, 0, 0, 0, 1 from attributions
        where pool is not null and at >= ${since} and at < ${until}
    ) where ${pool} = '' or pool = ${pool}
    group by pool, hour_at order by pool, hour_at`.execute(db);
  return rows.map(({ hour_at, ...counts }) => ({ ...counts, hourAt: hour_at }));
}
