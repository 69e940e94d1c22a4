/** Marks, their tags, and tags by themselves. */
import { describe, expect, it } from 'vitest';
import { automaticTags, outcomeOf, tagsAfter } from '../../../src/domain/calls/outcome.js';

describe('an outcome', () => {
  it('is read from what was told', () => {
    const payload = { mark: 'later', by: 'anna', later_at: '2026-03-02T09:00:00.000Z' };
    expect(outcomeOf(payload, 5)).toEqual({
      mark: 'later',
      by: 'anna',
      at: 5,
      laterAt: Date.UTC(2026, 2, 2, 9),
    });
    expect(outcomeOf({ mark: 'target', later_at: 'soon', reason: '' }, 5)).toEqual({
      mark: 'target',
      by: 'unknown',
      at: 5,
    });
    expect(outcomeOf({ mark: 'great', by: 'anna' }, 5)).toBeUndefined();
  });

  it('takes the tags of the word before away', () => {
    const first = { mark: 'not-target', reason: 'vacancy', by: 'anna', at: 1 } as const;
    const tags = tagsAfter(['vip'], first, undefined);
    expect(tags).toEqual(['vip', 'not-target', 'vacancy']);
    expect(tagsAfter(tags, { mark: 'target', by: 'boss', at: 2 }, first)).toEqual(['vip', 'target']);
  });
});

describe('automatic tags', () => {
  const talk = { direction: 'inbound', disposition: 'answered', talkSeconds: 60, known: 'no' } as const;
  it.each([
    [talk, []],
    [{ ...talk, known: 'yes', talkSeconds: 9 } as const, ['known-client', 'short-talk']],
    [{ ...talk, talkSeconds: 0, disposition: 'abandoned' } as const, ['missed']],
    [{ ...talk, talkSeconds: 0, disposition: 'voicemail' } as const, ['missed', 'voicemail']],
    [{ ...talk, direction: 'callback', talkSeconds: 0, disposition: 'busy' } as const, []],
  ])('of %j', (ended, tags) => {
    expect(automaticTags(ended)).toEqual(tags);
  });
});
