/** The real clock, for main. The one place of this room with timers. */
import type { Clock } from '../app/ports/ports.js';

/** setTimeout takes no longer wait (2³¹ − 1 ms, 24.8 days): it would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Wall-clock time, because processes compare their leases by it. */
export const systemClock: Clock = {
  // eslint-disable-next-line no-restricted-syntax -- the adapter that the rule asks for
  now: () => Date.now(),
  after(ms, action) {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      const wait = Math.min(left, LONGEST_TIMER_MS);
      timer = setTimeout(() => (left > wait ? arm(left - wait) : action()), wait);
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};
