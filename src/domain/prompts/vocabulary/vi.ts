/**
 * Vietnamese words for numbers, times, dates and money. The cardinal is our own: n2words 4.0.0 says 2025 as
 * "hai nghìn lẻ hai mươi lăm", where a lower group after a higher one keeps its hundreds ("không trăm hai mươi lăm").
 */
import type { Noun, Vocabulary } from './vocabulary.js';

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const;
const BILLION = 1_000_000_000n;

const digit = (value: number): string => DIGITS[value] ?? '';

/** Tens and units after hundreds were said or left out: "lẻ năm", "mười lăm", "hai mươi mốt". */
function belowHundred(value: number, hundreds: 'said' | 'none'): string {
  const [tens, units] = [Math.floor(value / 10), value % 10];
  if (tens === 0) return hundreds === 'said' ? `lẻ ${digit(units)}` : digit(units);
  const ten = tens === 1 ? 'mười' : `${digit(tens)} mươi`;
  if (units === 0) return ten;
  if (units === 5) return `${ten} lăm`;
  return units === 1 && tens > 1 ? `${ten} mốt` : `${ten} ${digit(units)}`;
}

/** One group of three digits; `after: higher` reads its missing hundreds as "không trăm". */
function group(value: number, after: 'nothing' | 'higher'): string {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100];
  if (hundreds === 0 && after === 'nothing') return belowHundred(rest, 'none');
  const head = `${digit(hundreds)} trăm`;
  return rest === 0 ? head : `${head} ${belowHundred(rest, 'said')}`;
}

function belowBillion(value: number, after: 'nothing' | 'higher'): string {
  const groups = [
    { amount: Math.floor(value / 1_000_000), name: ' triệu' },
    { amount: Math.floor(value / 1_000) % 1_000, name: ' nghìn' },
    { amount: value % 1_000, name: '' },
  ].filter(({ amount }) => amount > 0);
  return groups.map(({ amount, name }, i) => group(amount, i === 0 ? after : 'higher') + name).join(' ');
}

function cardinal(value: bigint): string {
  if (value === 0n) return digit(0);
  const [billions, rest] = [Number(value / BILLION), Number(value % BILLION)];
  if (billions === 0) return belowBillion(rest, 'nothing');
  const head = `${belowBillion(billions, 'nothing')} tỷ`;
  return rest === 0 ? head : `${head} ${belowBillion(rest, 'higher')}`;
}

function clock(hour: number, minute: number): string {
  const hours = `${cardinal(BigInt(hour))} giờ`;
  return minute === 0 ? hours : `${hours} ${cardinal(BigInt(minute))} phút`;
}

/** Vietnamese nouns have one form and no gender. */
const noun = (other: string): Noun => ({ gender: 'bare', other });

export const vietnamese: Vocabulary = {
  language: 'vi',
  digits: DIGITS,
  plus: 'cộng',
  keys: { '*': 'phím sao', '#': 'phím thăng' },
  minus: 'âm',
  decimalPoint: 'phẩy',
  cardinal,
  phoneGroups: 'digits',
  clock,
  day: (day, month) =>
    `ngày ${day <= 10 ? 'mùng ' : ''}${cardinal(BigInt(day))} tháng ${month === 4 ? 'tư' : cardinal(BigInt(month))}`,
  now: 'bây giờ',
  after: (duration) => `sau ${duration}`,
  delayUnits: { minute: noun('phút'), hour: noun('giờ'), day: noun('ngày') },
  delayNumeral: (numeral) => numeral,
  currencies: {
    RUB: { unit: noun('rúp'), cent: noun('cô-pếch') },
    USD: { unit: noun('đô la'), cent: noun('xu') },
    EUR: { unit: noun('ơ rô'), cent: noun('xu') },
    CZK: { unit: noun('cua ron'), cent: noun('ha-le') },
    VND: { unit: noun('đồng') },
  },
  moneyJoiner: '',
};
