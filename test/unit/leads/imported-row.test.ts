/** Rows of files of leads: columns of TikTok, of others, of one's own; what makes two rows the same lead. */
import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { readLeadRow, type RowTerms } from '../../../src/domain/leads/imported-row.js';

const terms = (change: Partial<RowTerms> = {}): RowTerms => ({
  kind: 'site',
  form: { externalId: 'f', displayName: 'F' },
  fieldMap: {},
  country: 'RU',
  ...change,
});

describe('a row', () => {
  it('of TikTok’s export is the lead that its push was', () => {
    const cells = {
      'Lead ID': '7301234567890100007',
      'Created time': '2026-03-01 10:00:00',
      'Campaign Name': 'Spring',
      'Phone number': '+79161234567',
      'Your floor?': '3',
    };
    expect(readLeadRow(cells, terms({ kind: 'tiktok' }))).toMatchObject({
      kind: 'lead',
      leftAt: Date.UTC(2026, 2, 1, 10),
      entry: { externalId: '7301234567890100007', campaign: 'Spring', touch: { utm_source: 'tiktok' } },
    });
  });

  it.each([
    ['2026-03-01T10:00:00+03:00', Date.UTC(2026, 2, 1, 7)],
    ['01.03.2026 10:00', Date.UTC(2026, 2, 1, 10)],
    ['1.3.2026', Date.UTC(2026, 2, 1)],
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['1772359200', 1_772_359_200_000],
    ['yesterday', undefined],
  ])('left at %s', (date, leftAt) => {
    const read = readLeadRow({ Phone: '1', Date: date }, terms());
    expect(read.kind === 'lead' ? read.leftAt : 'none').toBe(leftAt);
  });

  it('without an id is known by its phone, however written, and its time', () => {
    const idOf = (phone: string, date: string, change: Partial<RowTerms> = {}) => {
      const read = readLeadRow({ Телефон: phone, Дата: date }, terms(change));
      return read.kind === 'lead' ? read.entry.externalId : undefined;
    };
    expect(idOf('8 916 123-45-67', '2026-03-01')).toBe(idOf('+79161234567', '01.03.2026'));
    expect(idOf('+79161234567', '2026-03-02')).not.toBe(idOf('+79161234567', '2026-03-01'));
    expect(idOf('', '2026-03-01')).toBeUndefined();
  });

  it('of other columns is read by the map of its form', () => {
    const read = readLeadRow(
      { Kam: '601123456', Kolik: '3' },
      terms({ fieldMap: { Kam: 'phone' }, country: 'CZ' }),
    );
    expect(read).toMatchObject({
      entry: { externalId: '+420601123456@no time', fields: [{ field: 'Kam' }, { field: 'Kolik' }] },
    });
  });

  property.prop([
    fc.dictionary(fc.string(), fc.string()),
    fc.constantFrom<'tiktok' | 'site'>('tiktok', 'site'),
  ])('of anything is a lead with an id, or says why not', (cells, kind) => {
    const read = readLeadRow(cells, terms({ kind }));
    if (read.kind === 'lead') expect(read.entry.externalId).toMatch(/./s);
    else expect(read.why).toMatch(/\w/);
  });
});
