/** The E-model as far as we know its inputs: reference points, and that worse is never better. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateFarMos, estimateMos, lossPercent } from '../../../src/domain/calls/quality.js';

const reception = fc.record({
  packets: fc.integer({ min: 1, max: 1_000_000 }),
  lost: fc.integer({ min: 0, max: 1_000_000 }),
  jitterMs: fc.double({ min: 0, max: 1000, noNaN: true }),
});

describe('estimateMos', () => {
  it.each([
    // G.107 annex B: R 91.8 is 4.38. G.113: one per cent of lost packets costs G.711 without concealment 18 points.
    [{ packets: 1000, lost: 0, jitterMs: 0 }, 4.38],
    [{ packets: 990, lost: 10, jitterMs: 0 }, 3.77],
    [{ packets: 900, lost: 100, jitterMs: 0 }, 1.43],
    [{ packets: 0, lost: 50, jitterMs: 0 }, 1],
  ])('of %o is %d', (received, mos) => {
    expect(estimateMos(received)).toBeCloseTo(mos, 1);
  });

  it('stays between 1 and 4.4, and is never better for more loss or jitter', () => {
    fc.assert(
      fc.property(
        reception,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 500 }),
        (r, lost, ms) => {
          const mos = estimateMos(r);
          expect(mos).toBeGreaterThanOrEqual(1);
          expect(mos).toBeLessThanOrEqual(4.4);
          expect(estimateMos({ ...r, lost: r.lost + lost })).toBeLessThanOrEqual(mos);
          expect(estimateMos({ ...r, jitterMs: r.jitterMs + ms })).toBeLessThanOrEqual(mos);
        },
      ),
    );
  });

  it('is worse for a long way there and back, once people notice', () => {
    const perfect = { packets: 1000, lost: 0, jitterMs: 0 };
    expect(estimateMos(perfect, 20)).toBeCloseTo(4.38, 1);
    expect(estimateMos(perfect, 600)).toBeLessThan(3.9);
    expect(estimateFarMos({ lossPercent: 10, jitterMs: 0 })).toBe(
      estimateMos({ packets: 900, lost: 100, jitterMs: 0 }),
    );
  });

  it('counts loss of what was sent, not of what came', () => {
    expect(lossPercent({ packets: 75, lost: 25, jitterMs: 0 })).toBe(25);
    expect(lossPercent({ packets: 0, lost: 0, jitterMs: 0 })).toBe(0);
  });
});
