/**
 * The one place of this program that reads the machine's clock and random source; `openFreeSwitch` takes others in
 * tests. Times are milliseconds since 1970 with fraction, so that microsecond stamps stay distinct.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { FreeSwitchIds } from './options.js';

export interface FreeSwitchClock {
  now(): number;
  /** Returns a function that cancels the timer. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: FreeSwitchClock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

export const randomIds: FreeSwitchIds = {
  uuid: () => randomUUID(),
  srtpKey: () => randomBytes(30).toString('base64'),
  tag: () => randomBytes(9).toString('base64url').replace(/[-_]/g, '0'),
};
