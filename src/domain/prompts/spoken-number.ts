/**
 * Numbers as people say them: cardinals, plural forms of a noun, digits one by one, letters one by one.
 * All functions are total: what is not a number comes back unchanged, because a prompt is better odd than silent.
 */
import { vocabularyOf } from './vocabulary/vocabulary-of.js';
import type { Gender, Noun, Vocabulary } from './vocabulary/vocabulary.js';

const NUMBER = /^([-−]?)(\d+)(?:[.,](\d+))?$/u;
/** Longer integers are read digit by digit: nobody understands "quadrillion" on a phone. */
const LONGEST_CARDINAL = 15;

/** `1 250`, `-3`, `2,5` or a number; spaces between digits are ignored. */
export function spokenNumber(value: string | number, locale: string, gender: Gender = 'bare'): string {
  const match = NUMBER.exec(String(value).replaceAll(/[\s\u00a0\u202f]/gu, ''));
  if (match === null) return String(value);
  const [, sign = '', whole = '', fraction] = match;
  const words = vocabularyOf(locale);
  return [
    ...(sign === '' ? [] : [words.minus]),
    spokenInteger(whole, words, fraction === undefined ? gender : 'bare'),
    ...(fraction === undefined ? [] : [words.decimalPoint, digitWords(fraction, words)]),
  ].join(' ');
}

function spokenInteger(digits: string, words: Vocabulary, gender: Gender): string {
  return digits.length > LONGEST_CARDINAL
    ? digitWords(digits, words)
    : words.cardinal(BigInt(digits), gender);
}

/** Every digit of the text, one word each. */
export function digitWords(digits: string, words: Vocabulary): string {
  return (digits.match(/\d/gu) ?? []).map((digit) => words.digits[Number(digit)] ?? digit).join(' ');
}

/** Every digit one by one, everything else left out: an order number, a code. */
export function spokenDigits(value: string | number, locale: string): string {
  return digitWords(String(value), vocabularyOf(locale));
}

/** A key of a telephone: digits stay, `*` and `#` are named. */
export function spokenKey(value: string | number, locale: string): string {
  const { keys } = vocabularyOf(locale);
  return String(value).replace(/[*#]/gu, (key) => keys[key as keyof typeof keys]);
}

/** Letters and digits one by one with a pause after each: a licence plate, a promo code. */
export function spelled(value: string | number, locale: string): string {
  const { digits } = vocabularyOf(locale);
  const signs =
    String(value)
      .normalize('NFC')
      .toUpperCase()
      .match(/[\p{L}\p{N}]/gu) ?? [];
  return signs.map((sign) => (/^\d$/u.test(sign) ? digits[Number(sign)] : sign)).join(', ');
}

/** The form of a noun that goes with a count, by the plural rules of the locale (CLDR). */
export function pluralForm(count: number, noun: Omit<Noun, 'gender'>, locale: string): string {
  const category = new Intl.PluralRules(vocabularyOf(locale).language).select(count);
  const { other, ...forms } = noun;
  return (category in forms ? forms[category as keyof typeof forms] : undefined) ?? other;
}

/** Count and noun together: `5 минут` → "пять минут". */
export function spokenCount(count: number, noun: Noun, locale: string): string {
  return `${spokenNumber(count, locale, noun.gender)} ${pluralForm(count, noun, locale)}`;
}
