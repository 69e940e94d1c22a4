/** The real clock and real chance of the media room, for programs that bring none. The only file here that has them. */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { MediaClock } from './api.js';

export const systemClock: MediaClock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** For SSRC, first sequence number and first timestamp (RFC 3550 §5.1, §8). */
export function randomUint32(): number {
  return randomBytes(4).readUInt32BE(0);
}
