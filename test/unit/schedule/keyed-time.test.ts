/** Times typed on a phone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedTime, localTime } from '../../../src/domain/schedule/keyed-time.js';

const at = (text: string): number => Date.parse(text);

describe('a typed time', () => {
  it.each([
    ['30', '2026-03-02T09:00:00Z', 'Europe/Berlin', '2026-03-02T09:30:00Z'],
    ['999', '2026-03-02T09:00:00Z', 'UTC', '2026-03-03T01:39:00Z'],
    ['1430', '2026-03-02T09:00:00Z', 'Europe/Berlin', '2026-03-02T13:30:00Z'],
    ['0900', '2026-03-02T09:00:00Z', 'Europe/Berlin', '2026-03-03T08:00:00Z'],
    // 02:30 does not exist in Berlin on this night: it is taken after the gap.
    ['0230', '2026-03-28T23:00:00Z', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
  ])('%s at %s in %s', (digits, now, zone, wanted) => {
    expect(new Date(keyedTime(digits, at(now), zone) ?? 0).toISOString()).toBe(
      new Date(wanted).toISOString(),
    );
  });

  it.each(['0', '2400', '1260', '12345', '', 'x'])('%j is none', (digits) => {
    expect(keyedTime(digits, 0, 'UTC')).toBeUndefined();
  });

  it('is always later, within a day and an hour, and reads back as it was typed', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns');
    const now = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z') });
    const clock = fc.tuple(fc.integer({ min: 4, max: 23 }), fc.nat(59));
    fc.assert(
      fc.property(zone, now, clock, (timeZone, moment, [hour, minute]) => {
        const digits = `${String(hour).padStart(2, '0')}${String(minute).padStart(2, '0')}`;
        const later = keyedTime(digits, moment, timeZone) ?? 0;
        expect(later).toBeGreaterThan(moment);
        expect(later - moment).toBeLessThanOrEqual(25 * 3_600_000);
        expect(localTime(later, timeZone).replace(':', '')).toBe(digits);
      }),
    );
  });
});
