/** The rules of leasing, over pools in every state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseNumber, fits } from '../../../src/domain/numbers/choose-number.js';
import { stageOf, type PoolNumber } from '../../../src/domain/numbers/lease.js';
import type { Pool } from '../../../src/domain/numbers/pool.js';
import type { NumberKind } from '../../../src/domain/numbers/tracked-number.js';
import type { E164 } from '../../../src/domain/values/ids.js';

const NOW = 1_000_000;

const kind: fc.Arbitrary<NumberKind> = fc.record({
  type: fc.constantFrom('geographic', 'toll-free'),
  country: fc.constantFrom('US', 'RU'),
  area: fc.constantFrom('212', '495'),
});

const number = (index: number): fc.Arbitrary<PoolNumber> =>
  fc
    .record({
      kind,
      heldFor: fc.integer({ min: -300, max: 300 }),
      turn: fc.nat(9),
      visitorId: fc.option(fc.constantFrom('me', 'ann', 'ben'), { nil: undefined }),
    })
    .map(({ kind: like, heldFor, turn, visitorId }) => {
      const heldUntil = NOW + heldFor * 1000;
      return {
        ...like,
        number: `+1212555${String(1000 + index)}` as E164,
        turn,
        heldUntil,
        tailUntil: heldUntil + 100_000,
        freeAt: heldUntil + 150_000,
        ...(visitorId === undefined ? {} : { visitorId }),
      };
    });

const pool = fc
  .integer({ min: 0, max: 12 })
  .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => number(index))));

const terms: fc.Arbitrary<Pick<Pool, 'overflow' | 'otherArea'>> = fc.record({
  overflow: fc.constantFrom({ kind: 'lend' } as const, { kind: 'site-number' } as const),
  otherArea: fc.constantFrom('allowed', 'refused'),
});

const wish = fc.option(kind, { nil: undefined }).map((like) => ({
  visitorId: 'me',
  now: NOW,
  ...(like === undefined ? {} : { like }),
}));

const check = (rule: (input: Input) => void): void =>
  fc.assert(
    fc.property(terms, wish, pool, (t, w, numbers) => rule({ terms: t, wish: w, numbers })),
    {
      numRuns: 400,
    },
  );

interface Input {
  readonly terms: Pick<Pool, 'overflow' | 'otherArea'>;
  readonly wish: { readonly visitorId: string; readonly now: number; readonly like?: NumberKind };
  readonly numbers: readonly PoolNumber[];
}

const taken = ({ terms: t, wish: w, numbers }: Input) => {
  const choice = chooseNumber(t, w, numbers);
  return choice.kind === 'take' ? choice : undefined;
};

describe('the choice of a pool number', () => {
  it('never takes what another holds, nor anything in cool-down', () => {
    check((input) => {
      const choice = taken(input);
      if (choice === undefined) return;
      const stage = stageOf(choice.number, NOW);
      expect(stage).not.toBe('cool-down');
      if (stage === 'exclusive') expect(choice.number.visitorId).toBe('me');
    });
  });

  it('does not depend on the order of the numbers', () => {
    fc.assert(
      fc.property(
        terms,
        wish,
        pool,
        fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
        (t, w, numbers, order) => {
          const keyed = numbers.map((one, index) => ({ one, key: order[index] ?? 0 }));
          const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ one }) => one);
          expect(chooseNumber(t, w, shuffled)).toEqual(chooseNumber(t, w, numbers));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('lends only when nothing is free, and only where the pool lends', () => {
    check((input) => {
      const choice = taken(input);
      if (choice?.as !== 'lent') return;
      expect(input.terms.overflow.kind).toBe('lend');
      const free = input.numbers.filter(
        (one) => stageOf(one, NOW) === 'free' && fits(one, input.wish.like, input.terms.otherArea),
      );
      expect(free).toEqual([]);
    });
  });

  it('gives a returning visitor the number that is still theirs', () => {
    check((input) => {
      const own = input.numbers.filter(
        (one) =>
          one.visitorId === 'me' &&
          stageOf(one, NOW) !== 'cool-down' &&
          fits(one, input.wish.like, input.terms.otherArea),
      );
      if (own.length > 0) expect(taken(input)).toMatchObject({ as: 'own' });
    });
  });

  it('replaces type for type, and takes something when anything fits', () => {
    check((input) => {
      const choice = taken(input);
      if (choice !== undefined) {
        expect(fits(choice.number, input.wish.like, input.terms.otherArea)).toBe(true);
        return;
      }
      const free = input.numbers.filter(
        (one) => stageOf(one, NOW) === 'free' && fits(one, input.wish.like, input.terms.otherArea),
      );
      expect(free).toEqual([]);
    });
  });
});
