/** Digits in SIP INFO (application/dtmf-relay), the way of phones that were told not to use RFC 4733. */
import { samplesOfMs } from '../media/frame.js';
import { headerOf } from '../wire/sip-message.js';
import type { SipHeader, SipRequest } from '../wire/sip-types.js';

export const DTMF_RELAY: SipHeader = { name: 'Content-Type', value: 'application/dtmf-relay' };
const DEFAULT_MS = 160;

export function writeDtmfInfo(digit: string, durationMs = DEFAULT_MS): string {
  return `Signal=${digit}\r\nDuration=${durationMs}\r\n`;
}

/** `undefined` when the request carries no digit. */
export function readDtmfInfo(
  request: SipRequest,
): { readonly digit: string; readonly durationSamples: number } | undefined {
  const type = headerOf(request, 'Content-Type')?.toLowerCase() ?? '';
  if (request.method !== 'INFO' || !type.startsWith(DTMF_RELAY.value)) return undefined;
  const digit = /^Signal\s*=\s*([0-9A-D*#])/im.exec(request.body)?.[1];
  const ms = Number(/^Duration\s*=\s*(\d+)/im.exec(request.body)?.[1] ?? DEFAULT_MS);
  return digit === undefined ? undefined : { digit: digit.toUpperCase(), durationSamples: samplesOfMs(ms) };
}
