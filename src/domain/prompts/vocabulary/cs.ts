/** Czech words for numbers, times, dates and money. Read by the formatters through vocabulary-of.ts. */
import { toCardinal } from 'n2words/cs-CZ';
import { agreeLastWord, dayOrdinal, type Gender, type Vocabulary } from './vocabulary.js';

const DAYS = [
  'prvního',
  'druhého',
  'třetího',
  'čtvrtého',
  'pátého',
  'šestého',
  'sedmého',
  'osmého',
  'devátého',
  'desátého',
  'jedenáctého',
  'dvanáctého',
  'třináctého',
  'čtrnáctého',
  'patnáctého',
  'šestnáctého',
  'sedmnáctého',
  'osmnáctého',
  'devatenáctého',
  'dvacátého',
];
const MONTHS = [
  'ledna',
  'února',
  'března',
  'dubna',
  'května',
  'června',
  'července',
  'srpna',
  'září',
  'října',
  'listopadu',
  'prosince',
];
const DIGITS = ['nula', 'jedna', 'dva', 'tři', 'čtyři', 'pět', 'šest', 'sedm', 'osm', 'devět'];

/**
 * n2words counts in the bare form. Two agrees also at the end of a longer numeral ("dvacet dvě"); one agrees only when
 * it stands alone, for "dvacet jedna" does not decline and takes the genitive plural that CLDR gives it.
 */
const TWO: Readonly<Record<Gender, string>> = {
  bare: 'dva',
  masculine: 'dva',
  feminine: 'dvě',
  neuter: 'dvě',
};
const ONE: Readonly<Record<Gender, string>> = {
  bare: 'jedna',
  masculine: 'jeden',
  feminine: 'jedna',
  neuter: 'jedno',
};

function cardinal(value: bigint, gender: Gender): string {
  return value === 1n ? ONE[gender] : agreeLastWord(toCardinal(value), { dva: TWO[gender] });
}

function clock(hour: number, minute: number): string {
  const hours = cardinal(BigInt(hour), 'feminine');
  if (minute === 0) return `${hours} ${hourNoun(hour)}`;
  const minutes = cardinal(BigInt(minute), 'bare');
  return minute < 10 ? `${hours} nula ${minutes}` : `${hours} ${minutes}`;
}

function hourNoun(hour: number): string {
  if (hour === 1) return 'hodina';
  return hour >= 2 && hour <= 4 ? 'hodiny' : 'hodin';
}

export const czech: Vocabulary = {
  language: 'cs',
  digits: DIGITS,
  plus: 'plus',
  keys: { '*': 'hvězdičku', '#': 'křížek' },
  minus: 'minus',
  decimalPoint: 'celá',
  cardinal,
  phoneGroups: 'numbers',
  clock,
  day: (day, month) =>
    `${dayOrdinal(day, DAYS, { twenty: 'dvacátého', thirty: 'třicátého', thirtieth: 'třicátého' })} ${MONTHS[month - 1] ?? ''}`,
  now: 'teď',
  after: (duration) => `za ${duration}`,
  delayUnits: {
    minute: { gender: 'feminine', one: 'minutu', few: 'minuty', other: 'minut' },
    hour: { gender: 'feminine', one: 'hodinu', few: 'hodiny', other: 'hodin' },
    day: { gender: 'masculine', one: 'den', few: 'dny', other: 'dní' },
  },
  delayNumeral: (numeral) => (numeral === 'jedna' ? 'jednu' : numeral),
  currencies: {
    RUB: {
      unit: { gender: 'masculine', one: 'rubl', few: 'rubly', other: 'rublů' },
      cent: { gender: 'feminine', one: 'kopejka', few: 'kopejky', other: 'kopejek' },
    },
    USD: {
      unit: { gender: 'masculine', one: 'dolar', few: 'dolary', other: 'dolarů' },
      cent: { gender: 'masculine', one: 'cent', few: 'centy', other: 'centů' },
    },
    EUR: {
      unit: { gender: 'neuter', one: 'euro', few: 'eura', other: 'eur' },
      cent: { gender: 'masculine', one: 'cent', few: 'centy', other: 'centů' },
    },
    CZK: {
      unit: { gender: 'feminine', one: 'koruna', few: 'koruny', other: 'korun' },
      cent: { gender: 'masculine', one: 'haléř', few: 'haléře', other: 'haléřů' },
    },
    VND: { unit: { gender: 'masculine', one: 'dong', few: 'dongy', other: 'dongů' } },
  },
  moneyJoiner: '',
};
