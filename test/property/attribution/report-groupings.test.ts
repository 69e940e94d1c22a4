import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_NAMES } from '../../../src/domain/attribution/models.js';
import { pathOf, REPORT_GROUPINGS } from '../../../src/domain/attribution/report-grouping.js';
import { sourceReport, type ReportedContact } from '../../../src/domain/attribution/source-report.js';
import { localTimes } from '../../../src/domain/schedule/keyed-time.js';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 2, 2);

const label = fc.record(
  { source: fc.constantFrom('yandex', 'google', 'direct'), medium: fc.constantFrom('cpc', 'email') },
  { requiredKeys: ['source'] },
);
const touch = fc
  .tuple(label, fc.integer({ min: 0, max: 1000 }))
  .map(([labels, hours]) => ({ ...labels, at: MONDAY - hours * HOUR }));
const contact: fc.Arbitrary<ReportedContact> = fc
  .record({
    id: fc.uuid(),
    kind: fc.constantFrom('call', 'request', 'text'),
    at: fc.integer({ min: MONDAY, max: MONDAY + 14 * 24 * HOUR }),
    touches: fc.array(touch, { maxLength: 6 }),
    labels: label,
  })
  .map((made) => made as ReportedContact);

describe('rows of a report', () => {
  it('hold every contact once, however they are grouped and credited', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(contact, { selector: ({ id }) => id, maxLength: 12 }),
        fc.constantFrom(...REPORT_GROUPINGS),
        fc.constantFrom(...MODEL_NAMES),
        fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'),
        (contacts, by, model, zone) => {
          const terms = { by, model, from: 0, to: Infinity, localOf: localTimes(zone) };
          const { rows, total } = sourceReport(
            { contacts, costs: [], deals: [] },
            { ...terms, unique: 'per-kind' },
          );
          for (const column of ['calls', 'requests', 'texts'] as const)
            expect(rows.reduce((sum, row) => sum + row[column], 0)).toBeCloseTo(total[column], 6);
          const names = rows.map((row) =>
            JSON.stringify(Object.entries(row).filter(([, v]) => typeof v === 'string')),
          );
          expect(new Set(names).size).toBe(rows.length);
        },
      ),
    );
  });

  it('say the weekday and hour of the zone, as a calendar does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom('Europe/Berlin', 'Asia/Kolkata'),
        (at, zone) => {
          const one: ReportedContact = {
            id: 'c',
            kind: 'call',
            at,
            touches: [],
            labels: {},
          };
          const rowBy = (by: 'weekday' | 'hour') =>
            sourceReport(
              { contacts: [one], costs: [], deals: [] },
              { by, model: 'last', from: 0, to: Infinity, localOf: localTimes(zone), unique: 'per-kind' },
            ).rows[0];
          const shown = new Intl.DateTimeFormat('en', {
            timeZone: zone,
            weekday: 'short',
            hour: '2-digit',
            hourCycle: 'h23',
          });
          const parts = Object.fromEntries(shown.formatToParts(at).map(({ type, value }) => [type, value]));
          expect(rowBy('hour')?.hour).toBe(parts['hour']);
          expect(
            ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][Number(rowBy('weekday')?.weekday) - 1],
          ).toBe(parts['weekday']);
        },
      ),
    );
  });
});

describe('a path', () => {
  const ads = { source: 'yandex', medium: 'cpc' };
  const at = 100;

  it('is in order, with runs counted', () => {
    const touches = [
      { at: 9, ...ads },
      { at: 1, ...ads },
      { at: 3, ...ads },
      { at: 5, source: 'direct' },
    ];
    expect(pathOf({ at, touches, labels: {} })).toBe('cpc yandex ×2 → direct → cpc yandex');
  });

  it('is what the contact was credited to when no touch counts', () => {
    expect(pathOf({ at, touches: [{ at: 101, ...ads }], labels: { source: 'billboard' } })).toBe('billboard');
    expect(pathOf({ at, touches: [], labels: {} })).toBe('(unknown)');
  });

  it('shows its last ten steps', () => {
    const touches = Array.from({ length: 24 }, (_, n) => ({ at: n, source: n % 2 === 0 ? 'a' : 'b' }));
    const shown = pathOf({ at, touches, labels: {} }).split(' → ');
    expect(shown).toHaveLength(11);
    expect([shown[0], shown.at(-1)]).toEqual(['…', 'b']);
  });
});
