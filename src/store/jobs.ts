/**
 * Jobs: claimed by one runner at a time under a lease.
 *
 *   waiting ──claim──► leased ──complete──► (removed)
 *      ▲                 │ │
 *      └──fail───────────┘ └──fail or expired, tries used up──► dead
 *
 * An expired lease is due like a waiting job and goes straight to its next owner.
 */
import { sql } from 'kysely';
import type { SqlBool } from 'kysely';
import type { Ids } from '../app/ports/ports.js';
import type { Job, JobLane, JobRepository } from '../app/ports/store.js';
import type { Instant, JobId } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import type { Database, JobRow } from './schema.js';
import { statement } from './statements.js';
import type { Statement } from './statements.js';
import { atomically } from './writes.js';

const JOB = mapping<Job, JobRow>({
  id: 'id',
  task: 'task',
  payload: { json: 'payload' },
  runAt: 'run_at',
  tries: 'tries',
  maxTries: 'max_tries',
  key: 'key',
});

/** Written as in the indexes: a bound parameter would not match their predicates. */
const isAlive = sql<SqlBool>`state <> 'dead'`;
const isWaiting = sql<SqlBool>`state = 'waiting'`;
const isLeased = sql<SqlBool>`state = 'leased'`;

export interface RenewableJobs extends JobRepository {
  /** Prolongs the lease of a running job. `lost`: it expired and somebody else has it, or it is gone. */
  renew(id: JobId, owner: string, leaseUntil: Instant): Promise<'renewed' | 'lost'>;
}

export interface JobRepositoryOptions {
  readonly ids: Ids;
  /** Called after a job was written; inside a transaction it is not committed yet. */
  readonly onAdded: () => void;
}

export function jobRepository(db: Database, { ids, onAdded }: JobRepositoryOptions): RenewableJobs {
  const leasedBy = (id: JobId, owner: string) =>
    db.updateTable('jobs').where('id', '=', id).where('lease_owner', '=', owner);
  return {
    async add(job) {
      const row = waitingRow({ ...job, id: ids.next() as JobId, tries: 0 });
      const { rows } = await INSERT_OR_MOVE(db, row);
      onAdded();
      return rows[0]?.id ?? row.id;
    },
    async claim(owner, now, leaseUntil, limit, lane) {
      const { rows } = await CLAIM_DUE[lane ?? 'all'](db, { owner, now, leaseUntil, limit });
      // Nothing else to do: time to look for those that will not run again.
      if (rows.length === 0) await BURY_EXHAUSTED(db, { now });
      return rows.map(JOB.fromRow).sort(byTime);
    },
    async renew(id, owner, leaseUntil) {
      const { numUpdatedRows } = await leasedBy(id, owner).set({ due_at: leaseUntil }).executeTakeFirst();
      return numUpdatedRows === 1n ? 'renewed' : 'lost';
    },
    async complete(id, owner) {
      await COMPLETE(db, { id, owner });
    },
    fail: (id, owner, error, runAt) => atomically(db, (tx) => failJob(tx, { id, owner, error, runAt })),
    async removeByKey(key) {
      await db.deleteFrom('jobs').where('key', '=', key).where(isWaiting).execute();
    },
    async nextDueAt() {
      return (await NEXT_DUE(db, {})).rows[0]?.due_at;
    },
    counts: (now) => countJobs(db, now),
  };
}

function waitingRow(job: Job): JobRow {
  return { ...JOB.toRow(job), due_at: job.runAt, state: 'waiting', lease_owner: null, last_error: null };
}

function byTime(one: Job, other: Job): number {
  return one.runAt - other.runAt || (one.id < other.id ? -1 : 1);
}

/** A waiting job of the same key takes the new time and contents and keeps its id. */
const INSERT_OR_MOVE = statement<JobRow, Pick<JobRow, 'id'>>((db, marks) => {
  const { task, payload, run_at, due_at, max_tries } = marks;
  const { id, tries, key, state, lease_owner, last_error } = marks;
  return db
    .insertInto('jobs')
    .values({ id, task, payload, run_at, tries, max_tries, key, due_at, state, lease_owner, last_error })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .where(isWaiting)
        .doUpdateSet({ task, payload, run_at, due_at, max_tries, tries: 0, last_error: null }),
    )
    .returning('id');
});

