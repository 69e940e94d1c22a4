/** Rules that hold for every dictionary of pronunciations and every text. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { createPronounce, foldedWord } from '../../../src/domain/prompts/pronunciation.js';

const word = fc.string({
  unit: fc.constantFrom(...Array.from('abzжяđěř09')),
  minLength: 1,
  maxLength: 6,
});
/** Letters and signs, also those that mean something to a regular expression. */
const anyWord = fc.string({ unit: fc.constantFrom(...Array.from('abzжя09.+*?()/&\'"-$^|\\')), minLength: 1 });
const casing = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
);
/** Shares no letter with `word`. */
const filler = fc
  .array(fc.string({ unit: fc.constantFrom(...Array.from('kmqwx')), minLength: 1 }))
  .map((words) => words.join(' '));

const pronounceWith = (entries: readonly (readonly [string, string])[]) => {
  const dictionary = new Map(entries.map(([key, said]) => [foldedWord(key), said]));
  return (text: string): string => createPronounce(new Map([['en', dictionary]]))(text, 'en');
};

test.prop([anyWord, casing])('a word alone is replaced, whatever signs it has', (key, cased) => {
  expect(pronounceWith([[key, 'SAID']])(cased(key))).toBe('SAID');
});

test.prop([filler, word, filler, casing])(
  'a whole word is replaced wherever it stands',
  (a, key, b, cased) => {
    const pronounce = pronounceWith([[key, 'SAID']]);
    expect(pronounce(`${a} ${cased(key)}, ${b}`)).toBe(`${a} SAID, ${b}`);
  },
);

test.prop([filler, word, fc.constantFrom('k', '7', '\u0301')])(
  'a part of a word never is',
  (a, key, more) => {
    const pronounce = pronounceWith([[key, 'SAID']]);
    for (const text of [`${a} ${key}${more}`, `${a} k${key}`])
      expect(pronounce(text)).toBe(text.normalize('NFC'));
  },
);

test.prop([word, word])('the longer of two wins', (key, next) => {
  const pronounce = pronounceWith([
    [key, 'SHORT'],
    [`${key} ${next}`, 'LONG'],
  ]);
  expect(pronounce(`q ${key}  ${next} q ${key} q`)).toBe('q LONG q SHORT q');
});

test.prop([word, filler])('placeholders stay as they are', (key, a) => {
  const pronounce = pronounceWith([[key, 'SAID']]);
  const placeholders = `{{ ${key} | default: "${key}" }} {% if ${key} %}`;
  expect(pronounce(`${a} ${placeholders} ${key}`)).toBe(`${a} ${placeholders} SAID`);
});

test.prop([fc.array(fc.tuple(anyWord, anyWord)), fc.string({ unit: 'grapheme', maxLength: 2_000 })])(
  'another language is left alone, and any text ends',
  (entries, text) => {
    const dictionary = new Map(entries.map(([key, said]) => [foldedWord(key), said]));
    const pronounce = createPronounce(new Map([['en', dictionary]]));
    expect(pronounce(text, 'ru')).toBe(text);
    expect(pronounce(`${text} qqq`, 'en')).toMatch(/ qqq$/u);
  },
);
