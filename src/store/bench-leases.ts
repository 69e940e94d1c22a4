/**
 * How fast numbers are leased: the pure choice, the choice with its guarded write, and the same again in a store that
 * has seen a million sessions on ten thousand numbers. Called by `npm run bench -- numbers`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import SqliteDatabase from 'better-sqlite3';
import type { Clock, Ids } from '../app/ports/ports.js';
import { chooseNumber } from '../domain/numbers/choose-number.js';
import { leaseTimes, type PoolNumber } from '../domain/numbers/lease.js';
import type { Pool } from '../domain/numbers/pool.js';
import type { E164 } from '../domain/values/ids.js';
import { openStore, type OpenedStore } from './open-store.js';

export interface LeaseBenchOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Leases measured in each store; 10 000 unless told. */
  readonly leases?: number;
  /** Sessions the large store has seen; a million unless told. */
  readonly sessions?: number;
}

export interface LeaseBenchResult {
  readonly choicesPerSecond: number;
  readonly leasesPerSecond: number;
  readonly largeLeasesPerSecond: number;
}

const POOL: Pool = {
  name: 'bench',
  project: 'bench',
  exclusiveSeconds: 60,
  tailSeconds: 600,
  coolDownSeconds: 60,
  afterCallSeconds: 0,
  overflow: { kind: 'lend' },
  otherArea: 'allowed',
};
const LIKE = { type: 'geographic', country: 'US', area: '212' } as const;
const CHOICES = 200_000;
const CHOICE_NUMBERS = 50;

export async function benchLeases({
  clock,
  ids,
  leases = 10_000,
  sessions = 1_000_000,
}: LeaseBenchOptions): Promise<LeaseBenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'dialtrace-bench-'));
  const open = (path: string) => openStore({ path, durability: 'normal', clock, ids });
  const measured = async (name: string, numbers: number, seen: number): Promise<number> => {
    const path = join(folder, name);
    await fill(await open(path), numbers);
    if (seen > 0) remember(path, numbers, seen);
    const store = await open(path);
    try {
      return await leaseRate(store, leases);
    } finally {
      await store.close();
    }
  };
  try {
    return {
      choicesPerSecond: choiceRate(),
      leasesPerSecond: await measured('small.sqlite', 200, 0),
      largeLeasesPerSecond: await measured('large.sqlite', 10_000, sessions),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const numberAt = (index: number): E164 => `+1212${String(index).padStart(7, '0')}` as E164;

function choiceRate(): number {
  const numbers = Array.from({ length: CHOICE_NUMBERS }, (_, index): PoolNumber => {
    const seenAt = index * 20_000;
    return { ...LIKE, number: numberAt(index), turn: 1, visitorId: `v${index}`, ...leaseTimes(POOL, seenAt) };
  });
  const startedAt = performance.now();
  for (let n = 0; n < CHOICES; n += 1)
    chooseNumber(POOL, { visitorId: `w${n}`, like: LIKE, now: 500_000 + n }, numbers);
  return (CHOICES * 1000) / (performance.now() - startedAt);
}

async function fill(store: OpenedStore, numbers: number): Promise<void> {
  await store.transaction(async (tx) => {
    for (let n = 0; n < numbers; n += 1)
      await tx.numbers.put({
        ...LIKE,
        number: numberAt(n),
        state: 'pool',
        project: 'bench',
        pool: 'bench',
        labels: {},
      });
  });
  await store.close();
}

/** Past leases by the database itself: what matters is that they are there. */
function remember(path: string, numbers: number, sessions: number): void {
  const db = new SqliteDatabase(path);
  db.exec(`
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${sessions - 1})
    insert into past_leases (number, turn, pool, project, kind, area, visitor_id, session_id, labels, page,
      taken_at, seen_at, clicked_at, held_until, tail_until, free_at, taken_as)
    select '+1212' || printf('%07d', i % ${numbers}), -1 - i, 'bench', 'bench', 'geographic:US', '212',
      'old' || i, 'session' || i, '{"source":"google"}', '/', i, i, null, i, i, i, 'free' from n`);
  db.close();
}

/** Each visitor is new and comes a second after the last: the pool turns over. */
async function leaseRate({ numberLeases }: OpenedStore, leases: number): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < leases; n += 1) {
    const wish = { visitorId: `visitor-${n}`, like: LIKE, now: 1_000_000_000 + n * 1000 };
    const choice = chooseNumber(
      POOL,
      wish,
      await numberLeases.shortlist({ ...POOL, ...wish, pool: 'bench' }),
    );
    if (choice.kind === 'none') continue;
    const { number, turn } = choice.number;
    await numberLeases.take({
      number,
      turn: turn + 1,
      pool: 'bench',
      project: 'bench',
      visitorId: wish.visitorId,
      sessionId: `session-${n}`,
      labels: { source: 'google', medium: 'cpc', campaign: 'spring' },
      page: '/',
      takenAt: wish.now,
      seenAt: wish.now,
      ...leaseTimes(POOL, wish.now),
      as: choice.as,
    });
  }
  return (leases * 1000) / (performance.now() - startedAt);
}
