/** Phone numbers as people write them. */
import { describe, expect, it } from 'vitest';
import { maskPhone, parsePhone } from '../../../src/domain/values/phone.js';

describe('parsePhone', () => {
  it.each([
    ['8 (916) 123-45-67', 'RU', '+79161234567'],
    ['79161234567', 'RU', '+79161234567'],
    ['9161234567', 'ru', '+79161234567'],
    ['+8 (916) 123-45-67', 'RU', '+79161234567'],
    ['+7 916 123-45-67 доб. 12', 'RU', '+79161234567'],
    ['+7 916 123 45 67 ext. 5', undefined, '+79161234567'],
    ['0049301234567', 'RU', '+49301234567'],
    ['810 49 30 1234567', 'RU', '+49301234567'],
    ['0912 345 678', 'VN', '+84912345678'],
    ['+1 202 555 0123', 'VN', '+12025550123'],
  ])('reads %s of %s', (raw, country, e164) => {
    expect(parsePhone(raw, country)).toMatchObject({ ok: true, e164 });
  });

  it.each([
    ['', 'RU', 'empty'],
    ['  ', 'RU', 'empty'],
    ['+7 (___) ___-__-__', 'RU', 'masked'],
    ['call me', 'RU', 'not-a-number'],
    ['9161234567', undefined, 'no-country'],
    ['9161234567', 'XX', 'no-country'],
    ['12345', 'RU', 'not-dialable'],
    ['+7 916 123-45-6', 'RU', 'not-dialable'],
  ])('refuses %j of %s as %s', (raw, country, why) => {
    expect(parsePhone(raw, country)).toEqual({ ok: false, why });
  });

  it('masks the middle', () => {
    expect(maskPhone('+79161234567')).toBe('+7916***4567');
    expect(maskPhone('112')).toBe('***');
  });
});
