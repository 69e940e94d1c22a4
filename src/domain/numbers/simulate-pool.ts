/**
 * A pool under traffic, real or made up: the same choice and the same attribution as live, judged against who really
 * called. Answers what no formula tells: how many calls are given to the wrong visitor.
 */
import { FIRST_RATES, learnRates, type CallRates } from '../attribution/call-rates.js';
import { rankVisitors } from '../attribution/rank-visitors.js';
import type { Sighting } from '../attribution/sighting.js';
import type { E164 } from '../values/ids.js';
import { chooseNumber } from './choose-number.js';
import { leaseTimes, type PoolNumber } from './lease.js';
import type { Pool } from './pool.js';
import type { Arrival } from './traffic.js';

export interface SimulatedCall {
  readonly number: E164;
  readonly at: number;
  /** Index of the arrival; absent: a stranger. */
  readonly truth?: string;
}

export interface PoolRun {
  readonly visitors: number;
  readonly issued: number;
  readonly lent: number;
  readonly overflowed: number;
  /** Calls of visitors who had no number of the pool cannot be seen here. */
  readonly unseenCalls: number;
  readonly calls: readonly SimulatedCall[];
  readonly sightings: ReadonlyMap<E164, readonly Sighting[]>;
  /** In milliseconds, as instants. */
  readonly until: number;
}

export type SimulatedPool = Pick<
  Pool,
  'exclusiveSeconds' | 'tailSeconds' | 'coolDownSeconds' | 'overflow'
> & { readonly numbers: number };

interface Board {
  readonly numbers: PoolNumber[];
  readonly sightings: Map<E164, Sighting[]>;
}

/** Arrivals in time order. Instants are milliseconds from the start of the first hour. */
export function runPool(pool: SimulatedPool, arrivals: readonly Arrival[]): PoolRun {
  const board = boardOf(pool.numbers);
  const calls: SimulatedCall[] = [];
  const counts = { issued: 0, lent: 0, overflowed: 0, unseenCalls: 0 };
  for (const [index, arrival] of arrivals.entries()) {
    const visitorId = `v${index}`;
    const number = lease(pool, board, { visitorId, arrival }, counts);
    if (arrival.calledAfter === undefined) continue;
    const at = (arrival.at + arrival.calledAfter) * 1000;
    if (number === undefined) counts.unseenCalls += 1;
    else calls.push({ number, at, truth: visitorId });
  }
  const until = Math.max(0, ...lastOf(arrivals).map(({ at }) => at * 1000));
  const seen = calls.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
  return { visitors: arrivals.length, ...counts, calls: seen, sightings: board.sightings, until };
}

function lastOf(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.slice(-1);
}

function boardOf(size: number): Board {
  const numbers = Array.from({ length: size }, (_, index): PoolNumber => ({
    number: `+1000000${String(index).padStart(5, '0')}` as E164,
    type: 'geographic',
    turn: 0,
    heldUntil: 0,
    tailUntil: 0,
    freeAt: 0,
  }));
  return { numbers, sightings: new Map(numbers.map(({ number }) => [number, []])) };
}

interface Counts {
  issued: number;
  lent: number;
  overflowed: number;
}

function lease(
  pool: SimulatedPool,
  board: Board,
  { visitorId, arrival }: { readonly visitorId: string; readonly arrival: Arrival },
  counts: Counts,
): E164 | undefined {
  const now = arrival.at * 1000;
  const choice = chooseNumber(
    { overflow: pool.overflow, otherArea: 'allowed' },
    { visitorId, now },
    board.numbers,
  );
  if (choice.kind === 'none') {
    counts.overflowed += 1;
    return undefined;
  }
  counts.issued += 1;
  if (choice.as === 'lent') counts.lent += 1;
  const { number, turn } = choice.number;
  // Signs of life hold it until the visitor leaves, and the stretches begin there.
  const seenAt = now + arrival.staySeconds * 1000;
  const place = board.numbers.indexOf(choice.number);
  board.numbers[place] = { ...choice.number, turn: turn + 1, visitorId, ...leaseTimes(pool, seenAt) };
  board.sightings.get(number)?.push({
    visitorId,
    sessionId: visitorId,
    takenAt: now,
    seenAt,
    ...(arrival.clickedAfter !== undefined && { clickedAt: now + arrival.clickedAfter * 1000 }),
    labels: {},
  });
  return number;
}

export interface Judged {
  readonly confidence: number;
  readonly verdict: 'right' | 'wrong';
}

/** Every call with the confidence in its winner, and whether that was who called. */
export function judgeCalls(run: PoolRun, rates: CallRates = FIRST_RATES): readonly Judged[] {
  return run.calls.map(({ number, at, truth }) => {
    const near = nearSightings(run.sightings.get(number) ?? [], at);
    const [first] = rankVisitors(near, { at }, rates);
    return {
      confidence: first?.probability ?? 0,
      verdict: first !== undefined && first.visitorId === truth ? 'right' : 'wrong',
    };
  });
}

/** Older ones weigh nothing: the band ends. */
const NEAR = 500;

function nearSightings(sightings: readonly Sighting[], at: number): readonly Sighting[] {
  const end = sightings.findLastIndex(({ takenAt }) => takenAt <= at) + 1;
  return sightings.slice(Math.max(0, end - NEAR), end);
}

/** Rates as this installation would have measured them after the run. */
export function ratesOf({ sightings, calls, until }: PoolRun): CallRates {
  return learnRates({ sightings, calls, from: 0, until });
}

export interface Decile {
  readonly from: number;
  readonly calls: number;
  readonly meanConfidence: number;
  readonly right: number;
  /** |mean confidence − share right|. */
  readonly error: number;
}

/** Ten rows, by confidence; a decile without calls has no error. */
export function calibrationOf(judged: readonly Judged[]): readonly Decile[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const inside = judged.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === tenth);
    const calls = inside.length;
    const meanConfidence =
      calls === 0 ? 0 : inside.reduce((sum, { confidence }) => sum + confidence, 0) / calls;
    const right = calls === 0 ? 0 : inside.filter(({ verdict }) => verdict === 'right').length / calls;
    return { from: tenth / 10, calls, meanConfidence, right, error: Math.abs(meanConfidence - right) };
  });
}

export interface PoolVerdict {
  readonly attributed: number;
  readonly ambiguous: number;
  /** Share of the attributed calls that went to the wrong visitor. */
  readonly misattributed: number;
}

export function verdictsOf(judged: readonly Judged[], threshold: number): PoolVerdict {
  const attributed = judged.filter(({ confidence }) => confidence >= threshold);
  const wrong = attributed.filter(({ verdict }) => verdict === 'wrong').length;
  return {
    attributed: attributed.length,
    ambiguous: judged.length - attributed.length,
    misattributed: attributed.length === 0 ? 0 : wrong / attributed.length,
  };
}
