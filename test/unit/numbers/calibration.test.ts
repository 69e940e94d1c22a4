/**
 * Does a confidence of 70 % mean seven in ten? Some days of made-up traffic whose delays are longer and whose clicks
 * are rarer than the first rates assume; docs/attribution.md shows the month.
 */
import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../../src/cli/simulate/sim-clock.js';
import {
  calibrationOf,
  judgeCalls,
  ratesOf,
  runPool,
  verdictsOf,
} from '../../../src/domain/numbers/simulate-pool.js';
import { makeTraffic, USUAL_TRAFFIC } from '../../../src/domain/numbers/traffic.js';

describe('confidence', () => {
  const random = new SimRandom(7);
  const traffic = makeTraffic(
    {
      ...USUAL_TRAFFIC,
      days: 7,
      medianStaySeconds: 110,
      callShare: 0.06,
      medianDelaySeconds: 600,
      delayTail: 0.6,
      clickShare: 0.25,
    },
    () => random.next(),
  );
  const run = runPool(
    {
      numbers: 50,
      exclusiveSeconds: 120,
      tailSeconds: 1800,
      coolDownSeconds: 0,
      overflow: { kind: 'lend' },
    },
    traffic,
  );

  it('measured from its own calls it is true within 0.05 and what chance does to so few', () => {
    const judged = judgeCalls(run, ratesOf(run));
    const told = calibrationOf(judged).filter(({ calls }) => calls >= 100);
    expect(told.length).toBeGreaterThanOrEqual(5);
    for (const { error, calls, right } of told) {
      const chance = Math.sqrt((right * (1 - right)) / calls);
      expect(error).toBeLessThanOrEqual(0.05 + 2 * chance);
    }
    expect(verdictsOf(judged, 0.6).misattributed).toBeLessThan(0.2);
  });

  it('a pool that is large enough gives every visitor a number, one at a time', () => {
    expect(run.issued + run.overflowed).toBe(run.visitors);
    const taken = new Map<string, number>();
    for (const sightings of run.sightings.values())
      for (const { sessionId } of sightings) taken.set(sessionId, (taken.get(sessionId) ?? 0) + 1);
    expect([...taken.values()].every((times) => times === 1)).toBe(true);
  });
});
