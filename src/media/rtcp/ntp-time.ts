/**
 * Times of RTCP reports from monotonic milliseconds: what a report compares is always its own sender's clock, which may
 * count from any moment (RFC 3550 §6.4.1). Pure.
 */
import type { NtpTime } from '../../wire/rtcp-packet.js';

const FRACTIONS = 2 ** 32;
/** Of the middle 32 bits: 1/65536 s. */
const SHORT_UNITS = 65_536;

export function ntpTime(ms: number): NtpTime {
  const seconds = Math.floor(ms / 1000);
  return { seconds: seconds >>> 0, fraction: Math.floor((ms / 1000 - seconds) * FRACTIONS) };
}

/** 16 bits of seconds, 16 of their fraction. */
export function middleBits({ seconds, fraction }: NtpTime): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

export function shortUnits(ms: number): number {
  return Math.round((ms / 1000) * SHORT_UNITS) >>> 0;
}

/** A − LSR − DLSR (figure 2); undefined when no report of ours was seen, or the sum makes no sense. */
export function roundTripMs(
  arrivedMs: number,
  { lastReport, delay }: { readonly lastReport: number; readonly delay: number },
): number | undefined {
  if (lastReport === 0) return undefined;
  const units = (middleBits(ntpTime(arrivedMs)) - lastReport - delay) | 0;
  return units < 0 ? undefined : (1000 * units) / SHORT_UNITS;
}
