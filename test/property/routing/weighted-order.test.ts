import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightedOrder } from '../../../src/domain/routing/weighted-order.js';

const items = fc.array(fc.record({ name: fc.uuid(), priority: fc.nat(3), weight: fc.nat(100) }), {
  minLength: 1,
  maxLength: 8,
});

describe('weightedOrder', () => {
  it('keeps every item, priorities ascend, and the same text gives the same order', () => {
    fc.assert(
      fc.property(items, fc.string(), (given, spreadBy) => {
        const ordered = weightedOrder(given, spreadBy);
        expect([...ordered].sort((a, b) => a.name.localeCompare(b.name))).toEqual(
          [...given].sort((a, b) => a.name.localeCompare(b.name)),
        );
        const priorities = ordered.map(({ priority }) => priority);
        expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
        expect(weightedOrder(given, spreadBy)).toEqual(ordered);
      }),
    );
  });

  it('keeps the order written where no priority is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ host: fc.string(), weight: fc.nat(9) })),
        fc.string(),
        (given, spreadBy) => {
          expect(weightedOrder(given, spreadBy)).toEqual(given);
        },
      ),
    );
  });

  it('shares numbers out by weight', () => {
    const given = [
      { name: 'a', priority: 1, weight: 75 },
      { name: 'b', priority: 1, weight: 25 },
      { name: 'c', priority: 1, weight: 0 },
    ];
    const firsts = Array.from({ length: 4000 }, (_, index) => weightedOrder(given, `+4930${index}`)[0]?.name);
    const share = firsts.filter((name) => name === 'a').length / firsts.length;
    expect(share).toBeGreaterThan(0.71);
    expect(share).toBeLessThan(0.79);
    expect(firsts).not.toContain('c');
  });
});
