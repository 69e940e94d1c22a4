/** The benchmark runs and compares like with like. Its figures are for `npm run bench`, not for a test. */
import { expect, it } from 'vitest';
import { benchStore } from '../../../src/store/bench-store.js';
import { systemClock } from '../../../src/telemetry/clock.js';
import { countingIds } from '../../support/store/backends.js';

it('measures four kinds of work beside hand-written SQL', async () => {
  const result = await benchStore({ clock: systemClock, ids: countingIds(), operations: 50 });
  expect(Object.keys(result)).toEqual(['inserts', 'transactions', 'claims', 'leases']);
  for (const { perSecond, plainPerSecond, ratio } of Object.values(result)) {
    expect(ratio).toBeCloseTo(perSecond / plainPerSecond, 1);
  }
});
