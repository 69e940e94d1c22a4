/**
 * Leases of pool numbers. The choice reads a few rows by index, so that it costs the same for ten numbers and for ten
 * thousand; the write is conditional on the turn that the choice saw. A trigger keeps the row it replaces.
 */
import { sql } from 'kysely';
import type {
  LeaseOutcome,
  LeaseWish,
  NumberLeaseRepository,
  ShortlistWish,
} from '../app/ports/number-store.js';
import type { PoolNumber } from '../domain/numbers/lease.js';
import type { NumberLease } from '../domain/numbers/number-lease.js';
import type { NumberType } from '../domain/numbers/tracked-number.js';
import type { E164, Instant } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import type { NumberLeaseRow } from './number-schema.js';
import { kindKey } from './numbers.js';
import { poolHours } from './pool-hours.js';
import type { Database } from './schema.js';
import { SharedCommit } from './shared-commit.js';
import { changedOne, statement } from './statements.js';
import { removeInBatches } from './writes.js';

type LeasedRow = Omit<NumberLeaseRow, 'kind' | 'area'>;

const LEASE = mapping<NumberLease, LeasedRow>({
  number: 'number',
  turn: 'turn',
  pool: 'pool',
  project: 'project',
  visitorId: 'visitor_id',
  sessionId: 'session_id',
  labels: { json: 'labels' },
  page: 'page',
  takenAt: 'taken_at',
  seenAt: 'seen_at',
  clickedAt: 'clicked_at',
  heldUntil: 'held_until',
  tailUntil: 'tail_until',
  freeAt: 'free_at',
  as: 'taken_as',
});

export function numberLeaseRepository(db: Database): NumberLeaseRepository {
  const commits = new SharedCommit<LeaseOutcome>(db);
  return {
    shortlist: (wish) => candidatesOf(db, wish),
    take: (lease) => take(db, lease),
    lease: (wish, decide) =>
      db.isTransaction ? leaseIn(db, wish, decide) : commits.run((tx) => leaseIn(tx, wish, decide)),
    async addShared(lease) {
      const shared = { ...LEASE.toRow(lease), kind: SHARED, area: null };
      await db
        .insertInto('past_leases')
        .values({ ...shared, turn: sharedTurn(lease) })
        .execute();
    },
    async ofSession(sessionId) {
      return (await OF_SESSION(db, { sessionId })).rows.map(LEASE.fromRow);
    },
    async seen({ number, turn }, { times, at, clickedAt = 0 }) {
      return changedOne(await SEEN(db, { number, turn, ...times, at, clickedAt })) ? 'kept' : 'lost';
    },
    ofNumber: async (number, span) => {
      const now = (await NOW_OF_NUMBER(db, { number, ...span })).rows;
      const before = (await PAST_OF_NUMBER(db, { number, ...span })).rows;
      return [...now, ...before].map(LEASE.fromRow);
    },
    ...poolHours(db),
    removePastOlderThan: (before) =>
      removeInBatches((limit) =>
        db
          .deleteFrom('past_leases')
          .where(
            sql<number>`rowid`,
            'in',
            db
              .selectFrom('past_leases')
              .select(sql<number>`rowid`.as('rowid'))
              .where('seen_at', '<', before)
              .limit(limit),
          )
          .executeTakeFirst(),
      ),
  };
}

/** `kind` of a number that is shown to many at once. */
const SHARED = 'shared';

/** Turns of shared shows count downwards, so that they never meet those of leases; anew at every instant. */
function sharedTurn({ number, seenAt }: NumberLease) {
  return sql<number>`(select coalesce(min(turn), 0) - 1 from past_leases
    where number = ${number} and seen_at = ${seenAt} and turn < 0)`;
}

async function leaseIn(
  db: Database,
  wish: LeaseWish,
  decide: Parameters<NumberLeaseRepository['lease']>[1],
): Promise<LeaseOutcome> {
  const lease = decide(await candidatesOf(db, wish));
  if (lease === undefined) return { kind: 'none' };
  if (wish.perMinute !== undefined && !(await isWithin(db, lease, wish.perMinute)))
    return { kind: 'too-many' };
  return (await take(db, lease)) === 'taken' ? { kind: 'taken', lease } : { kind: 'lost' };
}

const MINUTE_MS = 60_000;

interface Counting {
  readonly scope: string;
  readonly minuteAt: Instant;
  readonly limit: number;
}

