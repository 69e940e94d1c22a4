/** Dispositions and durations hold for every ending and every order of times. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ending, LegDisposition } from '../../../src/domain/calls/call.js';
import {
  callDisposition,
  explainEnding,
  legDisposition,
  type CallSummary,
} from '../../../src/domain/calls/disposition.js';
import {
  answeredSeconds,
  callSeconds,
  legTotals,
  postDialDelaySeconds,
  ringSeconds,
  talkSeconds,
} from '../../../src/domain/calls/metrics.js';

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
const by = fc.constantFrom('caller', 'callee', 'system', 'unknown');
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const ending = fc
  .record({
    by,
    sipStatus: optional(fc.integer({ min: -1, max: 1000 })),
    q850: optional(fc.integer({ min: -1, max: 200 })),
    reason: optional(fc.oneof(fc.string(), fc.constantFrom('cancelled', 'constructor', 'lost', 'channels'))),
  })
  .map(({ by: side, ...rest }): Ending => ({
    by: side,
    at: 0,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  }));

describe('disposition of a leg', () => {
  it('is one of the nine for every ending, answered or not', () => {
    fc.assert(
      fc.property(ending, optional(fc.nat()), (end, answeredAt) => {
        const explained = explainEnding(end, answeredAt === undefined ? {} : { answeredAt });
        expect(LEG).toContain(explained.disposition);
        expect(explained.reason).not.toBe('');
      }),
      { numRuns: 5000 },
    );
  });

  it('knows every final status from 300 to 699', () => {
    for (let sipStatus = 300; sipStatus < 700; sipStatus += 1) {
      expect(legDisposition({ by: 'callee', sipStatus, at: 0 }, {}), String(sipStatus)).not.toBe('unknown');
    }
  });

  it('never calls an unanswered leg answered, nor an answered one unanswered unless it was lost', () => {
    fc.assert(
      fc.property(ending, (end) => {
        expect(legDisposition(end, {})).not.toBe('answered');
        expect(['answered', 'lost']).toContain(legDisposition(end, { answeredAt: 1 }));
      }),
      { numRuns: 5000 },
    );
  });
});

const summary: fc.Arbitrary<CallSummary> = fc.record(
  {
    direction: fc.constantFrom('callback', 'inbound', 'click-to-call'),
    talked: fc.constantFrom('yes', 'no'),
    endedBy: fc.constantFrom('dialplan', 'caller', 'command', 'engine'),
    sought: fc.constantFrom('yes', 'no'),
    callerAnswered: fc.constantFrom('yes', 'no'),
    operatorDecision: fc.constantFrom('accepted', 'later', 'not-mine', 'spam', 'no-input'),
    clientDisposition: fc.constantFrom(...LEG),
  },
  { requiredKeys: ['direction', 'talked', 'endedBy', 'sought', 'callerAnswered'] },
);

describe('disposition of a call', () => {
  it('is answered whenever they talked, and never because a client was merely dialled', () => {
    fc.assert(
      fc.property(summary, (call) => {
        const disposition = callDisposition(call);
        if (call.talked === 'yes') expect(disposition).toBe('answered');
        else if (call.clientDisposition !== undefined) expect(disposition).not.toBe('answered');
      }),
    );
  });
});

describe('durations', () => {
  const at = fc.integer({ min: 0, max: 10_000_000 });
  it('are never negative, and talk is never longer than the call', () => {
    fc.assert(
      fc.property(
        fc.record(
          { startedAt: at, bridgedAt: at, unbridgedAt: at, endedAt: at },
          { requiredKeys: ['startedAt'] },
        ),
        (call) => {
          expect(talkSeconds(call)).toBeGreaterThanOrEqual(0);
          expect(talkSeconds(call)).toBeLessThanOrEqual(callSeconds(call));
        },
      ),
    );
  });

  it('of a leg are never negative, and its totals stay in range', () => {
    const leg = fc.record(
      { invitedAt: at, ringingAt: at, answeredAt: at, endedAt: at },
      { requiredKeys: ['invitedAt'] },
    );
    fc.assert(
      fc.property(fc.array(leg), (legs) => {
        for (const one of legs) {
          expect(
            Math.min(ringSeconds(one), answeredSeconds(one), postDialDelaySeconds(one) ?? 0),
          ).toBeGreaterThanOrEqual(0);
        }
        const { asr, acdSeconds } = legTotals(legs);
        expect(asr).toBeGreaterThanOrEqual(0);
        expect(asr).toBeLessThanOrEqual(1);
        expect(acdSeconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
