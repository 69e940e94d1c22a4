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

  it.prop([operators, facts])('longest-idle never rings a busier operator first', (all, known) => {
    const order = ringOrder(all, { ...GROUP, strategy: 'longest-idle' }, withoutKnown(known));
    const idleSince = order.map(({ operator }) => known.workloads[operator.name]?.lastTalkAt ?? -1);
    expect(idleSince).toEqual([...idleSince].sort((a, b) => a - b));
  });

  it.prop([operators, facts])('round-robin begins behind the last one', (all, known) => {
    const order = ringOrder(all, { ...GROUP, strategy: 'round-robin' }, withoutKnown(known));
    const last = all.findIndex(({ name }) => name === known.lastOperator);
    expect(order[0]?.operator.name).toBe(all[(last + 1) % all.length]?.name);
  });
});
