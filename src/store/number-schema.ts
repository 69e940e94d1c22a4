/** Rows of the tables of 0009-numbers, as schema.ts lists them. */
import type { AuditResult } from '../domain/numbers/audited-number.js';
import type { Attribution } from '../domain/attribution/attribution.js';
import type { NumberLease } from '../domain/numbers/number-lease.js';
import type { TrackedNumber } from '../domain/numbers/tracked-number.js';
import type { CallId, E164, Instant } from '../domain/values/ids.js';

export interface NumberRow {
  readonly number: E164;
  readonly state: TrackedNumber['state'];
  readonly project: string;
  readonly type: TrackedNumber['type'];
  readonly country: string | null;
  readonly area: string | null;
  readonly trunk: string | null;
  readonly dialplan: string | null;
  readonly pool: string | null;
  readonly labels: string;
  readonly fail_safe: E164 | null;
  readonly cool_down_until: Instant | null;
  readonly monthly_cost: number | null;
  readonly note: string | null;
}

/** Without a visitor: never leased yet, turn 0. */
export interface NumberLeaseRow {
  readonly number: E164;
  readonly turn: number;
  readonly pool: string;
  readonly project: string;
  /** `type:country`, which a number of a page must equal. */
  readonly kind: string;
  readonly area: string | null;
  readonly visitor_id: string | null;
  readonly session_id: string | null;
  readonly labels: string | null;
  readonly page: string | null;
  readonly taken_at: Instant;
  readonly seen_at: Instant;
  readonly clicked_at: Instant | null;
  readonly held_until: Instant;
  readonly tail_until: Instant;
  readonly free_at: Instant;
  readonly taken_as: NumberLease['as'] | null;
}

export interface PoolHourRow {
  readonly pool: string;
  readonly hour_at: Instant;
  readonly overflowed: number;
}

export interface AttributionRow {
  readonly call_id: CallId;
  readonly at: Instant;
  readonly number: E164;
  readonly project: string;
  readonly pool: string | null;
  readonly caller: E164 | null;
  readonly outcome: Attribution['outcome'];
  readonly visitor_id: string | null;
  readonly session_id: string | null;
  readonly confidence: number;
  readonly candidates: string;
  readonly touches: string;
  readonly labels: string;
  readonly model: Attribution['model'];
  readonly page: string | null;
  readonly repeat_of: CallId | null;
  readonly target: 'yes' | 'no' | null;
  readonly target_rule: string | null;
}

export interface PlacementRow {
  readonly number: E164;
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly name: string;
  readonly labels: string;
}

export interface CostRow {
  readonly project: string;
  readonly day: string;
  readonly source: string;
  readonly medium: string;
  readonly campaign: string;
  readonly amount: number;
  readonly currency: string;
}

export interface NumberAuditRow {
  readonly number: E164;
  readonly at: Instant;
  readonly trunk: string;
  readonly result: AuditResult;
  readonly arrived_as: string | null;
  readonly arrived_on: string | null;
  readonly plan: string | null;
  readonly sip_status: number | null;
}

/** One a scope: the minute counted last. */
export interface RateCountRow {
  readonly scope: string;
  readonly minute_at: Instant;
  readonly count: number;
}

export interface NumberTables {
  readonly numbers: NumberRow;
  readonly number_leases: NumberLeaseRow;
  readonly past_leases: NumberLeaseRow;
  readonly pool_hours: PoolHourRow;
  readonly attributions: AttributionRow;
  readonly placements: PlacementRow;
  readonly costs: CostRow;
  readonly number_audits: NumberAuditRow;
  readonly rate_counts: RateCountRow;
}
