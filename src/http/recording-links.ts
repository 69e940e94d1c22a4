/**
 * Addresses under which a CRM's people hear a recording without an API key of ours: `<public URL>/recordings/<call>/
 * <last second>-<mac>.wav`. The MAC covers call and time, so no other call can be named and no link outlives its days.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RecordingLinks } from '../app/ports/ports.js';
import type { Instant } from '../domain/values/ids.js';

export interface CheckedRecordingLinks extends RecordingLinks {
  /** `named`: the last part of the path. */
  isOurs(callId: string, named: string, now: Instant): 'yes' | 'no' | 'expired';
}

export interface RecordingLinkSettings {
  readonly publicUrl: string;
  /** The same after a restart, or links that were given out are dead. */
  readonly secret: string;
  readonly days: number;
}

const DAY_SECONDS = 86_400;

export function createRecordingLinks({
  publicUrl,
  secret,
  days,
}: RecordingLinkSettings): CheckedRecordingLinks {
  const base = publicUrl.replace(/\/+$/, '');
  const nameOf = (callId: string, until: number): string => {
    const mac = createHmac('sha256', `dialtrace recordings ${secret}`).update(`${callId}\n${until}`);
    return `${until}-${mac.digest('hex')}.wav`;
  };
  return {
    urlOf: (callId, now) =>
      `${base}/recordings/${callId}/${nameOf(callId, Math.ceil(now / 1000 / DAY_SECONDS + days) * DAY_SECONDS)}`,
    isOurs(callId, named, now) {
      const until = /^(\d{1,12})-/.exec(named)?.[1] ?? '0';
      const [right, given] = [Buffer.from(nameOf(callId, Number(until))), Buffer.from(named)];
      if (right.length !== given.length || !timingSafeEqual(right, given)) return 'no';
      return Number(until) * 1000 < now ? 'expired' : 'yes';
    },
  };
}
