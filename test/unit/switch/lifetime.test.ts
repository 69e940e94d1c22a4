import { describe, expect, it } from 'vitest';
import { Lifetime, Outcome, settle } from '../../../src/switch/lifetime.js';

/** Timers that fire when the test says so. */
function handClock() {
  const timers = new Set<() => void>();
  return {
    timers,
    now: () => 0,
    after: (_ms: number, action: () => void) => {
      timers.add(action);
      return () => timers.delete(action);
    },
  };
}

describe('settle', () => {
  const never = () => new Promise<never>(() => undefined);

  it('gives value, failure and synchronous throw, and leaves no timer or listener', async () => {
    const clock = handClock();
    const limits = { clock, deadlineMs: 10, owner: new Lifetime<string>() };
    expect(await settle(() => Promise.resolve(1), limits)).toEqual({ kind: 'value', value: 1 });
    expect(await settle(() => Promise.reject(new Error('no')), limits)).toMatchObject({ kind: 'failed' });
    const thrower = () => {
      throw new TypeError('library bug');
    };
    expect(await settle(thrower, limits)).toMatchObject({ kind: 'failed' });
    expect(clock.timers.size).toBe(0);
  });

  it('is late when the library is silent', async () => {
    const clock = handClock();
    const settled = settle(never, { clock, deadlineMs: 10 });
    for (const fire of clock.timers) fire();
    expect(await settled).toEqual({ kind: 'late' });
  });

  it('ends with its owner, also one that is over already', async () => {
    const clock = handClock();
    const owner = new Lifetime<string>();
    const settled = settle(never, { clock, owner });
    owner.end('gone');
    expect(await settled).toEqual({ kind: 'ended' });
    expect(await settle(never, { clock, owner })).toEqual({ kind: 'ended' });
  });
});

describe('Lifetime', () => {
  it('tells each listener once and knows the first reason', () => {
    const life = new Lifetime<string>();
    const heard: string[] = [];
    life.onEnd((why) => heard.push(why));
    const release = life.onEnd((why) => heard.push(`released ${why}`));
    release();
    expect([life.end('a'), life.end('b')]).toEqual([true, false]);
    life.onEnd((why) => heard.push(`late ${why}`));
    expect(heard).toEqual(['a', 'late a']);
    expect(life.ending).toBe('a');
  });
});

describe('Outcome', () => {
  it('keeps its first value', async () => {
    const outcome = new Outcome<number>();
    outcome.settle(1);
    outcome.settle(2);
    expect(outcome.settled).toBe(true);
    expect(await outcome.promise).toBe(1);
  });
});