/** Counts one more in this minute, unless it is full: one row and one guarded write, whichever process counts. */
const COUNT = statement<Counting>((db, { scope, minuteAt, limit }) =>
  db
    .insertInto('rate_counts')
    .values({ scope, minute_at: minuteAt, count: 1 })
    .onConflict((conflict) =>
      conflict
        .column('scope')
        .doUpdateSet({
          minute_at: (eb) => eb.ref('excluded.minute_at'),
          count: sql`case when rate_counts.minute_at = excluded.minute_at then rate_counts.count + 1 else 1 end`,
        })
        .where((eb) =>
          eb.or([
            eb('rate_counts.minute_at', '<>', eb.ref('excluded.minute_at')),
            eb('rate_counts.count', '<', limit),
          ]),
        ),
    ),
);

async function isWithin(db: Database, { project, takenAt }: NumberLease, limit: number): Promise<boolean> {
  const minuteAt = takenAt - (takenAt % MINUTE_MS);
  return changedOne(await COUNT(db, { scope: `leases ${project}`, minuteAt, limit }));
}

async function candidatesOf(db: Database, wish: ShortlistWish): Promise<readonly PoolNumber[]> {
  return (await shortlistOf(db, wish)).map(candidateOf);
}

async function take(db: Database, lease: NumberLease): Promise<'taken' | 'lost'> {
  return changedOne(await TAKE(db, takenParameters(lease))) ? 'taken' : 'lost';
}

type CandidateRow = Pick<
  NumberLeaseRow,
  'number' | 'turn' | 'kind' | 'area' | 'visitor_id' | 'held_until' | 'tail_until' | 'free_at'
>;

const CANDIDATE_COLUMNS = [
  'number',
  'turn',
  'kind',
  'area',
  'visitor_id',
  'held_until',
  'tail_until',
  'free_at',
] as const;

function candidateOf(row: CandidateRow): PoolNumber {
  const [type, country] = row.kind.split(':') as [NumberType, string];
  return {
    number: row.number,
    turn: row.turn,
    type,
    heldUntil: row.held_until,
    tailUntil: row.tail_until,
    freeAt: row.free_at,
    ...(country !== '' && { country }),
    ...(row.area !== null && { area: row.area }),
    ...(row.visitor_id !== null && { visitorId: row.visitor_id }),
  };
}

interface Places {
  readonly pool: string;
  readonly visitorId: string;
  readonly kind: string;
  readonly area: string | null;
  readonly now: Instant;
  /** Tails are free between these. */
  readonly tailsFrom: Instant;
  readonly tailsTo: Instant;
}

/** More numbers than this one visitor never has in one pool: one for each kind on a page. */
const OWN_LIMIT = 8;

const OWN = (db: Database, { pool, visitorId }: Places) =>
  db
    .selectFrom('number_leases')
    .select(CANDIDATE_COLUMNS)
    .where('visitor_id', '=', visitorId)
    .where('pool', '=', pool)
    .limit(OWN_LIMIT);

const FREE = (db: Database, { pool, now }: Places) =>
  db
    .selectFrom('number_leases')
    .select(CANDIDATE_COLUMNS)
    .where('pool', '=', pool)
    .where('free_at', '<=', now)
    .orderBy('free_at')
    .orderBy('number')
    .limit(1);

const TAIL = (db: Database, { pool, tailsFrom, tailsTo, now }: Places) =>
  db
    .selectFrom('number_leases')
    .select(CANDIDATE_COLUMNS)
    .where('pool', '=', pool)
    .where('free_at', '>', tailsFrom)
    .where('free_at', '<=', tailsTo)
    .where('held_until', '<=', now)
    .orderBy('free_at')
    .orderBy('number')
    .limit(1);

/** What is chosen nearly always: the visitor's own number, or a free one of the same area. */
const FIRST_OF_ANY = statement<Places, CandidateRow>((db, places) =>
  db
    .selectFrom(OWN(db, places).as('own'))
    .selectAll()
    .unionAll(db.selectFrom(FREE(db, places).as('free')).selectAll()),
);
const FIRST_OF_KIND = statement<Places, CandidateRow>((db, places) =>
  db
    .selectFrom(OWN(db, places).as('own'))
    .selectAll()
    .unionAll(db.selectFrom(near(FREE(db, places), places).as('near')).selectAll()),
);
const REST_OF_ANY = statement<Places, CandidateRow>((db, places) => TAIL(db, places));
const REST_OF_KIND = statement<Places, CandidateRow>((db, places) =>
  db
    .selectFrom(FREE(db, places).where('kind', '=', places.kind).as('free'))
    .selectAll()
    .unionAll(db.selectFrom(near(TAIL(db, places), places).as('near_tail')).selectAll())
    .unionAll(db.selectFrom(TAIL(db, places).where('kind', '=', places.kind).as('tail')).selectAll()),
);

