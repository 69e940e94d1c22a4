/** How long a talk was on hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldMs, type HoldChange } from '../../../src/domain/calls/hold-time.js';

const held = (at: number): HoldChange => ({ kind: 'held', at });
const resumed = (at: number): HoldChange => ({ kind: 'resumed', at });

describe('heldMs', () => {
  it.each([
    ['no hold', [], 0],
    ['a hold and its end', [held(20), resumed(50)], 30],
    ['two', [held(20), resumed(30), held(60), resumed(65)], 15],
    ['one that lasts', [held(80)], 20],
    ['one from before', [held(1), resumed(30)], 20],
    ['one before', [held(1), resumed(5)], 0],
    ['one after', [held(110), resumed(120)], 0],
    ['one told twice', [held(20), held(30), resumed(40), resumed(45)], 20],
  ])('counts %s', (_what, changes, ms) => {
    expect(heldMs(changes, 10, 100)).toBe(ms);
  });

  it('adds up, wherever the span is cut', () => {
    const moments = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(moments, fc.nat(1000), (given, cut) => {
        const changes = given
          .toSorted((a, b) => a - b)
          .map((at, index) => (index % 2 === 0 ? held : resumed)(at));
        const whole = heldMs(changes, 0, 1000);
        expect(heldMs(changes, 0, cut) + heldMs(changes, cut, 1000)).toBe(whole);
        expect(whole).toBeLessThanOrEqual(1000);
      }),
    );
  });
});
