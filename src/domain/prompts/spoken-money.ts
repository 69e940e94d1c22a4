/** An amount of money as people say it, with cents when there are any. */
import { spokenCount, spokenNumber } from './spoken-number.js';
import { vocabularyOf } from './vocabulary/vocabulary-of.js';
import { CURRENCIES } from './vocabulary/vocabulary.js';

const AMOUNT = /^(\d{1,15})(?:[.,](\d{1,2}))?$/u;

/** `1500.50` of `RUB` → "одна тысяча пятьсот рублей пятьдесят копеек". A currency without words is said by its code. */
export function spokenMoney(value: string | number, currency: string, locale: string): string {
  const [, whole, fraction = ''] = AMOUNT.exec(String(value).replaceAll(/[\s\u00a0\u202f]/gu, '')) ?? [];
  const known = CURRENCIES.find((code) => code === currency.toUpperCase());
  if (whole === undefined || known === undefined) return `${spokenNumber(value, locale)} ${currency}`;
  const words = vocabularyOf(locale);
  const { unit, cent } = words.currencies[known];
  const units = spokenCount(Number(whole), unit, locale);
  const cents = Number(fraction.padEnd(2, '0'));
  if (cents === 0 || cent === undefined) return units;
  return [units, words.moneyJoiner, spokenCount(cents, cent, locale)].filter(Boolean).join(' ');
}
