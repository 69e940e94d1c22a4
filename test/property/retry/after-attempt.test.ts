/** Whatever happens to its attempts, a callback ends; and it never comes too early. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { CallDisposition, LegDisposition } from '../../../src/domain/calls/call.js';
import { afterAttempt, countAttempts, type AttemptResult } from '../../../src/domain/retry/after-attempt.js';
import { POLICY, termsAt } from '../../unit/retry/retry-terms.js';

const LEG: readonly LegDisposition[] = [
  'answered',
  'no-answer',
  'busy',
  'rejected',
  'cancelled',
  'invalid-number',
  'carrier-failure',
  'lost',
  'unknown',
];
const CALL: readonly CallDisposition[] = [...LEG, 'voicemail', 'declined', 'no-operator', 'abandoned'];

const result: fc.Arbitrary<AttemptResult> = fc.record(
  {
    disposition: fc.constantFrom(...CALL),
    clientRung: fc.constantFrom('yes', 'no', 'unknown'),
    clientDisposition: fc.constantFrom(...LEG),
    operatorDecision: fc.constantFrom('accepted', 'later', 'not-mine', 'spam', 'no-input'),
    talk: fc.constant('cut'),
  },
  { requiredKeys: ['disposition', 'clientRung'] },
);
const counts = fc.record({
  clientRung: fc.integer({ min: 0, max: 40 }),
  clientNotRung: fc.integer({ min: 0, max: 40 }),
});
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('afterAttempt', () => {
  it.prop([result, counts, chance])('is final or later than now', (attempt, seen, random) => {
    const next = afterAttempt(attempt, seen, { ...termsAt(5000), random });
    if (next.kind === 'again') expect(next.at).toBeGreaterThan(5000);
    else expect(['reached', 'unreached', 'blocked']).toContain(next.status);
  });

  it.prop([fc.array(result, { minLength: 20, maxLength: 60 })])('ends within both caps', (attempts) => {
    const longest = POLICY.maxAttempts + POLICY.maxNoOperator - 1;
    const ended = attempts.findIndex(
      (attempt, index) =>
        afterAttempt(attempt, countAttempts(attempts.slice(0, index + 1)), termsAt(0)).kind === 'final',
    );
    expect(ended).toBeGreaterThanOrEqual(0);
    expect(ended).toBeLessThan(longest);
  });

  it.prop([result, counts])('lets a phone in doubt ring out', (attempt, seen) => {
    const next = afterAttempt({ ...attempt, disposition: 'unknown' }, seen, termsAt(0));
    if (next.kind === 'again') expect(next.at).toBeGreaterThanOrEqual((POLICY.clientRingSeconds + 60) * 1000);
  });

  it.prop([result, counts, fc.integer({ min: 60, max: 7200 })])(
    'comes only when the group is open',
    (attempt, seen, step) => {
      const everyStep = (at: number): number => Math.ceil(at / (step * 1000)) * step * 1000;
      const next = afterAttempt(attempt, seen, { ...termsAt(1), nextOpen: everyStep });
      if (next.kind === 'again') expect(next.at % (step * 1000)).toBe(0);
    },
  );

  it.prop([result, counts, fc.integer({ min: 1, max: 5000 })])(
    'is never earlier for a longer schedule',
    (attempt, seen, more) => {
      const terms = termsAt(0);
      const longer = {
        ...terms,
        policy: {
          ...POLICY,
          noOperatorSeconds: POLICY.noOperatorSeconds + more,
          laterSeconds: POLICY.laterSeconds + more,
        },
      };
      const [before, after] = [afterAttempt(attempt, seen, terms), afterAttempt(attempt, seen, longer)];
      if (before.kind === 'again' && after.kind === 'again')
        expect(after.at).toBeGreaterThanOrEqual(before.at);
      expect(after.kind).toBe(before.kind);
    },
  );

  it.prop([
    fc.constantFrom('busy', 'no-answer'),
    fc.array(fc.integer({ min: 1, max: 86_400 }), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 9 }),
    chance,
  ])('takes the n-th delay of its kind, spread by at most a tenth', (cause, delays, alike, random) => {
    const policy = { ...POLICY, maxAttempts: 10, retry: { [cause]: delays } };
    const ended = { disposition: cause, clientDisposition: cause, clientRung: 'yes' } as const;
    const seen = { clientRung: alike, clientNotRung: 0, alike };
    const next = afterAttempt(ended, seen, { ...termsAt(0), policy, random });
    const delayMs = (delays[Math.min(alike, delays.length) - 1] ?? 0) * 1000;
    expect(next.kind).toBe('again');
    if (next.kind !== 'again') return;
    expect(next.at).toBeGreaterThanOrEqual(delayMs);
    expect(next.at).toBeLessThanOrEqual(delayMs * 1.1 + 1000);
  });
});
