/** Russian words for numbers, times, dates and money. Read by the formatters through vocabulary-of.ts. */
import { toCardinal } from 'n2words/ru-RU';
import { agreeLastWord, dayOrdinal, type Gender, type Vocabulary } from './vocabulary.js';

const DAYS = [
  'первое',
  'второе',
  'третье',
  'четвёртое',
  'пятое',
  'шестое',
  'седьмое',
  'восьмое',
  'девятое',
  'десятое',
  'одиннадцатое',
  'двенадцатое',
  'тринадцатое',
  'четырнадцатое',
  'пятнадцатое',
  'шестнадцатое',
  'семнадцатое',
  'восемнадцатое',
  'девятнадцатое',
  'двадцатое',
];
const MONTHS = [
  'января',
  'февраля',
  'марта',
  'апреля',
  'мая',
  'июня',
  'июля',
  'августа',
  'сентября',
  'октября',
  'ноября',
  'декабря',
];
const DIGITS = ['ноль', 'один', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять'];
const HOUR = { gender: 'masculine', one: 'час', few: 'часа', many: 'часов', other: 'часа' } as const;

function cardinal(value: bigint, gender: Gender): string {
  const numeral = toCardinal(value, { gender: gender === 'feminine' ? 'feminine' : 'masculine' });
  return gender === 'neuter' ? agreeLastWord(numeral, { один: 'одно' }) : numeral;
}

function clock(hour: number, minute: number): string {
  const hours = cardinal(BigInt(hour), 'masculine');
  if (minute === 0) return `${hours} ${HOUR[hourForm(hour)]}`;
  const minutes = cardinal(BigInt(minute), 'masculine');
  return minute < 10 ? `${hours} ноль ${minutes}` : `${hours} ${minutes}`;
}

function hourForm(hour: number): 'one' | 'few' | 'many' {
  if (hour === 1 || hour === 21) return 'one';
  return [2, 3, 4, 22, 23].includes(hour) ? 'few' : 'many';
}

export const russian: Vocabulary = {
  language: 'ru',
  digits: DIGITS,
  plus: 'плюс',
  keys: { '*': 'звёздочку', '#': 'решётку' },
  minus: 'минус',
  decimalPoint: 'запятая',
  cardinal,
  phoneGroups: 'numbers',
  clock,
  day: (day, month) =>
    `${dayOrdinal(day, DAYS, { twenty: 'двадцать', thirty: 'тридцать', thirtieth: 'тридцатое' })} ${MONTHS[month - 1] ?? ''}`,
  now: 'сейчас',
  after: (duration) => `через ${duration}`,
  delayUnits: {
    minute: { gender: 'feminine', one: 'минуту', few: 'минуты', many: 'минут', other: 'минуты' },
    hour: HOUR,
    day: { gender: 'masculine', one: 'день', few: 'дня', many: 'дней', other: 'дня' },
  },
  delayNumeral: (numeral) => agreeLastWord(numeral, { одна: 'одну' }),
  currencies: {
    RUB: {
      unit: { gender: 'masculine', one: 'рубль', few: 'рубля', many: 'рублей', other: 'рубля' },
      cent: { gender: 'feminine', one: 'копейка', few: 'копейки', many: 'копеек', other: 'копейки' },
    },
    USD: {
      unit: { gender: 'masculine', one: 'доллар', few: 'доллара', many: 'долларов', other: 'доллара' },
      cent: { gender: 'masculine', one: 'цент', few: 'цента', many: 'центов', other: 'цента' },
    },
    EUR: {
      unit: { gender: 'neuter', other: 'евро' },
      cent: { gender: 'masculine', one: 'цент', few: 'цента', many: 'центов', other: 'цента' },
    },
    CZK: {
      unit: { gender: 'feminine', one: 'крона', few: 'кроны', many: 'крон', other: 'кроны' },
      cent: { gender: 'masculine', one: 'геллер', few: 'геллера', many: 'геллеров', other: 'геллера' },
    },
    VND: { unit: { gender: 'masculine', one: 'донг', few: 'донга', many: 'донгов', other: 'донга' } },
  },
  moneyJoiner: '',
};
