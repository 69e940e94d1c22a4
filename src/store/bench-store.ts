/**
 * How fast the store is, beside the same work in hand-written SQL on better-sqlite3 in the same run. Called by
 * `npm run bench`; the ratios are what a change is judged by.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import SqliteDatabase from 'better-sqlite3';
import type { Clock, Ids } from '../app/ports/ports.js';
import type { EventId, LeadId } from '../domain/values/ids.js';
import { openStore } from './open-store.js';
import type { OpenedStore } from './open-store.js';

export interface StoreBenchOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of each kind; 5000 unless told. */
  readonly operations?: number;
}

export interface RateBeside {
  readonly perSecond: number;
  /** Hand-written SQL, prepared once. */
  readonly plainPerSecond: number;
  readonly ratio: number;
}

export interface StoreBenchResult {
  /** One event appended and committed. */
  readonly inserts: RateBeside;
  /** A lead's status, its event and its job in one transaction. */
  readonly transactions: RateBeside;
  /** A job claimed and completed. */
  readonly claims: RateBeside;
  /** A lease taken by a conditional write. */
  readonly leases: RateBeside;
}

interface Contestant {
  insert(n: number): unknown;
  transaction(n: number): unknown;
  claim(n: number): unknown;
  lease(n: number): unknown;
}

type Kind = keyof Contestant;

/** Both on files in one temporary folder, `durability: normal`. */
export async function benchStore({
  clock,
  ids,
  operations = 5000,
}: StoreBenchOptions): Promise<StoreBenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'dialtrace-bench-'));
  const options = { durability: 'normal', clock, ids } as const;
  const store = await openStore({ ...options, path: join(folder, 'store.sqlite') });
  // The same schema, made by us and then used without us.
  await (await openStore({ ...options, path: join(folder, 'plain.sqlite') })).close();
  const plain = new SqliteDatabase(join(folder, 'plain.sqlite'));
  plain.pragma('synchronous = NORMAL');
  const ours = ourContestant(store);
  const theirs = plainContestant(plain);
  const compare = async (kind: Kind) =>
    beside(await rate(ours, kind, operations), await rate(theirs, kind, operations));
  try {
    return {
      inserts: await compare('insert'),
      transactions: await compare('transaction'),
      claims: await compare('claim'),
      leases: await compare('lease'),
    };
  } finally {
    plain.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function rate(contestant: Contestant, kind: Kind, operations: number): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < operations; n += 1) await contestant[kind](n);
  return (operations * 1000) / (performance.now() - startedAt);
}

function beside(perSecond: number, plainPerSecond: number): RateBeside {
  return {
    perSecond: Math.round(perSecond),
    plainPerSecond: Math.round(plainPerSecond),
    ratio: Math.round((perSecond / plainPerSecond) * 100) / 100,
  };
}

const lastingLease = Number.MAX_SAFE_INTEGER;

function ourContestant(store: OpenedStore): Contestant {
  const event = (id: string, n: number) =>
    ({ id: id as EventId, name: 'lead.received', at: n, leadId: 'lead' as LeadId, payload: { n } }) as const;
  const job = (n: number) =>
    ({ task: 'place-callback', payload: { leadId: `${n}` }, runAt: n, maxTries: 3 }) as const;
  return {
    insert: (n) => store.events.append([event(`i${n}`, n)]),
    transaction: (n) =>
      store.transaction(async (tx) => {
        await tx.flags.set('bench', `${n}`);
        await tx.events.append([event(`t${n}`, n)]);
        await tx.jobs.add(job(n));
      }),
    async claim() {
      for (const { id } of await store.jobs.claim('bench', lastingLease, lastingLease, 1))
        await store.jobs.complete(id, 'bench');
    },
    lease: (n) => store.leases.take(`r${n}`, 'bench', lastingLease, 0),
  };
}

function plainContestant(db: SqliteDatabase.Database): Contestant {
  const insert = db.prepare('insert into events (id, name, at, lead_id, payload) values (?, ?, ?, ?, ?)');
  const flag = db.prepare(
    'insert into flags (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  );
  const job = db.prepare(
    `insert into jobs (id, task, payload, run_at, due_at, tries, max_tries, state)
     values (?, 'place-callback', ?, ?, ?, 0, 3, 'waiting')`,
  );
  const claim = db.prepare<[number, number], { id: string }>(
    `update jobs set state = 'leased', lease_owner = 'bench', due_at = ?, tries = tries + 1 where id in
     (select id from jobs where state <> 'dead' and due_at <= ? order by due_at, id limit 1) returning *`,
  );
  const complete = db.prepare("delete from jobs where id = ? and lease_owner = 'bench'");
  const lease = db.prepare(
    `insert into leases (resource, owner, until_at) values (?, 'bench', ?) on conflict (resource)
     do update set owner = excluded.owner, until_at = excluded.until_at where until_at <= 0`,
  );
  const append = (id: string, n: number) => insert.run(id, 'lead.received', n, 'lead', JSON.stringify({ n }));
  const write = db.transaction((n: number) => {
    flag.run('bench', `${n}`);
    append(`t${n}`, n);
    job.run(`j${n}`, JSON.stringify({ leadId: `${n}` }), n, n);
  });
  return {
    insert: (n) => append(`i${n}`, n),
    transaction: (n) => write.immediate(n),
    claim: () => claim.all(lastingLease, lastingLease).map(({ id }) => complete.run(id)),
    lease: (n) => lease.run(`r${n}`, lastingLease),
  };
}
