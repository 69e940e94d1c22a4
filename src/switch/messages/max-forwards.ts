/** A call that we pass on again and again must end some day (RFC 7332 §4): each leg has one hop less than that before it. */
import type { SipHeaders } from '../libraries.js';

interface Passed {
  readonly hopsLeft: number | undefined;
}

export function hopsBeyond(beside: Passed | undefined): number | undefined {
  return beside?.hopsLeft === undefined ? undefined : beside.hopsLeft - 1;
}

export function isLooping({ hopsLeft }: Passed): boolean {
  return hopsLeft !== undefined && hopsLeft < 0;
}

export function hopHeaders({ hopsLeft }: Passed): SipHeaders {
  return hopsLeft === undefined ? {} : { 'Max-Forwards': String(hopsLeft) };
}
