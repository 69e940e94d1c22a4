/** What `parseDialplan` says about slips: the place, the code, and the word that was probably meant. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintPlans } from '../../../src/domain/dialplan/lint.js';
import { dialplanJsonSchema, parseDialplan } from '../../../src/domain/dialplan/schema.js';
import { planFrom } from '../../support/dialplan/plans.js';

type Steps = Readonly<Record<string, unknown>>;

function slips(steps: Steps, start = 'a'): readonly string[] {
  const parsed = parseDialplan({ name: 'p', start, steps });
  if (parsed.ok) return [];
  return parsed.problems.map(
    ({ path, code, suggestion }) =>
      `${path.join('.')} ${code}${suggestion === undefined ? '' : ` → ${suggestion}`}`,
  );
}

const end = { do: 'hangup' };

describe('parseDialplan', () => {
  it.each<[string, Steps, readonly string[]]>([
    ['a mistyped verb', { a: { do: 'anwser', next: 'b' }, b: end }, ['steps.a.do verb-unknown → answer']],
    ['a step without a verb', { a: {} }, ['steps.a verb-missing']],
    [
      'a mistyped key',
      { a: { do: 'wait', second: 3, next: 'b' }, b: end },
      ['steps.a.seconds value-invalid', 'steps.a.second key-unknown → seconds'],
    ],
    [
      'a mistyped outcome',
      { a: { do: 'answer', next: 'b', on: { hungup: 'b' } }, b: end },
      ['steps.a.on.hungup key-unknown → hung-up'],
    ],
    [
      'a mistyped key inside a key',
      { a: { do: 'ring-group', keys: { acept: '1' }, on: { accepted: 'b', nobody: 'b' } }, b: end },
      ['steps.a.keys.acept key-unknown → accept'],
    ],
    [
      'a mistyped step',
      { a: { do: 'answer', next: 'finish-cal' }, 'finish-call': end },
      ['steps.a.next step-unknown → finish-call', 'steps.finish-call step-unreachable'],
    ],
    [
      'a target in a menu',
      { a: { do: 'gather', leg: 'caller', keys: { 1: 'bb' } }, b: end },
      ['steps.a.keys.1 step-unknown → b', 'steps.b step-unreachable'],
    ],
    [
      'an outcome nobody handles',
      { a: { do: 'originate', on: { answered: 'b' } }, b: end },
      ['steps.a outcome-unhandled'],
    ],
    [
      'the main outcome said twice',
      { a: { do: 'answer', next: 'b', on: { answered: 'b' } }, b: end },
      ['steps.a.next outcome-twice'],
    ],
    ['an unreachable step', { a: end, b: end }, ['steps.b step-unreachable']],
    [
      'an unknown name',
      { a: { do: 'if', when: 'lead.atempt > 1', on: { yes: 'b', no: 'b' } }, b: end },
      ['steps.a.when name-unknown → lead.attempt'],
    ],
    [
      'an unreadable expression',
      { a: { do: 'if', when: 'lead.attempt >', on: { yes: 'b', no: 'b' } }, b: end },
      ['steps.a.when expression-invalid'],
    ],
    [
      'an unknown leg',
      { a: { do: 'say', leg: 'operater', prompt: 'x', next: 'b' }, b: end },
      ['steps.a.leg leg-unknown → operator'],
    ],
    [
      'two texts at once',
      { a: { do: 'say', leg: 'caller', prompt: 'x', text: 'y', next: 'b' }, b: end },
      ['steps.a value-invalid'],
    ],
  ])('finds %s', (_, steps, expected) => {
    expect(slips(steps)).toEqual(expected);
  });

  it('finds slips of the head', () => {
    expect(slips({ a: end }, 'aa')).toEqual(['start step-unknown → a']);
    const parsed = parseDialplan({ name: 'p', strat: 'a', start: 'a', steps: { a: end } });
    expect(parsed.ok ? [] : parsed.problems).toMatchObject([
      { path: ['strat'], code: 'key-unknown', suggestion: 'start' },
    ]);
  });

  it('does not blame other steps for one that cannot be read', () => {
    expect(slips({ a: { do: 'answer', next: 'b' }, b: { do: 'wate', next: 'c' }, c: end })).toEqual([
      'steps.b.do verb-unknown → wait',
    ]);
  });

  it('knows variables that an earlier step sets', () => {
    const steps = {
      a: { do: 'webhook', endpoint: 'crm', timeoutSeconds: 3, into: 'crm', on: { ok: 'b', failed: 'b' } },
      b: { do: 'if', when: 'crmStatus == 200', on: { yes: 'c', no: 'c' } },
      c: end,
    };
    expect(slips(steps)).toEqual([]);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseDialplan(value)));
    const step = fc.dictionary(
      fc.constantFrom('do', 'next', 'on', 'leg', 'what', 'when', 'keys'),
      fc.oneof(fc.constantFrom('play', 'if', 'goto', 'a'), fc.jsonValue()),
    );
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('a', 'b'), step), (steps) => void slips(steps)));
  });
});

describe('a set of plans', () => {
  const a = planFrom({ name: 'a', start: 'x', steps: { x: { do: 'goto', plan: 'b', step: 'two' } } });
  const b = planFrom({ name: 'b', start: 'one', steps: { one: { do: 'goto', plan: 'a' } } });

  it('names plans and steps that are not there', () => {
    expect(lintPlans({ a, b })).toMatchObject([{ path: ['a', 'steps', 'x', 'step'], code: 'step-unknown' }]);
    expect(lintPlans({ a })).toMatchObject([{ code: 'plan-unknown' }]);
  });
});

it('has a JSON Schema that names every verb', () => {
  const text = JSON.stringify(dialplanJsonSchema());
  for (const verb of ['ring-group', 'originate', 'bridge', 'whisper', 'gather', 'webhook'])
    expect(text).toContain(`"${verb}"`);
});
