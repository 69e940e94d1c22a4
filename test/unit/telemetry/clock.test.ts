import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/telemetry/clock.js';

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('calls after the time, not when cancelled', () => {
    const called: string[] = [];
    systemClock.after(10, () => called.push('a'));
    systemClock.after(10, () => called.push('b'))();
    vi.advanceTimersByTime(9);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual(['a']);
  });

  it('keeps waits longer than a timer can take', () => {
    const DAY = 86_400_000;
    let called = 0;
    systemClock.after(60 * DAY, () => (called += 1));
    const cancel = systemClock.after(60 * DAY, () => (called += 1));
    vi.advanceTimersByTime(59 * DAY);
    expect(called).toBe(0);
    cancel();
    vi.advanceTimersByTime(DAY);
    expect(called).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
