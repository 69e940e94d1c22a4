import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIds } from '../../../src/telemetry/ids.js';
import { systemRandom } from '../../../src/telemetry/random.js';

describe('ids', () => {
  it('sort as they were made and are unique, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 200 }), (steps) => {
        let now = 1_700_000_000_000;
        const ids = createIds({ clock: { now: () => now }, randomBytes });
        const made = steps.map((step) => {
          now += step;
          return ids.next();
        });
        expect([...made].sort()).toEqual(made);
        expect(new Set(made).size).toBe(made.length);
      }),
    );
  });

  it('are 26 URL-safe characters that begin with the time', () => {
    const ids = createIds({
      clock: { now: () => 2 ** 48 - 1 },
      randomBytes: (count) => new Uint8Array(count),
    });
    expect(ids.next()).toBe('7zzzzzzzzz0000000000000000');
    expect(ids.next()).toBe('7zzzzzzzzz0000000000000001');
    const early = createIds({
      clock: { now: () => 1 },
      randomBytes: (count) => new Uint8Array(count).fill(255),
    });
    expect(early.next()).toBe('0000000001fzzzzzzzzzzzzzzz');
    expect(early.next()).toBe('0000000001g000000000000000');
  });

  it('of two processes in the same millisecond differ', () => {
    const clock = { now: () => 5 };
    const made = Array.from({ length: 1000 }, () => createIds({ clock, randomBytes }).next());
    expect(new Set(made).size).toBe(1000);
  });
});

describe('chance', () => {
  it('lies in [0, 1) and fills it', () => {
    const drawn = Array.from({ length: 2000 }, () => systemRandom.next());
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(new Set(drawn.map((x) => Math.floor(x * 10))).size).toBe(10);
  });
});
