/** Names of leased things. Whoever takes one names it here, so that no two rooms spell it differently. */
import { AFTER_UNKNOWN_SECONDS } from '../../../domain/retry/after-attempt.js';
import type { Telephony } from '../../../domain/routing/telephony.js';
import type { CallId, E164, LegId } from '../../../domain/values/ids.js';

/** Longer than any call. finishCall gives lines back; after a crash the reconcile that closes the call does. */
export const LINE_LEASE_MS = 6 * 3_600_000;

/** Phones and lines of a leg whose end nobody saw stay taken until the longest ring of these settings is over. */
export function doubtLeaseMs({ callbacks, groups }: Telephony): number {
  const rings = [
    ...Object.values(callbacks).map(({ clientRingSeconds }) => clientRingSeconds),
    ...Object.values(groups).map(({ ringSeconds }) => ringSeconds),
  ];
  return (Math.max(LEAST_RING_SECONDS, ...rings) + AFTER_UNKNOWN_SECONDS) * 1000;
}

/** The set in force may have been swapped since the leg was invited. */
const LEAST_RING_SECONDS = 60;

export const callLease = (callId: CallId): string => `call:${callId}`;

/** What the names of all devices begin with. */
export const DEVICES = 'device:';
export const deviceLease = (operator: string, device: number): string => `device:${operator}:${device}`;
export const phoneLease = (phone: E164): string => `phone:${phone}`;
export const parkingSlot = (slot: string): string => `park:${slot}`;
export const trunkPool = (trunk: string): string => `trunk:${trunk}`;
export const secondPool = (trunk: string): string => `cps:${trunk}`;

/** A slot of the current second is never given back: it runs out. Its owner is not the leg's, which frees its lines. */
export const secondOwner = (owner: LegId | CallId): string => `cps:${owner}`;
