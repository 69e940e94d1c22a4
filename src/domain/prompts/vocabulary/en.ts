/** English words for numbers, times, dates and money. Read by the formatters through vocabulary-of.ts. */
import { toCardinal, toOrdinal } from 'n2words/en-US';
import type { Vocabulary } from './vocabulary.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

function clock(hour: number, minute: number): string {
  const half = hour < 12 ? 'AM' : 'PM';
  const hours = toCardinal(hour % 12 === 0 ? 12 : hour % 12);
  if (minute === 0) return `${hours} ${half}`;
  const minutes = toCardinal(minute);
  return minute < 10 ? `${hours} oh ${minutes} ${half}` : `${hours} ${minutes} ${half}`;
}

export const english: Vocabulary = {
  language: 'en',
  digits: DIGITS,
  plus: 'plus',
  keys: { '*': 'star', '#': 'hash' },
  minus: 'minus',
  decimalPoint: 'point',
  cardinal: (value) => toCardinal(value),
  phoneGroups: 'digits',
  clock,
  day: (day, month) => `${MONTHS[month - 1] ?? ''} ${toOrdinal(day)}`,
  now: 'now',
  after: (duration) => `in ${duration}`,
  delayUnits: {
    minute: { gender: 'bare', one: 'minute', other: 'minutes' },
    hour: { gender: 'bare', one: 'hour', other: 'hours' },
    day: { gender: 'bare', one: 'day', other: 'days' },
  },
  delayNumeral: (numeral) => numeral,
  currencies: {
    RUB: {
      unit: { gender: 'bare', one: 'ruble', other: 'rubles' },
      cent: { gender: 'bare', one: 'kopek', other: 'kopeks' },
    },
    USD: {
      unit: { gender: 'bare', one: 'dollar', other: 'dollars' },
      cent: { gender: 'bare', one: 'cent', other: 'cents' },
    },
    EUR: {
      unit: { gender: 'bare', one: 'euro', other: 'euros' },
      cent: { gender: 'bare', one: 'cent', other: 'cents' },
    },
    CZK: {
      unit: { gender: 'bare', one: 'crown', other: 'crowns' },
      cent: { gender: 'bare', one: 'heller', other: 'hellers' },
    },
    VND: { unit: { gender: 'bare', other: 'dong' } },
  },
  moneyJoiner: 'and',
};
