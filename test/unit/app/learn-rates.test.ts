/** Rates measured over a stored month, and what they change for the next call. */
import { afterEach, describe, expect, it } from 'vitest';
import { FIRST_RATES, learnRates, type CallRates } from '../../../src/domain/attribution/call-rates.js';
import type { Attribution } from '../../../src/domain/attribution/attribution.js';
import { SimRandom } from '../../../src/cli/simulate/sim-clock.js';
import type { Sighting } from '../../../src/domain/attribution/sighting.js';
import { runPool, type PoolRun } from '../../../src/domain/numbers/simulate-pool.js';
import { makeTraffic, USUAL_TRAFFIC } from '../../../src/domain/numbers/traffic.js';
import type { CallId, E164 } from '../../../src/domain/values/ids.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { trackedTelephony } from '../../support/sim/tracked.js';
import { poolNumber } from '../../support/store/numbers.js';

const DAY = 86_400_000;
const DAYS = 3;
let bed: AppBed;
afterEach(() => bed.close());

/** Calls and leases of some days that end now, as the program would have stored them. */
async function remember(run: PoolRun, from: number): Promise<void> {
  await bed.store.transaction(async ({ numbers, numberLeases, attributions }) => {
    for (const [number, sightings] of run.sightings) {
      await numbers.put(poolNumber(1, { number }));
      for (const [index, sighting] of sightings.entries()) {
        const [takenAt, seenAt] = [from + sighting.takenAt, from + sighting.seenAt];
        const lease = {
          ...sighting,
          number,
          turn: index + 1,
          pool: 'ads',
          project: 'shop',
          takenAt,
          seenAt,
        } as const;
        // The next one follows at once: only when each was shown and last seen counts here.
        const times = { heldUntil: takenAt, tailUntil: takenAt, freeAt: takenAt };
        expect(await numberLeases.take({ ...lease, ...times, as: 'free' })).toBe('taken');
      }
    }
    for (const [index, { number, at }] of run.calls.entries())
      await attributions.add(callOn(number, from + at, index));
  });
}

function callOn(number: E164, at: number, index: number): Attribution {
  return {
    callId: `call-${index}` as CallId,
    at,
    number,
    project: 'shop',
    pool: 'ads',
    outcome: 'ambiguous',
    confidence: 0.5,
    candidates: [],
    touches: [],
    labels: {},
    model: 'last-non-direct',
  };
}

function traffic(callShare: number): PoolRun {
  const random = new SimRandom(5);
  const shape = { ...USUAL_TRAFFIC, days: DAYS, arrivalsPerHour: 60, callShare, clickShare: 0 };
  return runPool(
    { numbers: 8, exclusiveSeconds: 120, tailSeconds: 1800, coolDownSeconds: 0, overflow: { kind: 'lend' } },
    makeTraffic(shape, () => random.next()),
  );
}

describe('learning from a store', () => {
  it('is learning from its calls and leases, and the next call is judged by it', async () => {
    bed = await openAppBed({ telephony: trackedTelephony() });
    const from = bed.clock.now() - DAYS * DAY;
    const run = traffic(0.08);
    await remember(run, from);
    const learned = await bed.app.learnCallRates('shop');
    expect(learned).toMatchObject({ kind: 'learned', calls: run.calls.length });
    const moved = ({ takenAt, seenAt, ...rest }: Sighting): Sighting => ({
      ...rest,
      takenAt: takenAt + from,
      seenAt: seenAt + from,
    });
    const rates = learnRates({
      sightings: new Map([...run.sightings].map(([number, all]) => [number, all.map(moved)])),
      calls: run.calls.map(({ number, at }) => ({ number, at: at + from })),
      from: bed.clock.now() - 60 * DAY,
      until: bed.clock.now(),
    });
    const kept = JSON.parse((await bed.store.flags.get('call-rates:shop')) ?? '') as CallRates;
    for (const [band, rate] of Object.entries(rates.bands))
      expect(kept.bands[band as keyof CallRates['bands']], band).toBeCloseTo(rate, 9);
    expect(kept.bands['active-30s']).toBeGreaterThan(2 * FIRST_RATES.bands['active-30s']);
  });

  it('needs some calls', async () => {
    bed = await openAppBed({ telephony: trackedTelephony() });
    await remember(traffic(0.005), bed.clock.now() - DAYS * DAY);
    expect(await bed.app.learnCallRates('shop')).toMatchObject({ kind: 'too-few-calls' });
    expect(await bed.store.flags.get('call-rates:shop')).toBeUndefined();
  });
});
