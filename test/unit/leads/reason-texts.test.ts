/** Every reason can be told in each of the four languages. */
import { describe, expect, it } from 'vitest';
import { LEAD_REASONS, type LeadReason } from '../../../src/domain/leads/lead.js';
import { REASON_TEXTS, reasonText } from '../../../src/domain/leads/reason-texts.js';
import { LANGUAGES } from '../../../src/domain/prompts/language.js';

const codes = Object.keys(LEAD_REASONS) as LeadReason[];

describe('the texts of reasons', () => {
  it.each(LANGUAGES)('%s: every code has one of its own, and no other has', (language) => {
    const texts = REASON_TEXTS[language];
    expect(Object.keys(texts)).toEqual(codes);
    expect(new Set(Object.values(texts)).size).toBe(codes.length);
    for (const text of Object.values(texts)) expect(text).toMatch(/^\p{Lu}.+\.$/u);
  });

  it.each(codes)('%s is not left in English', (code) => {
    expect(reasonText(code, 'ru')).toMatch(/^[\p{Script=Cyrillic}\s,;.]+$/u);
    const told = LANGUAGES.map((language) => reasonText(code, language));
    expect(new Set(told).size).toBe(LANGUAGES.length);
  });

  it('are found by any tag of the language, and are English for every other', () => {
    expect(reasonText('no-phone', 'cs-CZ')).toBe('Poptávka nemá telefonní číslo.');
    expect(reasonText('no-phone', 'vi_VN')).toBe(reasonText('no-phone', 'vi'));
    for (const locale of ['de', 'en-GB', '', 'constructor', undefined])
      expect(reasonText('no-phone', locale)).toBe('The lead has no phone number.');
  });
});
