/** The real clock of this room, given to it by main, and to the CLI's previews. The one place with timers. */
import type { Clock } from '../app/ports/ports.js';

export const systemClock: Clock = {
  // eslint-disable-next-line no-restricted-syntax -- the adapter that the rule asks for
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
