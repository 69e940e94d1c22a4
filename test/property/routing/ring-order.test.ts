/** Whatever the strategy, everybody is rung once, and the one who knows the client first. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ringOrder, type RingOrderFacts } from '../../../src/domain/routing/ring-order.js';
import { RING_STRATEGIES, type Group, type Operator } from '../../../src/domain/routing/telephony.js';

const NAMES = ['anna', 'boris', 'vera', 'gleb', 'dina'];
const GROUP: Group = {
  name: 'sales',
  operators: NAMES,
  strategy: 'simultaneous',
  ringSeconds: 20,
  timeZone: 'UTC',
  locale: 'en',
  country: 'RU',
};

const operators = fc
  .subarray(NAMES, { minLength: 1 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({ weight: fc.integer({ min: 1, max: 9 }) })
          .map(({ weight }): Operator => ({ name, displayName: name, devices: [], weight })),
      ),
    ),
  );
const facts: fc.Arbitrary<RingOrderFacts> = fc.record(
  {
    workloads: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.record({ talksToday: fc.nat(9), lastTalkAt: fc.nat(1000) }, { requiredKeys: ['talksToday'] }),
    ),
    draws: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 5 }),
    lastOperator: fc.constantFrom(...NAMES, 'gone'),
    knowsClient: fc.constantFrom(...NAMES, 'gone'),
  },
  { requiredKeys: ['workloads', 'draws'] },
);
const group = fc.record({
  strategy: fc.constantFrom(...RING_STRATEGIES),
  stages: fc.constantFrom([['anna'], ['vera', 'boris']], [['gleb', 'dina']]),
});

function withoutKnown({ workloads, draws, lastOperator = 'gone' }: RingOrderFacts): RingOrderFacts {
  return { workloads, draws, lastOperator };
}

describe('ringOrder', () => {
  it.prop([operators, group, facts])(
    'puts everybody into exactly one stage, without gaps',
    (all, terms, known) => {
      const order = ringOrder(all, { ...GROUP, ...terms }, known);
      expect(order.map(({ operator }) => operator.name).sort()).toEqual(all.map(({ name }) => name).sort());
      const stages = [...new Set(order.map(({ stage }) => stage))];
      expect(stages).toEqual(stages.map((_, index) => index));
    },
  );

  it.prop([operators, group, facts])('rings the operator who knows the client first', (all, terms, known) => {
    const order = ringOrder(all, { ...GROUP, ...terms }, known);
    if (all.some(({ name }) => name === known.knowsClient))
      expect(order[0]?.operator.name).toBe(known.knowsClient);
  });

  /** Written from the manual, pair by pair: does `a` ring before `b`, after, or with it? Listed order breaks ties. */
  const JUDGES: Readonly<Record<Group['strategy'], (scene: Scene, a: number, b: number) => number>> = {
    simultaneous: () => 0,
    sequential: (_, a, b) => a - b,
    stages: ({ all, terms }, a, b) => {
      const stageOf = (n: number) => {
        const at = terms.stages.findIndex((names) => names.includes(all[n]?.name ?? ''));
        return at < 0 ? terms.stages.length : at;
      };
      return stageOf(a) - stageOf(b);
    },
    'round-robin': ({ all, known }, a, b) => {
      const last = all.findIndex(({ name }) => name === known.lastOperator);
      const turnsAway = (n: number) => (n - last - 1 + all.length) % all.length;
      return turnsAway(a) - turnsAway(b);
    },
    'longest-idle': ({ all, known }, a, b) => {
      const lastTalk = (n: number) => known.workloads[all[n]?.name ?? '']?.lastTalkAt ?? -1;
      return lastTalk(a) - lastTalk(b) || a - b;
    },
    'fewest-calls': ({ all, known }, a, b) => {
      const talks = (n: number) => known.workloads[all[n]?.name ?? '']?.talksToday ?? 0;
      return talks(a) - talks(b) || a - b;
    },
    // By lot: any order is right, one after another.
    weighted: () => NaN,
  };
  interface Scene {
    readonly all: readonly Operator[];
    readonly terms: { readonly stages: readonly (readonly string[])[] };
    readonly known: RingOrderFacts;
  }

  it.prop([fc.constantFrom(...RING_STRATEGIES), operators, group, facts])(
    'keeps the order of each strategy, pair by pair',
    (strategy, all, terms, given) => {
      const known = withoutKnown(given);
      const order = ringOrder(all, { ...GROUP, ...terms, strategy }, known);
      const stage = new Map(order.map((place) => [place.operator.name, place.stage]));
      const judge = JUDGES[strategy];
      for (const [a, one] of all.entries())
        for (const [b, other] of all.entries()) {
          const wanted = judge({ all, terms, known }, a, b);
          const apart = (stage.get(one.name) ?? NaN) - (stage.get(other.name) ?? NaN);
          if (Number.isNaN(wanted)) expect(apart === 0).toBe(a === b);
          else expect(Math.sign(apart), `${one.name} ${other.name}`).toBe(Math.sign(wanted));
        }
    },
  );

  it.prop([fc.constantFrom(...RING_STRATEGIES), operators, group, facts])(
    'rings the one who knows the client alone and first, the others as if he were not there',
    (strategy, all, terms, known) => {
      const rung = { ...GROUP, ...terms, strategy };
      const order = ringOrder(all, rung, known);
      const others = all.filter(({ name }) => name !== known.knowsClient);
      const knows = others.length < all.length ? 1 : 0;
      expect(order.filter(({ stage }) => stage === 0).length === 1 || knows === 0).toBe(true);
      const rest = ringOrder(others, rung, withoutKnown(known));
      expect(order.slice(knows).map(({ operator, stage }) => [operator.name, stage - knows])).toEqual(
        rest.map(({ operator, stage }) => [operator.name, stage]),
      );
    },
  );

  it('weighted rings each first in proportion to his weight', () => {
    const weights = { anna: 1, boris: 3, vera: 6 };
    const all = Object.entries(weights).map(([name, weight]) => ({
      name,
      displayName: name,
      devices: [],
      weight,
    }));
    const first = { anna: 0, boris: 0, vera: 0 };
    // A grid of draws instead of chance: every combination as often as any other.
    const grid = Array.from({ length: 20 }, (_, n) => (n + 0.5) / 20);
    for (const a of grid)
      for (const b of grid)
        for (const c of grid) {
          const [place] = ringOrder(
            all,
            { ...GROUP, strategy: 'weighted' },
            { workloads: {}, draws: [a, b, c] },
          );
          first[place?.operator.name as keyof typeof first] += 1;
        }
    for (const [name, weight] of Object.entries(weights))
      expect(first[name as keyof typeof first] / grid.length ** 3).toBeCloseTo(weight / 10, 1);
  });
});
