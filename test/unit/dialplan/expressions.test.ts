/** The expression language: what it reads, what it refuses and where, and that evaluation is total. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, parseExpression } from '../../../src/domain/dialplan/expressions.js';
import { checkNames, lookupIn } from '../../../src/domain/dialplan/names.js';
import { startSession, type Value } from '../../../src/domain/dialplan/session.js';
import { factsWith } from '../../support/dialplan/plans.js';

const names: Readonly<Record<string, Value>> = { attempt: 2, city: 'Berlin', vip: true, nothing: null };

function valueOf(text: string): Value {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return evaluate(parsed.expression, (name) => names[name] ?? null);
}

function problemsOf(text: string, variables: readonly string[] = []): readonly (string | undefined)[] {
  const parsed = parseExpression(text);
  return parsed.ok
    ? checkNames(parsed.expression, variables).map(({ code, suggestion }) => suggestion ?? code)
    : ['unreadable'];
}

describe('evaluate', () => {
  it.each<[string, Value]>([
    ['attempt', 2],
    ["'text'", 'text'],
    ['"double"', 'double'],
    ['-1.5', -1.5],
    ['none', null],
    ['attempt == 2 and city == "Berlin"', true],
    ['attempt > 2 or vip', true],
    ['not vip or attempt <= 1', false],
    ['not (vip and attempt < 2)', true],
    ['attempt >= 2 and not nothing', true],
    ["city in ['Hamburg', 'Berlin']", true],
    ['attempt in [1, 3]', false],
    ["city contains 'erl'", true],
    ["city contains 'ERL'", false],
    ["attempt == '2'", false],
    ['city > 1', false],
    ['nothing == none', true],
    ['nothing < 1', false],
    ["city != 'Bonn'", true],
    ['true or false and false', true],
    ['1 in attempt', false],
  ])('%s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it('gives an answer for every text that parses', () => {
    const word = fc.constantFrom(
      'attempt',
      'city',
      'vip',
      'nothing',
      'and',
      'or',
      'not',
      'in',
      'contains',
      '==',
      '<',
      '(',
      ')',
      '[',
      ']',
      ',',
      "'x'",
      '3',
      'true',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (words) => {
        const parsed = parseExpression(words.join(' '));
        if (parsed.ok)
          expect(['string', 'number', 'boolean', 'object']).toContain(
            typeof evaluate(parsed.expression, (name) => names[name] ?? null),
          );
        else expect(parsed.at).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('parseExpression', () => {
  it.each([
    ['', 0],
    ['1 +', 2],
    ['a == ', 5],
    ['a b', 2],
    ['(a', 2],
    ["'open", 0],
    ['and', 0],
    ['[1,]', 3],
  ])('refuses %j at character %d', (text, at) => {
    const parsed = parseExpression(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? -1 : parsed.at).toBe(at);
  });
});

describe('names', () => {
  it('suggests the nearest fact or variable', () => {
    expect(problemsOf('lead.atempt > 1')).toEqual(['lead.attempt']);
    expect(problemsOf('urgnt', ['urgent'])).toEqual(['urgent']);
    expect(problemsOf('qqqqqqqq')).toEqual(['name-unknown']);
    expect(problemsOf('lead.answers.anything and lead.touch.utm_source and urgent', ['urgent'])).toEqual([]);
  });

  it('finds a text compared with a number', () => {
    expect(problemsOf("lead.attempt == '2'")).toEqual(['type-mismatch']);
    expect(problemsOf("lead.form in ['a', 3]")).toEqual(['type-mismatch']);
    expect(problemsOf('lead.attempt == 2')).toEqual([]);
  });

  it('reads nothing that an object merely inherits', () => {
    const facts = factsWith({});
    const lookup = lookupIn(facts, startSession({ plan: 'x', callId: facts.callId, legs: [], at: 0 }), 0);
    for (const name of ['constructor', 'toString', 'lead.answers.constructor', '__proto__'])
      expect(lookup(name)).toBeNull();
    expect(lookup('call.clientNumber')).toBe('+4930123456');
    expect(lookup('lead.name')).toBeNull();
  });
});
