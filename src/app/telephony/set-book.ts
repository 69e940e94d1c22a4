/** The telephony sets in force in this process: one for everybody, and perhaps a canary for some callers. */
import { isInCanary } from '../../domain/routing/set-versions.js';
import type { TelephonySet } from '../config.js';

export interface Canary {
  readonly set: TelephonySet;
  readonly version: number;
  readonly percent: number;
}

export class SetBook {
  private whole: TelephonySet;
  private canary: Canary | undefined;

  constructor(first: TelephonySet) {
    this.whole = first;
  }

  /** Without a caller, or for one outside the canary, the set for everybody. */
  for(caller?: string): TelephonySet {
    const { canary } = this;
    if (canary === undefined || caller === undefined) return this.whole;
    return isInCanary(digitsOf(caller), canary.version, canary.percent) ? canary.set : this.whole;
  }

  all(): readonly TelephonySet[] {
    return this.canary === undefined ? [this.whole] : [this.whole, this.canary.set];
  }

  /** Ends a canary. */
  swap(set: TelephonySet): void {
    this.whole = set;
    this.canary = undefined;
  }

  tryOut(canary: Canary): void {
    this.canary = canary;
  }
}

/** `+4930123456`, `4930123456` and `sip:+4930123456@x` are one caller; one without a number is told apart by its text. */
function digitsOf(caller: string): string {
  const digits = caller.replace(/@.*$/, '').replaceAll(/\D/g, '');
  return digits === '' ? caller : digits;
}
