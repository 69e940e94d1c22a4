/** The rows of the disposition table that carriers and people argue about. */
import { describe, expect, it } from 'vitest';
import type { Ending, LegDisposition } from '../../../src/domain/calls/call.js';
import { legDisposition } from '../../../src/domain/calls/disposition.js';
import { postDialDelaySeconds, ringSeconds, talkSeconds } from '../../../src/domain/calls/metrics.js';

const callee = (sipStatus: number, q850?: number): Ending => ({
  by: 'callee',
  sipStatus,
  at: 0,
  ...(q850 === undefined ? {} : { q850 }),
});

describe('legDisposition', () => {
  it.each<[string, Ending, LegDisposition]>([
    ['486', callee(486), 'busy'],
    ['600', callee(600), 'busy'],
    ['408', callee(408), 'no-answer'],
    ['480', callee(480), 'no-answer'],
    ['487 by the far end', callee(487), 'no-answer'],
    ['487 after our CANCEL', { by: 'system', sipStatus: 487, at: 0 }, 'cancelled'],
    [
      '487 after our CANCEL because it rang too long',
      { by: 'system', sipStatus: 487, reason: 'timeout', at: 0 },
      'no-answer',
    ],
    ['603', callee(603), 'rejected'],
    ['403', callee(403), 'rejected'],
    ['404', callee(404), 'invalid-number'],
    ['484', callee(484), 'invalid-number'],
    ['604', callee(604), 'invalid-number'],
    ['500', callee(500), 'carrier-failure'],
    ['503', callee(503), 'carrier-failure'],
    ['302', callee(302), 'carrier-failure'],
    ['499, a status without a row', callee(499), 'carrier-failure'],
    ['480 with cause 17: the carrier means busy', callee(480, 17), 'busy'],
    ['503 with cause 1: the number does not exist', callee(503, 1), 'invalid-number'],
    ['480 with cause 16 says nothing more', callee(480, 16), 'no-answer'],
    ['603 with cause 17: the person has the last word', callee(603, 17), 'rejected'],
    ['404 with cause 17 stays', callee(404, 17), 'invalid-number'],
    ['cause 19 alone', { by: 'callee', q850: 19, at: 0 }, 'no-answer'],
    ['nothing known', { by: 'unknown', at: 0 }, 'unknown'],
    ['taken by another phone', { by: 'system', sipStatus: 487, reason: 'taken', at: 0 }, 'cancelled'],
    ['no channel of the trunk', { by: 'system', reason: 'channels', at: 0 }, 'carrier-failure'],
  ])('%s', (_, ending, disposition) => {
    expect(legDisposition(ending, {})).toBe(disposition);
  });

  it('keeps an answered leg answered whatever ends it, unless its media was lost', () => {
    expect(legDisposition({ by: 'callee', at: 9 }, { answeredAt: 1 })).toBe('answered');
    expect(legDisposition({ by: 'system', reason: 'media-timeout', at: 9 }, { answeredAt: 1 })).toBe('lost');
  });
});

describe('durations', () => {
  it('are told in seconds', () => {
    const leg = { invitedAt: 1000, ringingAt: 2500, answeredAt: 10_000, endedAt: 40_000 };
    expect(postDialDelaySeconds(leg)).toBe(1.5);
    expect(ringSeconds(leg)).toBe(7.5);
    expect(talkSeconds({ startedAt: 0, bridgedAt: 12_000, unbridgedAt: 40_000, endedAt: 41_000 })).toBe(28);
  });

  it('without an 18x the answer counts as what the caller heard first', () => {
    expect(postDialDelaySeconds({ invitedAt: 0, answeredAt: 800 })).toBe(0.8);
    expect(postDialDelaySeconds({ invitedAt: 0, endedAt: 800 })).toBeUndefined();
  });
});
