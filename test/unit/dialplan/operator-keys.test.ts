/** The keys an operator is told are those that count. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';
import { advance } from '../../../src/domain/dialplan/advance.js';
import { decide } from '../../../src/domain/dialplan/decide.js';
import type { Directive, Spoken } from '../../../src/domain/dialplan/directives.js';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import type { Input } from '../../../src/domain/dialplan/inputs.js';
import { startSession, type Session } from '../../../src/domain/dialplan/session.js';
import { acceptKeysField, keysPrompt, meaningOf } from '../../../src/domain/dialplan/verbs/accept-keys.js';
import type { CallbackPolicy } from '../../../src/domain/routing/telephony.js';
import type { ActivityId } from '../../../src/domain/values/ids.js';
import { factsWith, shippedPlan } from '../../support/dialplan/plans.js';

const USUAL = acceptKeysField.parse({});
const plans = { callback: shippedPlan('callback') };

/** What is said about keys while the first operator is rung and asked. */
function told(keys: CallbackPolicy['keys']): readonly Spoken[] {
  const policy = { ...simTelephony().callbacks['default']!, ...(keys === undefined ? {} : { keys }) };
  const facts: Facts = factsWith({ policy });
  const issued: Directive[] = [];
  const feed = (session: Session, input: Input): Session => {
    const next = advance(session, input, facts, plans, 0);
    const decision = decide(next, facts);
    if (decision.kind !== 'directives') return next;
    issued.push(...decision.directives);
    return feed(next, { kind: 'issued', directives: decision.directives });
  };
  const begun = feed(startSession({ plan: 'callback', callId: facts.callId, legs: [], at: 0 }), {
    kind: 'issued',
    directives: [],
  });
  feed(begun, { kind: 'outcome', activity: 'c1.1' as ActivityId, outcome: { kind: 'answered' } });
  expect(issued.map(({ verb }) => verb)).toContain('gather');
  return issued
    .flatMap((one) => ('what' in one ? one.what : []))
    .filter((one) => one.kind === 'prompt' && one.prompt === 'operator-keys');
}

const USUAL_PROMPT = { kind: 'prompt', prompt: 'operator-keys' };

describe('the keys an operator is told', () => {
  it.each([
    ['a policy without keys', undefined],
    ['a policy that repeats the usual ones', { accept: '1', spam: '9' }],
  ])('are the recorded ones under %s', (_what, keys) => {
    for (const one of told(keys)) expect(one).toEqual(USUAL_PROMPT);
  });

  it('are the policy’s where it names them, at both times, and never the recorded ones', () => {
    const all = told({ accept: '5', later: '0' });
    expect(all.length).toBeGreaterThan(1);
    for (const one of all)
      expect(one).toEqual({
        ...USUAL_PROMPT,
        names: { keys: { accept: '5', repeat: '2', later: '0', not_mine: '4', spam: '9' } },
        recorded: 'no',
      });
  });

  it('leave out a meaning whose key does something else', () => {
    expect(keysPrompt({ ...USUAL, accept: '2' }, 'ru')).toMatchObject({
      locale: 'ru',
      names: { keys: { accept: '2', repeat: '' } },
    });
  });

  it('do what is said of them, whichever they are', () => {
    const key = fc.constantFrom('0', '1', '2', '3', '4', '5', '9', '*', '#');
    const keys = fc.record({ accept: key, repeat: key, later: key, 'not-mine': key, spam: key });
    fc.assert(
      fc.property(keys, (own) => {
        const prompt = keysPrompt(own, undefined);
        const said = prompt.kind === 'prompt' ? prompt.names?.['keys'] : undefined;
        if (typeof said !== 'object') return;
        for (const [name, digit] of Object.entries(said))
          if (digit !== '') expect(meaningOf(own, digit)).toBe(name.replace('_', '-'));
        expect(new Set(Object.values(own))).toEqual(new Set(Object.values(said).filter((one) => one !== '')));
      }),
    );
  });
});
