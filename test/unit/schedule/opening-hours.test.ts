/** Opening hours at the edges: interval ends, exceptions, and the nights when the clocks change. */
import { describe, expect, it } from 'vitest';
import type { Hours } from '../../../src/domain/routing/telephony.js';
import { isOpen, nextOpen } from '../../../src/domain/schedule/opening-hours.js';

const BERLIN = 'Europe/Berlin';
const at = (iso: string): number => Date.parse(iso);
const every = (from: number, to: number): Hours => ({
  name: 'every day',
  exceptions: {},
  week: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [String(day), [{ from, to }]])),
});
const office: Hours = {
  name: 'office',
  week: Object.fromEntries(
    [1, 2, 3, 4, 5].map((day) => [
      String(day),
      [
        { from: 540, to: 720 },
        { from: 780, to: 1080 },
      ],
    ]),
  ),
  exceptions: { '2026-12-25': [], '2026-12-26': [{ from: 600, to: 660 }] },
};

describe('isOpen', () => {
  it('includes the first minute and excludes the last', () => {
    expect(isOpen(office, BERLIN, at('2026-03-02T09:00:00+01:00'))).toBe(true);
    expect(isOpen(office, BERLIN, at('2026-03-02T08:59:59.999+01:00'))).toBe(false);
    expect(isOpen(office, BERLIN, at('2026-03-02T11:59:59.999+01:00'))).toBe(true);
    expect(isOpen(office, BERLIN, at('2026-03-02T12:00:00+01:00'))).toBe(false);
  });

  it('lets exceptions win, to close and to open', () => {
    expect(isOpen(office, BERLIN, at('2026-12-25T10:00:00+01:00'))).toBe(false);
    expect(isOpen(office, BERLIN, at('2026-12-26T10:30:00+01:00'))).toBe(true);
  });

  it('counts the hour that is repeated in autumn twice', () => {
    const night = every(150, 165);
    expect(isOpen(night, BERLIN, at('2026-10-25T02:35:00+02:00'))).toBe(true);
    expect(isOpen(night, BERLIN, at('2026-10-25T02:35:00+01:00'))).toBe(true);
    expect(isOpen(night, BERLIN, at('2026-10-25T02:50:00+02:00'))).toBe(false);
  });
});

describe('nextOpen', () => {
  it('is the instant itself when open', () => {
    expect(nextOpen(office, BERLIN, at('2026-03-02T10:00:00+01:00'))).toBe(at('2026-03-02T10:00:00+01:00'));
  });

  it('crosses the lunch break, the weekend and a holiday', () => {
    expect(nextOpen(office, BERLIN, at('2026-03-02T12:30:00+01:00'))).toBe(at('2026-03-02T13:00:00+01:00'));
    expect(nextOpen(office, BERLIN, at('2026-03-06T18:00:00+01:00'))).toBe(at('2026-03-09T09:00:00+01:00'));
    expect(nextOpen(office, BERLIN, at('2026-12-24T20:00:00+01:00'))).toBe(at('2026-12-26T10:00:00+01:00'));
  });

  it('opens at 03:00 when 02:30 does not exist', () => {
    expect(nextOpen(every(150, 240), BERLIN, at('2026-03-29T01:00:00+01:00'))).toBe(
      at('2026-03-29T03:00:00+02:00'),
    );
  });

  it('skips a day on which the whole interval does not exist', () => {
    expect(nextOpen(every(130, 170), BERLIN, at('2026-03-29T00:30:00+01:00'))).toBe(
      at('2026-03-30T02:10:00+02:00'),
    );
  });

  it('opens again in the repeated hour of autumn', () => {
    expect(nextOpen(every(150, 165), BERLIN, at('2026-10-25T02:50:00+02:00'))).toBe(
      at('2026-10-25T02:30:00+01:00'),
    );
  });

  it('knows a zone that changes its clocks at midnight', () => {
    // Cairo, 2026-04-24: 00:00 does not exist, the day begins at 01:00.
    expect(nextOpen(every(0, 120), 'Africa/Cairo', at('2026-04-23T23:00:00+02:00'))).toBe(
      at('2026-04-24T01:00:00+03:00'),
    );
  });

  it('is undefined when it never opens', () => {
    expect(
      nextOpen({ name: 'never', week: {}, exceptions: {} }, BERLIN, at('2026-03-02T12:00:00Z')),
    ).toBeUndefined();
  });
});
