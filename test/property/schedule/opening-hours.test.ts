/** nextOpen never goes back, lands where it is open, skips no opening, and stays where it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hours } from '../../../src/domain/routing/telephony.js';
import { isOpen, nextOpen } from '../../../src/domain/schedule/opening-hours.js';

const interval = fc
  .tuple(fc.nat(1440), fc.nat(1440))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const intervals = fc.array(interval, { maxLength: 3 });
const hours: fc.Arbitrary<Hours> = fc.record({
  name: fc.constant('random'),
  week: fc.dictionary(fc.constantFrom('1', '2', '3', '4', '5', '6', '7'), intervals),
  exceptions: fc.dictionary(
    fc.constantFrom('2026-03-29', '2026-10-25', '2026-04-05', '2026-07-01'),
    intervals,
  ),
});
const zone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'UTC',
  'America/St_Johns',
);
/** Around the clock changes of 2026, where the mistakes live. */
const at = fc
  .tuple(
    fc.constantFrom(
      '2026-03-28T12:00:00Z',
      '2026-10-24T12:00:00Z',
      '2026-04-04T00:00:00Z',
      '2026-10-31T12:00:00Z',
      '2026-06-30T12:00:00Z',
    ),
    fc.nat(2 * 86_400_000),
  )
  .map(([day, ms]) => Date.parse(day) + ms);

describe('nextOpen', () => {
  it('is at or after the instant, open, and idempotent', () => {
    fc.assert(
      fc.property(hours, zone, at, (when, where, now) => {
        const next = nextOpen(when, where, now);
        if (next === undefined) return;
        expect(next).toBeGreaterThanOrEqual(now);
        expect(isOpen(when, where, next)).toBe(true);
        expect(nextOpen(when, where, next)).toBe(next);
      }),
      { numRuns: 500 },
    );
  });

  it('skips no minute that is open', () => {
    fc.assert(
      fc.property(hours, zone, at, (when, where, now) => {
        const next = nextOpen(when, where, now) ?? Infinity;
        const until = Math.min(next, now + 8 * 3_600_000);
        for (let minute = now; minute < until; minute += 60_000)
          expect(isOpen(when, where, minute)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
