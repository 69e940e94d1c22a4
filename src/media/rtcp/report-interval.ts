/** When the next RTCP report is due (RFC 3550 §6.2, §6.3.1). Pure; asked by rtcp-session.ts. */

/** e − 3/2: what timer reconsideration lengthens the interval by is taken back (§6.3.1). */
const COMPENSATION = Math.E - 1.5;
const ALL_UINT32 = 2 ** 32;

/**
 * Of `minimumMs`, which the bandwidth never asks to be longer between two parties: half of it at first, then spread over
 * half to one and a half, so that ports opened together do not report together.
 */
export function reportInterval(minimumMs: number, turn: 'first' | 'later', randomUint32: number): number {
  const usual = turn === 'first' ? minimumMs / 2 : minimumMs;
  return (usual * (0.5 + randomUint32 / ALL_UINT32)) / COMPENSATION;
}
