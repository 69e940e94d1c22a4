import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/jobs/backoff.js';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('waits between half and the whole of a doubling time, never longer than the longest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), chance, (tries, drawn) => {
      const full = Math.min(3_600_000, 2000 * 2 ** (tries - 1));
      const wait = backoffMs(tries, drawn);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});

it('doubles', () => {
  expect([1, 2, 3, 4].map((tries) => backoffMs(tries, 0, { firstMs: 1000, longestMs: 3000 }))).toEqual([
    500, 1000, 1500, 1500,
  ]);
});
