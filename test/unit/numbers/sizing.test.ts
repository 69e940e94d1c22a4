import { describe, expect, it } from 'vitest';
import { numbersNeeded, offeredTraffic, overflowShare, sizeOf } from '../../../src/domain/numbers/sizing.js';

describe('the size of a pool by Erlang-B', () => {
  const traffic = offeredTraffic({ arrivalsPerHour: 200, holdSeconds: 180 });

  it.each([
    [0.05, 15],
    [0.01, 18],
    [0.001, 21],
  ])('200 visitors an hour for 3 minutes at %s need %s numbers', (overflow, numbers) => {
    expect(numbersNeeded(traffic, overflow)).toBe(numbers);
  });

  it('with the ten numbers of the rule of thumb one visitor in five gets none', () => {
    expect(overflowShare(traffic, 10)).toBeCloseTo(0.2146, 4);
  });

  it.each([
    [200, 330, 0.01, 28],
    [200, 1980, 0.01, 128],
    [20, 1980, 0.001, 23],
    [1000, 330, 0.001, 119],
  ])('%s an hour, held %s s, at most %s: %s numbers', (arrivalsPerHour, holdSeconds, overflow, numbers) => {
    expect(numbersNeeded(offeredTraffic({ arrivalsPerHour, holdSeconds }), overflow)).toBe(numbers);
  });

  it('tells what a size costs and loses', () => {
    const size = sizeOf({ arrivalsPerHour: 200, holdSeconds: 180 }, 18, 3);
    expect(size).toMatchObject({ numbers: 18, costPerMonth: 54 });
    expect(size.overflowedPerHour).toBeCloseTo(1.43, 2);
    expect(size.utilisation).toBeCloseTo(0.5516, 3);
  });

  it('nobody comes: the smallest pool is one number and never overflows', () => {
    expect(numbersNeeded(0, 0.01)).toBe(1);
  });

  it('a demand that no pool can serve has no answer', () => {
    expect(numbersNeeded(10_000_000, 0.01)).toBeUndefined();
  });
});
