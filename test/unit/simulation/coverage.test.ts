/** Coverage counts what runs went through, and names what they did not. */
import { describe, expect, it } from 'vitest';
import type { Dialplan } from '../../../src/domain/dialplan/schema.js';
import { coverageOf, type Coverage } from '../../../src/domain/simulation/coverage.js';
import { runScript } from '../../../src/domain/simulation/run-script.js';
import { factsWith, planFrom } from '../../support/dialplan/plans.js';

const menu = planFrom({
  name: 'menu',
  start: 'ask',
  steps: {
    ask: {
      do: 'gather',
      leg: 'caller',
      tries: 1,
      keys: { 1: 'bye', 2: 'bye' },
      on: { 'no-input': 'again', failed: 'bye' },
    },
    again: { do: 'goto', plan: 'other' },
    bye: { do: 'hangup' },
  },
});
const other = planFrom({ name: 'other', start: 'over', steps: { over: { do: 'hangup' } } });

function covered(plans: Record<string, Dialplan>, ...scripts: string[][]): Coverage {
  const runs = scripts.map((lines) =>
    runScript({
      plan: 'menu',
      plans: { menu, other },
      facts: factsWith({ direction: 'inbound' }),
      legs: [{ ref: 'caller', role: 'caller', party: '+49301', state: 'answered' }],
      lines,
      startAt: 0,
    }).happenings.flatMap((one) => (one.kind === 'step' ? [one.entered] : [])),
  );
  return coverageOf(plans, runs);
}

describe('coverage', () => {
  it('of no run is nothing', () => {
    expect(covered({ menu, other })).toEqual({
      steps: { covered: 0, total: 4, missing: ['menu/ask', 'menu/again', 'menu/bye', 'other/over'] },
      branches: {
        covered: 0,
        total: 5,
        missing: [
          'menu/ask on.no-input',
          'menu/ask on.failed',
          'menu/ask keys.1',
          'menu/ask keys.2',
          'menu/again plan',
        ],
      },
    });
  });

  it('tells apart two keys that lead to one step', () => {
    const { steps, branches } = covered({ menu, other }, ['1 caller presses 2']);
    expect(steps.missing).toEqual(['menu/again', 'other/over']);
    expect(branches.missing).toEqual([
      'menu/ask on.no-input',
      'menu/ask on.failed',
      'menu/ask keys.1',
      'menu/again plan',
    ]);
  });

  it('follows a run into another plan, and adds up over runs', () => {
    const all = covered(
      { menu, other },
      ['1 caller presses 1'],
      ['1 caller presses 2'],
      ['1 caller is-silent'],
      ['1 caller fails no-voice'],
    );
    expect(all.steps).toEqual({ covered: 4, total: 4, missing: [] });
    expect(all.branches).toEqual({ covered: 5, total: 5, missing: [] });
  });

  it('leaves out plans that are not asked for', () => {
    expect(covered({ other }, ['1 caller is-silent']).steps).toEqual({ covered: 1, total: 1, missing: [] });
  });
});
