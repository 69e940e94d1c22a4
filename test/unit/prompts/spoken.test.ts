/** What numbers, phones, times, dates and money sound like in each language: read by people who speak it. */
import { describe, expect, it } from 'vitest';
import { localeChain, languageOf } from '../../../src/domain/prompts/language.js';
import { spokenMoney } from '../../../src/domain/prompts/spoken-money.js';
import {
  pluralForm,
  spelled,
  spokenKey,
  spokenDigits,
  spokenNumber,
} from '../../../src/domain/prompts/spoken-number.js';
import { phoneGroups, spokenPhone } from '../../../src/domain/prompts/spoken-phone.js';
import { spokenDate, spokenDelay, spokenTime } from '../../../src/domain/prompts/spoken-time.js';

describe('spokenNumber', () => {
  it.each([
    ['ru', 21, 'feminine', 'двадцать одна'],
    ['ru', 1, 'neuter', 'одно'],
    ['ru', '2,5', 'feminine', 'два запятая пять'],
    ['cs', 1, 'masculine', 'jeden'],
    ['cs', 22, 'feminine', 'dvacet dvě'],
    ['vi', 2025, 'bare', 'hai nghìn không trăm hai mươi lăm'],
    ['vi', 1_000_005, 'bare', 'một triệu không trăm lẻ năm'],
    ['vi', 21_115, 'bare', 'hai mươi mốt nghìn một trăm mười lăm'],
    ['vi', 3_000_000_000, 'bare', 'ba tỷ'],
    ['en', '-1 025', 'bare', 'minus one thousand twenty-five'],
    ['en-GB', 7, 'bare', 'seven'],
    ['de', 7, 'bare', 'seven'],
  ] as const)('%s %s %s', (locale, value, gender, words) => {
    expect(spokenNumber(value, locale, gender)).toBe(words);
  });

  it('leaves what is no number as it is', () => {
    expect(spokenNumber('Окна 3000', 'ru')).toBe('Окна 3000');
  });

  it('reads a number too long to understand digit by digit', () => {
    expect(spokenNumber('1234567890123456', 'en')).toMatch(/^one two three .* six$/);
  });
});

it('spells letters and digits one by one', () => {
  expect(['1', '*', '#'].map((key) => spokenKey(key, 'en'))).toEqual(['1', 'star', 'hash']);
  expect(['*', '#'].map((key) => spokenKey(key, 'ru'))).toEqual(['звёздочку', 'решётку']);
  expect(spelled('ab-12', 'en')).toBe('A, B, one, two');
  expect(spelled('đường'.normalize('NFD'), 'vi')).toBe('Đ, Ư, Ờ, N, G');
  expect(spokenDigits('№ 40-7', 'ru')).toBe('четыре ноль семь');
});

describe('pluralForm', () => {
  const forms = { one: 'минута', few: 'минуты', other: 'минут' };
  it.each([
    [1, 'минута'],
    [3, 'минуты'],
    [5, 'минут'],
    [11, 'минут'],
    [21, 'минута'],
  ])('ru %i', (count, word) => {
    expect(pluralForm(count, forms, 'ru')).toBe(word);
  });
});

describe('spokenPhone', () => {
  it.each([
    ['ru', '+79161234507', 'плюс семь, девятьсот шестнадцать, сто двадцать три, сорок пять, ноль семь'],
    [
      'cs',
      '+420777123456',
      'plus čtyři sta dvacet, sedm set sedmdesát sedm, sto dvacet tři, čtyři sta padesát šest',
    ],
    ['en', '+12133734253', 'plus one, two one three, three seven three, four two five three'],
    ['vi', '+84912345678', 'cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám'],
  ])('%s %s', (locale, phone, words) => {
    expect(spokenPhone(phone, locale)).toBe(words);
  });

  it('cuts an unknown number in groups that never leave one digit alone', () => {
    expect(phoneGroups('1234567')).toEqual(['123', '4567']);
    expect(phoneGroups('12345678')).toEqual(['123', '456', '78']);
  });

  it('says nothing for no digits', () => {
    expect(spokenPhone('+', 'en')).toBe('');
  });
});

describe('times', () => {
  it.each([
    ['ru', '14:05', 'четырнадцать ноль пять'],
    ['ru', '21:00', 'двадцать один час'],
    ['en', '00:30', 'twelve thirty AM'],
    ['en', '14:05', 'two oh five PM'],
    ['vi', '2026-11-21T14:30:00', 'mười bốn giờ ba mươi phút'],
    ['cs', '02:00', 'dvě hodiny'],
    ['en', 'soon', 'soon'],
    ['en', '25:00', '25:00'],
  ])('clock %s %s', (locale, value, words) => {
    expect(spokenTime(value, locale)).toBe(words);
  });

  it.each([
    ['ru', '2026-11-21', 'двадцать первое ноября'],
    ['ru', '2026-05-30', 'тридцатое мая'],
    ['en', '2026-11-21', 'November twenty-first'],
    ['vi', '2026-04-05', 'ngày mùng năm tháng tư'],
    ['cs', '2026-11-21', 'dvacátého prvního listopadu'],
    ['cs', '2026-13-21', '2026-13-21'],
  ])('date %s %s', (locale, value, words) => {
    expect(spokenDate(value, locale)).toBe(words);
  });

  it.each([
    ['ru', 5, 'через пять минут'],
    ['ru', 21, 'через двадцать одну минуту'],
    ['ru', 61, 'через один час одну минуту'],
    ['ru', 0, 'сейчас'],
    ['en', 0.2, 'in one minute'],
    ['vi', 90, 'sau một giờ ba mươi phút'],
    ['cs', 1, 'za jednu minutu'],
    ['cs', 60, 'za jednu hodinu'],
    ['en', 3000, 'in two days two hours'],
    ['en', Number.NaN, 'NaN'],
  ] as const)('delay %s %d', (locale, minutes, words) => {
    expect(spokenDelay(minutes, locale)).toBe(words);
  });
});

it.each([
  ['ru', '1501.02', 'RUB', 'одна тысяча пятьсот один рубль две копейки'],
  ['ru', '21', 'EUR', 'двадцать одно евро'],
  ['en', '2.50', 'usd', 'two dollars and fifty cents'],
  ['cs', '22', 'CZK', 'dvacet dvě korun'],
  ['vi', '150 000', 'VND', 'một trăm năm mươi nghìn đồng'],
  ['en', '5', 'XAU', 'five XAU'],
])('money %s %s %s', (locale, amount, currency, words) => {
  expect(spokenMoney(amount, currency, locale)).toBe(words);
});

it('looks for a locale in its language, then in English', () => {
  expect(localeChain('vi-VN')).toEqual(['vi-VN', 'vi', 'en']);
  expect(localeChain('en_GB')).toEqual(['en-GB', 'en']);
  expect(languageOf('cs-CZ')).toBe('cs');
  expect(languageOf('xx')).toBe('en');
});
