/** How a callback goes on, case by case. */
import { describe, expect, it } from 'vitest';
import { afterAttempt, type AttemptResult } from '../../../src/domain/retry/after-attempt.js';
import { POLICY, termsAt } from './retry-terms.js';

const NOW = 1_000_000;
const result = (change: Partial<AttemptResult>): AttemptResult => ({
  disposition: 'no-answer',
  clientRung: 'yes',
  ...change,
});
const first = { clientRung: 1, clientNotRung: 0 };

describe('after a talk that was cut off', () => {
  const cut = result({ disposition: 'answered', talk: 'cut' });

  it('the client is reached whatever comes of calling him again', () => {
    const reached = { kind: 'final', status: 'reached', reason: 'reached' };
    const used = { clientRung: POLICY.maxAttempts, clientNotRung: 0 };
    expect(afterAttempt(cut, used, termsAt(NOW))).toEqual(reached);
    expect(afterAttempt(cut, { ...first, alike: 3 }, termsAt(NOW))).toEqual(reached);
    expect(afterAttempt(result({}), { ...used, talked: 'before' }, termsAt(NOW))).toEqual(reached);
    expect(afterAttempt(result({}), used, termsAt(NOW))).toMatchObject({ status: 'unreached' });
  });

  it('is gone on with although the day has had its rings, but not at night', () => {
    const terms = { ...termsAt(NOW), policy: { ...POLICY, maxPerDay: 1 } };
    expect(afterAttempt(cut, { ...first, today: 1 }, terms)).toMatchObject({ at: NOW + 10_000 });
    const closed = { ...terms, nextOpen: (at: number) => at + 3_600_000 };
    expect(afterAttempt(cut, first, closed)).toMatchObject({ reason: 'outside-hours' });
  });
});

describe('afterAttempt', () => {
  it.each<[string, Partial<AttemptResult>, object]>([
    [
      'a talk',
      { disposition: 'answered', clientDisposition: 'answered' },
      { kind: 'final', status: 'reached', reason: 'reached' },
    ],
    [
      'spam',
      { disposition: 'declined', clientRung: 'no', operatorDecision: 'spam' },
      { kind: 'final', status: 'blocked', reason: 'spam' },
    ],
    [
      'not mine',
      { disposition: 'no-operator', clientRung: 'no', operatorDecision: 'not-mine' },
      { kind: 'final', status: 'unreached', reason: 'not-mine' },
    ],
    [
      'a refusal',
      { disposition: 'rejected', clientDisposition: 'rejected' },
      { kind: 'final', status: 'unreached', reason: 'client-stopped' },
    ],
    [
      'busy',
      { disposition: 'busy', clientDisposition: 'busy' },
      { kind: 'again', at: NOW + 120_000, reason: 'retry-wait' },
    ],
    [
      'later',
      { disposition: 'declined', clientRung: 'no', operatorDecision: 'later' },
      { kind: 'again', at: NOW + 900_000, reason: 'operator-later' },
    ],
    [
      'no operator',
      { disposition: 'no-operator', clientRung: 'no' },
      { kind: 'again', at: NOW + 60_000, reason: 'no-operator' },
    ],
    [
      'an operator who left',
      { disposition: 'abandoned', clientDisposition: 'cancelled' },
      { kind: 'again', at: NOW + 10_000, reason: 'retry-wait' },
    ],
    [
      'a talk that was cut off',
      { disposition: 'answered', clientDisposition: 'lost', talk: 'cut' },
      { kind: 'again', at: NOW + 10_000, reason: 'cut-off' },
    ],
    [
      'a cause without a schedule',
      { disposition: 'carrier-failure', clientDisposition: 'carrier-failure' },
      { kind: 'again', at: NOW + 300_000, reason: 'retry-wait' },
    ],
    [
      'a crash',
      { disposition: 'unknown', clientRung: 'unknown' },
      { kind: 'again', at: NOW + 90_000, reason: 'retry-wait' },
    ],
    [
      'a crash before the client rang',
      { disposition: 'unknown', clientRung: 'no' },
      { kind: 'again', at: NOW + 90_000, reason: 'no-operator' },
    ],
  ])('after %s', (_, change, next) => {
    expect(afterAttempt(result(change), first, termsAt(NOW))).toEqual(next);
  });

  it('gives up after the last attempt', () => {
    const counts = { clientRung: POLICY.maxAttempts, clientNotRung: 0 };
    expect(afterAttempt(result({ clientDisposition: 'busy' }), counts, termsAt(NOW))).toMatchObject({
      kind: 'final',
      reason: 'attempts-used-up',
    });
  });

  it('repeats the last delay', () => {
    const busy = result({ disposition: 'busy', clientDisposition: 'busy' });
    expect(afterAttempt(busy, { clientRung: 4, clientNotRung: 0 }, termsAt(NOW))).toMatchObject({
      at: NOW + 900_000,
    });
  });

  it('waits for the next opening', () => {
    const terms = { ...termsAt(NOW), nextOpen: () => NOW + 5_000_000 };
    expect(afterAttempt(result({ clientDisposition: 'busy' }), first, terms)).toEqual({
      kind: 'again',
      at: NOW + 5_000_000,
      reason: 'outside-hours',
    });
  });
});