function near(query: ReturnType<typeof FREE>, { kind, area }: Places) {
  return query.where('kind', '=', kind).where('area', 'is', area);
}

/** The free number that rests longest and the tail that ends first, of the same area and of any, and the visitor's own. */
async function shortlistOf(
  db: Database,
  { like, tailSeconds, coolDownSeconds, now, ...rest }: ShortlistWish,
): Promise<readonly CandidateRow[]> {
  const tailsFrom = now + coolDownSeconds * 1000;
  const places = {
    ...rest,
    now,
    tailsFrom,
    tailsTo: tailsFrom + tailSeconds * 1000,
    kind: like === undefined ? '' : kindKey(like),
    area: like?.area ?? null,
  };
  const { rows } = await (like === undefined ? FIRST_OF_ANY : FIRST_OF_KIND)(db, places);
  const isFree = (row: CandidateRow) =>
    row.free_at <= now && (like === undefined || row.kind === places.kind);
  if (rows.some(isFree)) return rows;
  return [...rows, ...(await (like === undefined ? REST_OF_ANY : REST_OF_KIND)(db, places)).rows];
}

type TakenParameters = Omit<LeasedRow, 'clicked_at'> & { readonly seen_turn: number };

function takenParameters(lease: NumberLease): TakenParameters {
  return { ...LEASE.toRow(lease), seen_turn: lease.turn - 1 };
}

/** A visitor who came back between choice and write has prolonged the hold: then it is not ours. */
const TAKE = statement<TakenParameters>((db, lease) =>
  db
    .updateTable('number_leases')
    .set({
      turn: lease.turn,
      visitor_id: lease.visitor_id,
      session_id: lease.session_id,
      labels: lease.labels,
      page: lease.page,
      taken_at: lease.taken_at,
      seen_at: lease.seen_at,
      clicked_at: null,
      held_until: lease.held_until,
      tail_until: lease.tail_until,
      free_at: lease.free_at,
      taken_as: lease.taken_as,
    })
    .where('number', '=', lease.number)
    .where('turn', '=', lease.seen_turn)
    .where((eb) => eb.or([eb('held_until', '<=', lease.taken_at), eb('visitor_id', '=', lease.visitor_id)])),
);

const OF_SESSION = statement<{ readonly sessionId: string }, LeasedRow>((db, { sessionId }) =>
  db.selectFrom('number_leases').selectAll().where('session_id', '=', sessionId),
);

interface Seen {
  readonly number: E164;
  readonly turn: number;
  readonly heldUntil: Instant;
  readonly tailUntil: Instant;
  readonly freeAt: Instant;
  readonly at: Instant;
  /** 0: not clicked now. */
  readonly clickedAt: Instant;
}

/** Once the tail is over the number is on its way to another: who comes back then asks anew. */
const SEEN = statement<Seen>((db, { number, turn, heldUntil, tailUntil, freeAt, at, clickedAt }) =>
  db
    .updateTable('number_leases')
    .set({
      seen_at: sql`max(seen_at, ${at})`,
      clicked_at: sql`coalesce(nullif(${clickedAt}, 0), clicked_at)`,
      held_until: sql`max(held_until, ${heldUntil})`,
      tail_until: sql`max(tail_until, ${tailUntil})`,
      free_at: sql`max(free_at, ${freeAt})`,
    })
    .where('number', '=', number)
    .where('turn', '=', turn)
    .where('tail_until', '>', at),
);

interface OfNumber {
  readonly number: E164;
  readonly since: Instant;
  readonly until: Instant;
}

const NOW_OF_NUMBER = statement<OfNumber, LeasedRow>((db, { number, since, until }) =>
  db
    .selectFrom('number_leases')
    .selectAll()
    .where('number', '=', number)
    .where('session_id', 'is not', null)
    .where('seen_at', '>=', since)
    .where('taken_at', '<=', until),
);

const PAST_OF_NUMBER = statement<OfNumber, LeasedRow>((db, { number, since, until }) =>
  db
    .selectFrom('past_leases')
    .selectAll()
    .where('number', '=', number)
    .where('seen_at', '>=', since)
    .where('taken_at', '<=', until)
    .orderBy('seen_at', 'desc'),
);
