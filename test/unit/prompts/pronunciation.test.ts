/** Which dictionary a voice gets, and how long a hostile text may take. */
import { expect, it } from 'vitest';
import { createPronounce } from '../../../src/domain/prompts/pronunciation.js';

const pronounce = createPronounce(
  new Map([
    [
      'vi',
      new Map([
        ['tiktok', 'tíc tóc'],
        ['google', 'gu gồ'],
      ]),
    ],
    ['vi-VN', new Map([['google', 'gúc gồ']])],
    ['en', new Map([['crm', 'C R M']])],
    ['ru', new Map<string, string>()],
  ]),
);

it.each([
  ['vi', 'TikTok, Google', 'tíc tóc, gu gồ'],
  ['vi-VN', 'TikTok, Google', 'tíc tóc, gúc gồ'],
  ['vi_VN', 'Google', 'gúc gồ'],
  ['vi-US', 'Google', 'gu gồ'],
  ['en-GB', 'our CRM: CRMs, crm-form', 'our C R M: CRMs, C R M-form'],
  ['ru', 'CRM', 'CRM'],
  ['cs', 'CRM', 'CRM'],
  ['constructor', 'CRM', 'CRM'],
])('%s: %s is said %s', (locale, text, said) => {
  expect(pronounce(text, locale)).toBe(said);
});

it('finds a word typed with separate accents', () => {
  const dictionary = new Map([['đà nẵng', 'đà nẵng thành phố']]);
  const said = createPronounce(new Map([['vi', dictionary]]))('Đà Nẵng'.normalize('NFD'), 'vi');
  expect(said).toBe('đà nẵng thành phố');
});

it('does not look again at what it put in', () => {
  const swap = new Map([
    ['one', 'two'],
    ['two', 'one'],
  ]);
  expect(createPronounce(new Map([['en', swap]]))('one two', 'en')).toBe('two one');
});

it('takes no longer for braces and spaces without end', () => {
  const hostile = ['{{', '{%', ' ', 'crm '].map((part) => part.repeat(50_000)).join('');
  expect(pronounce(hostile, 'en').length).toBe(hostile.length + 2 * 50_000);
});
