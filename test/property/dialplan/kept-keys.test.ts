/** Keys that go on: every key once and in order, but for whole sequences that are kept. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { siftKey, type HeldKey } from '../../../src/domain/dialplan/kept-keys.js';

const digit = fc.constantFrom(...Array.from('0123456789*#'));
const sequence = fc.array(digit, { minLength: 1, maxLength: 3 }).map((digits) => digits.join(''));

/** All that goes on, and what is still held at the end. */
function sift(kept: readonly string[], digits: string) {
  let held: readonly HeldKey[] = [];
  let passed = '';
  for (const [at, each] of Array.from(digits).entries()) {
    const next = siftKey(kept, held, { digit: each, durationMs: at });
    held = next.held;
    passed += next.passed.map((key) => key.digit).join('');
  }
  return { passed, held: held.map((key) => key.digit).join('') };
}

describe('keys of a talk', () => {
  test.prop([fc.array(digit, { maxLength: 20 }).map((digits) => digits.join(''))])(
    'all go on at once when none are kept',
    (digits) => {
      expect(sift([], digits)).toEqual({ passed: digits, held: '' });
    },
  );

  test.prop([
    fc.array(sequence, { maxLength: 5 }),
    fc.array(digit, { maxLength: 20 }).map((d) => d.join('')),
  ])('go on in order, and nothing is held but the beginning of a sequence', (kept, digits) => {
    const { passed, held } = sift(kept, digits);
    let at = 0;
    for (const each of passed + held) {
      at = digits.indexOf(each, at) + 1;
      expect(at).toBeGreaterThan(0);
    }
    if (held !== '') expect(kept.some((known) => known.startsWith(held) && known !== held)).toBe(true);
    const missing = digits.length - passed.length - held.length;
    if (missing > 0) expect(kept.some((known) => digits.includes(known))).toBe(true);
  });

  it.each([
    [['*1'], '*1', { passed: '', held: '' }],
    [['*1'], '*2', { passed: '*2', held: '' }],
    [['*1'], '**1', { passed: '*', held: '' }],
    [['*1'], '5*', { passed: '5', held: '*' }],
    [['9'], '191', { passed: '11', held: '' }],
    [['*12', '*9'], '*19', { passed: '*19', held: '' }],
  ])('of %o: %s', (kept, digits, expected) => {
    expect(sift(kept, digits)).toEqual(expected);
  });
});