interface Claim {
  readonly owner: string;
  readonly now: Instant;
  readonly leaseUntil: Instant;
  readonly limit: number;
}

const IN_LANE = {
  all: sql<SqlBool>`true`,
  deliveries: sql<SqlBool>`task in ('deliver-webhook', 'tell-destination')`,
  others: sql<SqlBool>`task not in ('deliver-webhook', 'tell-destination')`,
} as const satisfies Readonly<Record<JobLane | 'all', unknown>>;

const CLAIM_DUE = {
  all: claimIn('all'),
  deliveries: claimIn('deliveries'),
  others: claimIn('others'),
} as const;

/** One statement, so two claimers never get the same job. */
function claimIn(lane: JobLane | 'all'): Statement<Claim, JobRow> {
  return statement((db, { owner, now, leaseUntil, limit }) => {
    const due = db
      .selectFrom('jobs')
      .select('id')
      .where(isAlive)
      .where(IN_LANE[lane])
      .where('due_at', '<=', now)
      .where((eb) => eb('tries', '<', eb.ref('max_tries')))
      .orderBy('due_at')
      .orderBy('id')
      .limit(limit);
    return db
      .updateTable('jobs')
      .set((eb) => ({ state: 'leased', lease_owner: owner, due_at: leaseUntil, tries: eb('tries', '+', 1) }))
      .where('id', 'in', due)
      .returningAll();
  });
}

/** A job that took its process down on every try must not do so for ever. */
const BURY_EXHAUSTED = statement<Pick<Claim, 'now'>>((db, { now }) =>
  db
    .updateTable('jobs')
    .set({ state: 'dead', lease_owner: null, last_error: 'its lease expired on the last try' })
    .where(isLeased)
    .where('due_at', '<=', now)
    .where((eb) => eb('tries', '>=', eb.ref('max_tries'))),
);

const COMPLETE = statement<{ readonly id: JobId; readonly owner: string }>((db, { id, owner }) =>
  db.deleteFrom('jobs').where('id', '=', id).where('lease_owner', '=', owner),
);

const NEXT_DUE = statement<object, Pick<JobRow, 'due_at'>>((db) =>
  db.selectFrom('jobs').select('due_at').where(isAlive).orderBy('due_at').limit(1),
);

interface Failure {
  readonly id: JobId;
  readonly owner: string;
  readonly error: string;
  readonly runAt: Instant;
}

/** When a newer job of the same key waits already, that one is the retry. A lost lease changes nothing. */
async function failJob(tx: Database, { id, owner, error, runAt }: Failure): Promise<'retry' | 'dead'> {
  const job = await tx
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .executeTakeFirst();
  if (job === undefined) return 'retry';
  const change = tx.updateTable('jobs').where('id', '=', id);
  if (job.tries >= job.max_tries) {
    await change.set({ state: 'dead', lease_owner: null, last_error: error }).execute();
    return 'dead';
  }
  if (job.key !== null && (await isKeyWaiting(tx, job.key)))
    await tx.deleteFrom('jobs').where('id', '=', id).execute();
  else
    await change
      .set({ state: 'waiting', lease_owner: null, last_error: error, run_at: runAt, due_at: runAt })
      .execute();
  return 'retry';
}

async function isKeyWaiting(tx: Database, key: string): Promise<boolean> {
  const waiting = tx.selectFrom('jobs').select('id').where('key', '=', key).where(isWaiting);
  return (await waiting.executeTakeFirst()) !== undefined;
}

/** `due` are those of `waiting` whose time has come. */
async function countJobs(db: Database, now: Instant): ReturnType<JobRepository['counts']> {
  const rows = await db
    .selectFrom('jobs')
    .select(({ fn, eb }) => [
      'state',
      fn.countAll<number>().as('count'),
      fn.sum<number>(eb.case().when('due_at', '<=', now).then(1).else(0).end()).as('due'),
    ])
    .groupBy('state')
    .execute();
  const of = (state: JobRow['state']) => rows.find((row) => row.state === state);
  return {
    waiting: of('waiting')?.count ?? 0,
    due: of('waiting')?.due ?? 0,
    leased: of('leased')?.count ?? 0,
    dead: of('dead')?.count ?? 0,
  };
}
