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
});
