/**
 * What a language must supply so that numbers, phones, times, dates and money can be said in it.
 * One table a language beside this file; the formatters one folder up hold the rules they share.
 */
import type { Language } from '../language.js';

/** `bare`: counting without a noun ("dvacet jedna"). */
export type Gender = 'masculine' | 'feminine' | 'neuter' | 'bare';

/** Forms by the CLDR plural category of the number before it; a missing category falls back to `other`. */
export interface Noun {
  readonly gender: Gender;
  readonly one?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

export const CURRENCIES = ['RUB', 'USD', 'EUR', 'CZK', 'VND'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** `cent` is missing where the currency has no hundredth in use. */
export interface CurrencyNouns {
  readonly unit: Noun;
  readonly cent?: Noun;
}

export interface Vocabulary {
  readonly language: Language;
  /** Words of 0…9. */
  readonly digits: readonly string[];
  readonly plus: string;
  /** The keys of a telephone that are no digits, as the object of "press". */
  readonly keys: Readonly<Record<'*' | '#', string>>;
  readonly minus: string;
  readonly decimalPoint: string;
  /** 0 … 999 999 999 999 999. */
  cardinal(value: bigint, gender: Gender): string;
  /** How people read a group of phone digits: one by one, or as a number ("девятьсот шестнадцать"). */
  readonly phoneGroups: 'digits' | 'numbers';
  /** Wall clock, 0–23 and 0–59. */
  clock(hour: number, minute: number): string;
  /** Day 1–31 of month 1–12. */
  day(day: number, month: number): string;
  readonly now: string;
  /** `через {пять минут}`. */
  after(duration: string): string;
  /** Units of a delay, in the case that `after` asks for. */
  readonly delayUnits: { readonly minute: Noun; readonly hour: Noun; readonly day: Noun };
  /** The numeral before a unit of a delay, in the same case. */
  delayNumeral(numeral: string): string;
  readonly currencies: Readonly<Record<Currency, CurrencyNouns>>;
  /** Between whole units and cents; empty when they just follow. */
  readonly moneyJoiner: string;
}

/** Ordinal of a day of the month from the words of 1…20 and the tens that go before units. */
export function dayOrdinal(
  day: number,
  ordinals: readonly string[],
  tens: { readonly twenty: string; readonly thirty: string; readonly thirtieth: string },
): string {
  if (day <= 20) return ordinals[day - 1] ?? '';
  if (day === 30) return tens.thirtieth;
  return `${day < 30 ? tens.twenty : tens.thirty} ${ordinals[(day % 10) - 1] ?? ''}`;
}

/** Replaces the last word of a numeral, the one that agrees with the noun ("двадцать один" → "двадцать одно"). */
export function agreeLastWord(numeral: string, forms: Readonly<Record<string, string>>): string {
  return numeral.replace(/\S+$/u, (last) => forms[last] ?? last);
}
