/** How many leads each form or advertisement brought, and what became of them on the phone. */
import type { CsvRow } from '../values/csv-text.js';
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

export const tallyColumns = (by: TallyGrouping): readonly string[] => [
  by,
  ...['leads', 'reached', 'calls', 'talks', 'last_lead_at'],
];

/** As texts, for CSV. A form goes by its name, a lead without one is told as such by an empty cell. */
export function tallyCells(by: TallyGrouping, tally: LeadTally): CsvRow {
  const { key = '', name = key, leads, reached, calls, talks, lastLeadAt } = tally;
  return {
    [by]: name,
    leads: String(leads),
    reached: String(reached),
    calls: String(calls),
    talks: String(talks),
    last_lead_at: new Date(lastLeadAt).toISOString(),
  };
}
