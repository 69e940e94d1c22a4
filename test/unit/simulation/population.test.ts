/** Days of random callers: the same seed is the same week, every call ends, and busy operators are busy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../../src/domain/simulation/population/agenda.js';
import { USUAL_HABITS } from '../../../src/domain/simulation/population/habits.js';
import { runPopulation, type Population } from '../../../src/domain/simulation/population/run-population.js';
import { factsWith, planFrom, shippedPlan } from '../../support/dialplan/plans.js';

const CREW = ['anna', 'boris', 'cleo'].map((name) => ({
  name,
  displayName: name,
  devices: [{ kind: 'registered', user: name }] as const,
}));

function week(change: Partial<Population> = {}): Population {
  const facts = factsWith({ direction: 'inbound', operators: CREW });
  return {
    plan: 'inbound',
    plans: { inbound: shippedPlan('inbound'), callback: shippedPlan('callback') },
    facts,
    legs: [{ ref: 'caller', role: 'caller', party: '+4930123456' }],
    calls: 120,
    days: 1,
    seed: 7,
    habits: USUAL_HABITS,
    startAt: Date.UTC(2026, 2, 2),
    operatorsAt: () => CREW,
    ...change,
  };
}

describe('a population of callers', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(runPopulation(week())).toEqual(runPopulation(week()));
    expect(runPopulation(week({ seed: 8 }))).not.toEqual(runPopulation(week()));
  });

  it.each([
    ['inbound', {}],
    ['callback', { plan: 'callback', legs: [], facts: factsWith({ operators: CREW }) }],
  ])('%s: every call ends, answered or lost', (_plan, change) => {
    const { calls, answered, lost, dispositions, stuck } = runPopulation(week(change));
    expect([calls, answered + lost, stuck]).toEqual([120, 120, 0]);
    expect(Object.values(dispositions).reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(answered).toBeGreaterThan(20);
  });

  it('loses more calls the fewer operators share them', () => {
    const crowd = { calls: 600 };
    const all = runPopulation(week(crowd));
    const one = runPopulation(week({ ...crowd, operatorsAt: () => CREW.slice(0, 1) }));
    const none = runPopulation(week({ ...crowd, operatorsAt: () => [] }));
    expect(all.answered).toBeGreaterThan(one.answered);
    expect(one.answered).toBeGreaterThan(0);
    expect(none.answered).toBe(0);
  });

  it('names a step in which calls wait for what never comes', () => {
    const steps = {
      hold: { do: 'play', leg: 'client', what: [{ tone: 'ringback' }], next: 'bye' },
      dial: { do: 'originate', on: { answered: 'hold', failed: 'bye' } },
      bye: { do: 'hangup' },
    };
    const plans = { p: planFrom({ name: 'p', start: 'dial', steps }) };
    const { stuck, stuckAt } = runPopulation(week({ plan: 'p', plans, legs: [] }));
    expect(stuck).toBeGreaterThan(0);
    expect(stuckAt).toEqual(['p/hold']);
  });
});

describe('an agenda', () => {
  it('gives what is earliest, and of things at one time the first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const agenda = new Agenda<number>();
        times.forEach((at, index) => agenda.put(at, index));
        const taken: [number, number][] = [];
        for (let next = agenda.take(); next !== undefined; next = agenda.take())
          taken.push([next.at, next.what]);
        expect(taken).toEqual(
          times.map((at, index): [number, number] => [at, index]).sort(([a, i], [b, j]) => a - b || i - j),
        );
      }),
    );
  });
});
