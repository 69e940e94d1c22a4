/** Names of leased things. Whoever takes one names it here, so that no two rooms spell it differently. */
import type { CallId, E164, LegId } from '../../domain/values/ids.js';

/** Longer than any call. finishCall gives lines back; after a crash the reconcile that closes the call does. */
export const LINE_LEASE_MS = 6 * 3_600_000;

/** Phones and lines of a leg whose end nobody saw stay taken this long after its call was closed. */
export const DOUBT_LEASE_MS = 120_000;

export const callLease = (callId: CallId): string => `call:${callId}`;

/** Call of a lease's name; undefined for other leases. */
export function callOfLease(resource: string): CallId | undefined {
  return resource.startsWith('call:') ? (resource.slice('call:'.length) as CallId) : undefined;
}

export const deviceLease = (operator: string, device: number): string => `device:${operator}:${device}`;
export const phoneLease = (phone: E164): string => `phone:${phone}`;
export const trunkPool = (trunk: string): string => `trunk:${trunk}`;
export const secondPool = (trunk: string): string => `cps:${trunk}`;

/** A slot of the current second is never given back: it runs out. Its owner is not the leg's, which frees its lines. */
export const secondOwner = (owner: LegId | CallId): string => `cps:${owner}`;
