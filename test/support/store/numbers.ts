/** Tracked numbers and leases for store and app tests. */
import type { Pool } from '../../../src/domain/numbers/pool.js';
import type { NumberLease } from '../../../src/domain/numbers/number-lease.js';
import type { PoolNumber } from '../../../src/domain/numbers/lease.js';
import { leaseTimes } from '../../../src/domain/numbers/lease.js';
import { kindOfNumber, type TrackedNumber } from '../../../src/domain/numbers/tracked-number.js';
import type { CallId, E164 } from '../../../src/domain/values/ids.js';
import type { Attribution } from '../../../src/domain/attribution/attribution.js';

export const POOL: Pool = {
  name: 'ads',
  project: 'shop',
  exclusiveSeconds: 100,
  tailSeconds: 200,
  coolDownSeconds: 50,
  afterCallSeconds: 1000,
  overflow: { kind: 'lend' },
  otherArea: 'allowed',
};

export const did = (index: number): E164 => `+7495123${String(1000 + index)}` as E164;

export function poolNumber(index: number, change: Partial<TrackedNumber> = {}): TrackedNumber {
  const number = did(index);
  return {
    number,
    state: 'pool',
    project: 'shop',
    pool: 'ads',
    labels: {},
    ...kindOfNumber(number),
    ...change,
  };
}

export function leaseAt(
  { number, turn }: Pick<PoolNumber, 'number' | 'turn'>,
  visitorId: string,
  at: number,
): NumberLease {
  return {
    number,
    turn: turn + 1,
    pool: POOL.name,
    project: POOL.project,
    visitorId,
    sessionId: `session-of-${visitorId}`,
    labels: { source: 'google', campaign: visitorId },
    page: '/sale',
    takenAt: at,
    seenAt: at,
    ...leaseTimes(POOL, at),
    as: 'free',
  };
}

export function anAttribution(change: Partial<Attribution>): Attribution {
  return {
    callId: 'call-1' as CallId,
    at: 5_000_000,
    number: did(1),
    project: 'shop',
    caller: '+79161234567' as E164,
    outcome: 'attributed',
    visitorId: 'ann',
    sessionId: 's1',
    confidence: 0.9,
    candidates: [{ visitorId: 'ann', sessionId: 's1', probability: 0.9, labels: { source: 'google' } }],
    touches: [{ at: 4_000_000, source: 'google' }],
    labels: { source: 'google' },
    model: 'last-non-direct',
    page: '/sale',
    ...change,
  };
}
