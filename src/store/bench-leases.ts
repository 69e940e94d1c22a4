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
import { chooseNumber, type Choice, type NumberWish } from '../domain/numbers/choose-number.js';
import { leaseTimes, type PoolNumber } from '../domain/numbers/lease.js';
import type { NumberLease } from '../domain/numbers/number-lease.js';
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
  /** Many visitors at once, numbers free. */
  readonly usual: LeasePace;
  /** One visitor after another. */
  readonly single: LeasePace;
  /** Nothing free: every visitor is lent another's tail, or gets none. */
  readonly lending: LeasePace;
  readonly large: LeasePace;
}

export interface LeasePace {
  readonly perSecond: number;
  /** Time of the processor for one lease: what a busy machine does not change. */
  readonly cpuMs: number;
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
  const measured = async (name: string, { numbers, seen = 0, ...pace }: Case): Promise<LeasePace> => {
    const path = join(folder, `${name}.sqlite`);
    await fill(await open(path), numbers);
    if (seen > 0) remember(path, numbers, seen);
    const store = await open(path);
    try {
      return await leaseRate(store, { leases, ...pace });
    } finally {
      await store.close();
    }
  };
  const usual = { visitors: AT_ONCE, everySeconds: 10 };
  try {
    return {
      choicesPerSecond: choiceRate(),
      usual: await measured('small', { numbers: 200, ...usual }),
      single: await measured('single', { numbers: 200, ...usual, visitors: 1 }),
      lending: await measured('lending', { numbers: 200, ...usual, everySeconds: 1 }),
      large: await measured('large', { numbers: 10_000, seen: sessions, ...usual }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const AT_ONCE = 50;

interface Pace {
  /** Who ask at the same moment. */
  readonly visitors: number;
  /** Between two new visitors: of 200 numbers 72 are held at 10, and at 1 they do not suffice. */
  readonly everySeconds: number;
}

interface Case extends Pace {
  readonly numbers: number;
  /** Sessions before. */
  readonly seen?: number;
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

/** Each visitor is new: the pool turns over. */
async function leaseRate(
  { numberLeases }: OpenedStore,
  { leases, visitors, everySeconds }: Pace & { readonly leases: number },
): Promise<LeasePace> {
  const lease = (n: number) => {
    const wish = { visitorId: `visitor-${n}`, like: LIKE, now: 1_000_000_000 + n * everySeconds * 1000 };
    return numberLeases.lease({ ...POOL, ...wish, pool: 'bench' }, (shortlist) => {
      const choice = chooseNumber(POOL, wish, shortlist);
      return choice.kind === 'none' ? undefined : leaseOf(wish, choice);
    });
  };
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (let n = 0; n < leases; n += visitors)
    await Promise.all(Array.from({ length: visitors }, (_, more) => lease(n + more)));
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (leases * 1000) / (performance.now() - startedAt),
    cpuMs: (user + system) / 1000 / leases,
  };
}

function leaseOf(
  { visitorId, now }: NumberWish,
  { as, number }: Extract<Choice, { kind: 'take' }>,
): NumberLease {
  return {
    number: number.number,
    turn: number.turn + 1,
    pool: 'bench',
    project: 'bench',
    visitorId,
    sessionId: `session-of-${visitorId}`,
    labels: { source: 'google', medium: 'cpc', campaign: 'spring' },
    page: '/',
    takenAt: now,
    seenAt: now,
    ...leaseTimes(POOL, now),
    as,
  };
}
