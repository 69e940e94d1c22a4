import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csvText, unguarded } from '../../../src/domain/values/csv-text.js';

const cellOf = (value: string): string => csvText(['c'], [{ c: value }]).slice(2, -1);

describe('a table for spreadsheets', () => {
  it.each(['=1+1', '+cmd|calc', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '+49 30 1', '-'])(
    '%j is no formula',
    (value) => {
      expect(parse(`c\n${cellOf(value)}\n`, { columns: true })).toEqual([{ c: `'${value}` }]);
    },
  );

  it.each(['+74951234567', '-3.5', 'spring', '', "it's", 'a=b'])('%j stays as it is', (value) => {
    expect(cellOf(value)).toBe(value);
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        fc.pre(!value.startsWith("'"));
        const [row] = parse<{ c: string }>(csvText(['c'], [{ c: value }]), { columns: true });
        expect(unguarded(row?.c ?? '')).toBe(value);
      }),
      { numRuns: 300 },
    );
  });
});
