/** A clock that stands still until it is told to go on. For transactions and for replaying recorded traces. */
import type { SipClock } from '../../../src/sip/api.js';

export interface VirtualClock extends SipClock {
  /** Runs every timer that is due until then, in order of time. */
  advanceTo(ms: number): void;
  advance(ms: number): void;
  readonly timerCount: number;
}

export function createVirtualClock(start = 0): VirtualClock {
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  let now = start;

  function nextDue(until: number) {
    const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    return due[0];
  }

  function advanceTo(until: number): void {
    for (let timer = nextDue(until); timer; timer = nextDue(until)) {
      timers.delete(timer);
      now = Math.max(now, timer.at);
      timer.action();
    }
    now = Math.max(now, until);
  }

  return {
    now: () => now,
    after(ms, action) {
      const timer = { at: now + ms, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advanceTo,
    advance: (ms) => {
      advanceTo(now + ms);
    },
    get timerCount() {
      return timers.size;
    },
  };
}
