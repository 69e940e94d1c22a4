/** Whose turn it is, for random queues and operators; the split that is no chance; keys that become a sequence. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIVE_KEYS, pressKey, type Typed } from '../../../src/domain/dialplan/live-keys.js';
import { stableShare } from '../../../src/domain/dialplan/stable-share.js';
import { byTurn, dispatch } from '../../../src/domain/queues/dispatch.js';
import type { QueueEntry } from '../../../src/domain/queues/queue-entry.js';
import type { ActivityId, CallId } from '../../../src/domain/values/ids.js';

const OPERATORS = ['anna', 'boris', 'vera'] as const;
const NOW = 1_000_000;

const entry = fc.record({
  queue: fc.constantFrom('sales', 'support'),
  group: fc.constantFrom('one', 'two'),
  priority: fc.integer({ min: 0, max: 2 }),
  joinedAt: fc.integer({ min: NOW - 600_000, max: NOW }),
  state: fc.constantFrom('waiting' as const, 'waiting' as const, 'callback' as const),
  declinedBy: fc.constantFrom(...OPERATORS),
  declinedAt: fc.constantFrom(0, NOW - 1000),
});
const entries = fc.array(entry, { maxLength: 8 }).map((all) =>
  all.map((one, index): QueueEntry => ({
    ...one,
    id: `c${index}.1` as ActivityId,
    callId: `c${index}` as CallId,
    locale: 'en',
  })),
);
const free = fc.record({ one: fc.subarray([...OPERATORS]), two: fc.subarray([...OPERATORS]) });

describe('dispatch', () => {
  it('rings each operator for one caller at most, each caller once, and nobody whose turn was just declined', () => {
    fc.assert(
      fc.property(entries, free, (all, groups) => {
        const of = (group: string | undefined) => groups[group as 'one' | 'two'];
        const { offers, positions, expired } = dispatch(all, { of }, NOW, () => true);
        expect(new Set(offers.map(({ operator }) => operator)).size).toBe(offers.length);
        expect(new Set(offers.map((one) => one.entry.id)).size).toBe(offers.length);
        for (const { entry: one, operator } of offers) {
          expect(of(one.group)).toContain(operator);
          expect(one.declinedBy === operator && one.declinedAt === NOW - 1000).toBe(false);
        }
        expect(positions.length + expired.length).toBe(all.length);
      }),
    );
  });

  it('never passes over who came first while an operator is free for them', () => {
    fc.assert(
      fc.property(entries, free, (all, groups) => {
        const fresh = all.map((one) => ({ ...one, declinedAt: 0 }));
        const of = (group: string | undefined) => groups[group as 'one' | 'two'];
        const { offers } = dispatch(fresh, { of }, NOW, () => true);
        const rung = new Map(offers.map((one) => [one.entry.id, one.operator]));
        for (const waiting of fresh.filter(({ id }) => !rung.has(id)))
          for (const { entry: one, operator } of offers)
            expect(byTurn(waiting, one) < 0 && of(waiting.group).includes(operator as 'anna')).toBe(false);
      }),
    );
  });

  it('numbers the places of each queue from 1 in the order of their turn', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const { positions } = dispatch(all, { of: () => [] }, NOW, () => true);
        for (const queue of ['sales', 'support']) {
          const own = positions.filter((one) => one.entry.queue === queue);
          expect(own.map(({ position }) => position)).toEqual(own.map((_, index) => index + 1));
          expect(own.map((one) => one.entry)).toEqual(own.map((one) => one.entry).toSorted(byTurn));
        }
      }),
    );
  });
});

describe('the share of a caller', () => {
  it('is always the same, and shares are spread evenly', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (seed, key) => {
        const share = stableShare(seed, key);
        expect(share).toBe(stableShare(seed, key));
        expect(share >= 0 && share < 1).toBe(true);
      }),
    );
    const numbers = Array.from({ length: 10_000 }, (_, n) => `+49301${String(n).padStart(6, '0')}`);
    for (const seed of ['a', 'partner-2026']) {
      const fifth = numbers.filter((number) => stableShare(seed, number) < 0.2).length;
      expect(fifth).toBeGreaterThan(1800);
      expect(fifth).toBeLessThan(2200);
    }
  });
});

describe('keys of a talk', () => {
  it('act exactly when a known sequence was pressed without a pause, whatever came before', () => {
    const digits = fc.array(fc.constantFrom('*', '#', '0', '1', '5', '7'), { maxLength: 8 });
    fc.assert(
      fc.property(digits, fc.constantFrom(...Object.keys(DEFAULT_LIVE_KEYS)), (before, wanted) => {
        let typed: Typed | undefined;
        let at = 0;
        // A pause ends what came before.
        for (const keys of before)
          typed = pressKey(DEFAULT_LIVE_KEYS, typed, { leg: 'a', keys, at: (at += 100) }).typed;
        at += 4000;
        const acted = Array.from(wanted, (keys) => {
          const pressed = pressKey(DEFAULT_LIVE_KEYS, typed, { leg: 'a', keys, at: (at += 100) });
          typed = pressed.typed;
          return pressed.action;
        });
        expect(acted).toEqual([undefined, DEFAULT_LIVE_KEYS[wanted]]);
      }),
    );
  });
});
