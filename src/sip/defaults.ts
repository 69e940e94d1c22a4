/** Timer values and limits of this room, with their sources. */
import type { SipLimits, SipTimers } from './api.js';

/** RFC 3261 table 4. */
export const DEFAULT_TIMERS: SipTimers = {
  t1: 500,
  t2: 4000,
  t4: 5000,
  transactionLimit: 32_000,
  timerD: 32_000,
  firstInviteResend: 500,
};

export const DEFAULT_LIMITS: SipLimits = { messageBytes: 65_535, headerCount: 256, headerBytes: 8192 };
