/** One visitor's lease of one number, as the store keeps it: the present one of each number, and all that were. */
import type { E164, Instant } from '../values/ids.js';
import type { LeaseTimes } from './lease.js';
import type { SourceLabels } from './tracked-number.js';

export interface NumberLease extends LeaseTimes {
  readonly number: E164;
  /** Counts the leases of a number, from 1; number and turn name a lease for ever. */
  readonly turn: number;
  readonly pool: string;
  readonly project: string;
  readonly visitorId: string;
  readonly sessionId: string;
  /** What the visit was labelled with when the number was shown. */
  readonly labels: SourceLabels;
  /** Path of the page where it was shown. */
  readonly page?: string;
  readonly takenAt: Instant;
  /** Last sign of life of the visitor. */
  readonly seenAt: Instant;
  /** Last click on a `tel:` link with this number. */
  readonly clickedAt?: Instant;
  readonly as: 'own' | 'free' | 'lent' | 'shared';
}
