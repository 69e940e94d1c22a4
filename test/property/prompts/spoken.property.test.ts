/** Rules that hold for every number, phone and text, in every language. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { LANGUAGES, type Language } from '../../../src/domain/prompts/language.js';
import { spokenMoney } from '../../../src/domain/prompts/spoken-money.js';
import { spelled, spokenNumber } from '../../../src/domain/prompts/spoken-number.js';
import { spokenPhone } from '../../../src/domain/prompts/spoken-phone.js';
import { speakableText } from '../../../src/domain/prompts/speakable-text.js';
import { spokenDate, spokenDelay, spokenTime } from '../../../src/domain/prompts/spoken-time.js';

const language = fc.constantFrom(...LANGUAGES);
const phone = fc
  .tuple(fc.constantFrom('+', ''), fc.stringMatching(/^[0-9]{3,15}$/))
  .map((parts) => parts.join(''));

/** Words of a group → its digits, made by reading every group a phone can have. */
const groupsOf = Object.fromEntries(LANGUAGES.map((name) => [name, groupWords(name)])) as Record<
  Language,
  Map<string, string>
>;

function groupWords(name: Language): Map<string, string> {
  const groups = new Map<string, string>();
  for (const length of [1, 2, 3, 4])
    for (let value = 0; value < 10 ** length; value++) {
      const digits = String(value).padStart(length, '0');
      const words = spokenPhone(digits, name);
      if (!words.includes(',')) groups.set(words, digits);
    }
  return groups;
}

describe('phones', () => {
  test.prop([phone, language])('every digit is said, in order, and nothing else', (number, name) => {
    const words = spokenPhone(number, name).replace(/^(plus|плюс|cộng) /, '');
    const digits = words
      .split(', ')
      .map((group) => groupsOf[name].get(group))
      .join('');
    expect(digits).toBe(number.replace('+', ''));
  });

  test.prop([language])('two groups never sound the same', (name) => {
    const read = [...groupsOf[name].values()];
    expect(new Set(read).size).toBe(read.length);
    expect(read.length).toBeGreaterThanOrEqual(1_110);
  });
});

describe('numbers', () => {
  test.prop([fc.maxSafeInteger(), language])('integers are read in words alone', (value, name) => {
    expect(spokenNumber(value, name)).toMatch(/^[\p{L}\p{M} -]+$/u);
  });

  test.prop([fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 999_999 }), language])(
    'two numbers never sound the same',
    (a, b, name) => {
      fc.pre(a !== b);
      expect(spokenNumber(a, name)).not.toBe(spokenNumber(b, name));
    },
  );

  test.prop([fc.oneof(fc.string(), fc.double(), fc.bigInt().map(String)), language])(
    'reading is total',
    (value, name) => {
      for (const read of [spokenNumber, spelled]) expect(typeof read(value, name)).toBe('string');
      const text = String(value);
      for (const read of [spokenPhone, spokenTime, spokenDate])
        expect(typeof read(text, name)).toBe('string');
      expect(typeof spokenDelay(Number(value), name)).toBe('string');
      expect(spokenMoney(value, 'RUB', name)).not.toContain('undefined');
    },
  );

  test.prop([fc.integer({ min: 1, max: 100_000 }), language])(
    'a delay is words without gaps',
    (minutes, name) => {
      expect(spokenDelay(minutes, name)).toMatch(/^\p{L}+(?:[ -][\p{L}\p{M}]+)+$/u);
    },
  );
});

test.prop([fc.string({ unit: 'grapheme', maxLength: 3_000 })])(
  'speakable text is one line a voice cannot misread',
  (text) => {
    const spoken = speakableText(text);
    expect(spoken).not.toMatch(/[<>[\]{}\\\p{Cc}]|^-|^\s|\s$|\s\s/u);
    expect(spoken.length).toBeLessThanOrEqual(1_000);
    expect(speakableText(spoken)).toBe(spoken);
  },
);
