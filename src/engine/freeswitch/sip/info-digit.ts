/** A digit in a SIP INFO: `application/dtmf-relay` (Signal=5, Duration=160) or `application/dtmf` (the digit alone). */
import { headerOf } from '../../../wire/sip-message.js';
import type { SipRequest } from '../../../wire/sip-types.js';
import type { Digit } from '../channel/digit-queue.js';

const SAMPLES_PER_MS = 8;
const DEFAULT_SAMPLES = 2000;

export function infoDigit(message: SipRequest): Digit | undefined {
  const type = (headerOf(message, 'Content-Type') ?? '').toLowerCase();
  const relay = type.startsWith('application/dtmf-relay');
  if (!relay && !type.startsWith('application/dtmf')) return undefined;
  const digit = (relay ? /Signal\s*=\s*([0-9*#A-D])/i : /^\s*([0-9*#A-D])\s*$/i).exec(message.body)?.[1];
  const ms = Number(/Duration\s*=\s*(\d+)/i.exec(message.body)?.[1] ?? Number.NaN);
  return digit === undefined
    ? undefined
    : { digit, duration: Number.isNaN(ms) ? DEFAULT_SAMPLES : ms * SAMPLES_PER_MS, source: 'ENDPOINT' };
}
