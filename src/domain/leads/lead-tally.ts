/** How many leads each form or advertisement brought, and what became of them on the phone. */
import type { Instant } from '../values/ids.js';

export const TALLY_GROUPINGS = ['form', 'ad', 'ad_group', 'campaign'] as const;
export type TallyGrouping = (typeof TALLY_GROUPINGS)[number];

export interface LeadTally {
  /** Id of the form, else the name that the source gives; absent: the leads name none. */
  readonly key?: string;
  /** Of the form. */
  readonly name?: string;
  /** Without tests. */
  readonly leads: number;
  readonly reached: number;
  /** Calls made for them, and those in which both talked. */
  readonly calls: number;
  readonly talks: number;
  readonly lastLeadAt: Instant;
}
