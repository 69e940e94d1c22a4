/** The arithmetic behind every benchmark report. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atMost, figure, percentile, slope } from '../../../src/cli/bench/figures.js';

describe('figure', () => {
  it('stands beside what was measured with it', () => {
    expect(figure({ value: 12.3456, unit: 'ms', beside: { what: 'bare', value: 2 } })).toEqual({
      value: 12.3,
      unit: 'ms',
      beside: { what: 'bare', value: 2 },
      ratio: 6.17,
    });
  });

  it('judges its budget before it rounds', () => {
    expect(figure({ value: 15.004, unit: 'ms', budget: atMost(15) })).toMatchObject({
      value: 15,
      met: false,
    });
    expect(figure({ value: 15, unit: 'ms', budget: atMost(15) }).met).toBe(true);
    expect(figure({ value: 9, unit: '/s', budget: { limit: 10, bound: 'at least' } }).met).toBe(false);
  });

  it('misses a budget that could not be measured', () => {
    expect(figure({ value: Number.NaN, unit: 'MB', budget: atMost(180) }).met).toBe(false);
  });
});

describe('percentile', () => {
  it('is one of the values, by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0.5, 0.99, 1].map((part) => percentile(hundred, part))).toEqual([50, 99, 100]);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('has that part of the values at or below it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, part) => {
          const found = percentile(values, part);
          const below = values.filter((value) => value <= found).length;
          expect(values).toContain(found);
          expect(below).toBeGreaterThanOrEqual(Math.floor(values.length * part));
        },
      ),
    );
  });
});

describe('slope', () => {
  it('finds the growth of a line, whatever its height', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -500, max: 500 }),
        (growth, height) => {
          const line = Array.from({ length: 20 }, (_, x) => ({ x, y: height + growth * x }));
          expect(slope(line)).toBeCloseTo(growth, 6);
        },
      ),
    );
  });

  it('is about nought for a saw that comes back', () => {
    const saw = Array.from({ length: 300 }, (_, x) => ({ x: x / 100, y: 100 + (x % 10) }));
    expect(Math.abs(slope(saw))).toBeLessThan(0.5);
  });
});
