/** The real clock and real chance, for programs that do not bring their own. The only file of this room that has them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { SipClock, SipIds } from './api.js';

/** Milliseconds since the epoch with microseconds as fraction, and never backwards. */
export const systemClock: SipClock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** RFC 3261 §19.3: at least 32 bits of randomness; 80 here. */
export const systemIds: SipIds = {
  branch: () => randomBytes(10).toString('hex'),
  tag: () => randomBytes(10).toString('hex'),
  callId: () => randomUUID(),
};
