/** Whatever happens to an operator, his state stays one that can be explained. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  afterDeclined,
  afterTalk,
  afterUnanswered,
  freshState,
  standingOf,
  withDuty,
  type OperatorState,
  type Presence,
} from '../../../src/domain/routing/operator-state.js';

const TERMS = { rejectDelaySeconds: 20, noAnswerDelaySeconds: 60, maxNoAnswer: 3 };
const HERE: Omit<Presence, 'now'> = { scheduled: 'yes', reachable: 'yes', engaged: 'no' };

const STEPS: Readonly<Record<string, (state: OperatorState, at: number) => OperatorState>> = {
  talk: (state, at) => afterTalk(state, at, 15),
  declined: (state, at) => afterDeclined(state, at, TERMS),
  unanswered: (state, at) => afterUnanswered(state, at, TERMS),
  on: (state, at) => withDuty(state, 'on', 'api', at),
  paused: (state, at) => withDuty(state, 'paused', 'phone', at),
};
const steps = fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 30 });

function after(names: readonly string[]): OperatorState {
  return names.reduce((state, name, n) => STEPS[name]?.(state, (n + 1) * 1000) ?? state, freshState('anna'));
}

describe('an operator', () => {
  it.prop([steps])('is paused by the third call in a row that he let ring, not before', (names) => {
    const state = after([...names, 'on', 'unanswered', 'unanswered']);
    expect(state.duty).toBe('on');
    expect(afterUnanswered(state, 1, TERMS)).toMatchObject({ duty: 'paused', changedBy: 'unanswered' });
  });

  it.prop([steps])('who comes back to duty is free at once', (names) => {
    const state = after([...names, 'on']);
    expect(standingOf(state, { ...HERE, now: names.length * 1000 })).toEqual({ kind: 'free' });
  });

  it.prop([steps])('is free when every rest is over, unless he is paused', (names) => {
    const state = after(names);
    const { kind } = standingOf(state, { ...HERE, now: 10_000_000 });
    expect(kind).toBe(state.duty === 'on' ? 'free' : 'paused');
  });

  it.prop([steps])('is never rung while engaged, away or unreachable', (names) => {
    const state = after(names);
    for (const away of [{ scheduled: 'no' }, { reachable: 'no' }, { engaged: 'yes' }] as const)
      expect(standingOf(state, { ...HERE, ...away, now: 10_000_000 }).kind).not.toBe('free');
  });

  /** What a person would say who watched him, and counted. */
  const happenings = fc.array(
    fc.record({
      what: fc.constantFrom('talk', 'declined', 'unanswered', 'on'),
      after: fc.integer({ min: 1, max: 90 }),
    }),
    { maxLength: 20 },
  );
  it.prop([happenings, fc.nat(120), fc.integer({ min: 1, max: 4 })])(
    'stands as an onlooker would count it',
    (all, askedAfter, maxNoAnswer) => {
      const terms = { ...TERMS, maxNoAnswer };
      let state = freshState('anna');
      let now = 0;
      let [inARow, paused, wrapUpUntil, restUntil] = [0, 'no', 0, 0];
      for (const { what, after: seconds } of all) {
        now += seconds * 1000;
        if (what === 'talk') {
          state = afterTalk(state, now, 15);
          [inARow, wrapUpUntil] = [0, now + 15_000];
        } else if (what === 'declined') {
          state = afterDeclined(state, now, terms);
          [inARow, restUntil] = [0, now + 20_000];
        } else if (what === 'unanswered') {
          state = afterUnanswered(state, now, terms);
          [inARow, restUntil] = [inARow + 1, now + 60_000];
          if (inARow >= maxNoAnswer) paused = 'yes';
        } else {
          state = withDuty(state, 'on', 'api', now);
          [inARow, paused, wrapUpUntil, restUntil] = [0, 'no', 0, 0];
        }
      }
      now += askedAfter * 1000;
      const { kind } = standingOf(state, { ...HERE, now });
      const rests = now < restUntil ? 'resting' : 'free';
      expect(kind).toBe(paused === 'yes' ? 'paused' : now < wrapUpUntil ? 'wrap-up' : rests);
    },
  );
});
