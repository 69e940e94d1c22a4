/** The part of the Store port for tracked numbers: their stock, leases of pool numbers, attributions, costs. */
import type { Attribution } from '../../domain/attribution/attribution.js';
import type { AuditedNumber } from '../../domain/numbers/audited-number.js';
import type { LeaseTimes, PoolNumber } from '../../domain/numbers/lease.js';
import type { NumberLease } from '../../domain/numbers/number-lease.js';
import type { Cost, Placement } from '../../domain/numbers/offline.js';
import type { NumberKind, NumberState, TrackedNumber } from '../../domain/numbers/tracked-number.js';
import type { CallId, E164, Instant } from '../../domain/values/ids.js';

export interface NumberFilter {
  readonly project?: string;
  readonly state?: NumberState;
  readonly pool?: string;
  readonly trunk?: string;
}

export interface NumberRepository {
  byNumber(number: E164): Promise<TrackedNumber | undefined>;
  /** In the order of their digits. */
  list(filter?: NumberFilter): Promise<readonly TrackedNumber[]>;
  /** Adds or replaces. A number of state `pool` can be leased from then on; any other cannot any more. */
  put(number: TrackedNumber): Promise<void>;
  /** When any number was changed last, by a counter; for caches. */
  version(): Promise<string>;
}

export interface ShortlistWish {
  readonly pool: string;
  readonly visitorId: string;
  readonly like?: NumberKind;
  readonly now: Instant;
  readonly tailSeconds: number;
  readonly coolDownSeconds: number;
}

export interface LeaseWish extends ShortlistWish {
  /** New leases of the project in a minute, of all processes together; absent: without end. */
  readonly perMinute?: number;
}

/** What becomes of an asker; of none `decide` found nothing that fits. */
export type LeaseOutcome =
  | { readonly kind: 'taken'; readonly lease: NumberLease }
  | { readonly kind: 'lost' }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'none' };

export interface SignOfLife {
  readonly sessionId: string;
  readonly times: LeaseTimes;
  readonly at: Instant;
  readonly clicked?: E164;
}

export interface PoolHour {
  readonly pool: string;
  /** Start of the hour. */
  readonly hourAt: Instant;
  readonly issued: number;
  readonly lent: number;
  /** Visitors who got no number of the pool. */
  readonly overflowed: number;
  readonly called: number;
}

/** Leases of pool numbers. Every write is conditional, so it does not matter which process gets there first. */
export interface NumberLeaseRepository {
  /** The numbers of a pool among which the choice falls, whatever its size: a few rows. */
  shortlist(wish: ShortlistWish): Promise<readonly PoolNumber[]>;
  /**
   * Conditional: `lost` when the number was leased since, or its visitor came back. The lease it replaces is kept among
   * the past ones by the same write.
   */
  take(lease: NumberLease): Promise<'taken' | 'lost'>;
  /** `shortlist`, `decide` and `take` under one write lock; askers of the same moment share its commit. */
  lease(
    wish: LeaseWish,
    decide: (shortlist: readonly PoolNumber[]) => NumberLease | undefined,
  ): Promise<LeaseOutcome>;
  /** A number shown to many at once; no hold, only the fact. */
  addShared(lease: NumberLease): Promise<void>;
  /** Leases of a session in force, their pools included. */
  ofSession(sessionId: string): Promise<readonly NumberLease[]>;
  /** Conditional on the turn; `lost` when the number is another's by now. Never shortens a hold. */
  seen(
    lease: Pick<NumberLease, 'number' | 'turn'>,
    sign: Omit<SignOfLife, 'sessionId' | 'clicked'> & {
      readonly clickedAt?: Instant;
    },
  ): Promise<'kept' | 'lost'>;
  /** Leases of this number taken at or before `until` and last seen at or after `since`, newest first. */
  ofNumber(
    number: E164,
    span: { readonly since: Instant; readonly until: Instant },
  ): Promise<readonly NumberLease[]>;
  /** Free now, and all. */
  occupancy(pool: string, now: Instant): Promise<{ readonly free: number; readonly numbers: number }>;
  countOverflow(pool: string, hourAt: Instant): Promise<void>;
  hours(span: {
    readonly since: Instant;
    readonly until: Instant;
    readonly pool?: string;
  }): Promise<readonly PoolHour[]>;
  removePastOlderThan(before: Instant): Promise<number>;
}

export interface AttributionSpan {
  readonly since: Instant;
  readonly until: Instant;
}

export interface AttributionRepository {
  add(attribution: Attribution): Promise<void>;
  ofCall(callId: CallId): Promise<Attribution | undefined>;
  /** Earlier calls of this caller, oldest first. */
  ofCaller(caller: E164, span: AttributionSpan): Promise<readonly Attribution[]>;
  /** Oldest first. */
  ofProject(project: string, span: AttributionSpan): Promise<readonly Attribution[]>;
  /** What reports need of them, newest first. */
  reported(
    project: string,
    span: AttributionSpan & { readonly limit: number },
  ): Promise<readonly ReportedAttribution[]>;
  update(callId: CallId, change: Partial<Omit<Attribution, 'callId'>>): Promise<void>;
}

export type ReportedAttribution = Pick<
  Attribution,
  'callId' | 'at' | 'caller' | 'visitorId' | 'touches' | 'labels' | 'target' | 'repeatOf'
>;

export interface PlacementRepository {
  /** Adds or replaces the one of this number and first day. */
  put(placement: Placement): Promise<void>;
  list(number?: E164): Promise<readonly Placement[]>;
}

export interface CostRepository {
  /** Adds or replaces the one of this project, day, source, medium and campaign. */
  put(cost: Cost): Promise<void>;
  list(span: {
    readonly project: string;
    readonly from: string;
    readonly to: string;
  }): Promise<readonly Cost[]>;
}

/** The last audit of each number. */
export interface NumberAuditRepository {
  put(audited: AuditedNumber): Promise<void>;
  ofNumber(number: E164): Promise<AuditedNumber | undefined>;
  /** In the order of their digits. */
  list(): Promise<readonly AuditedNumber[]>;
}

export interface NumberRepositories {
  readonly numbers: NumberRepository;
  readonly numberLeases: NumberLeaseRepository;
  readonly attributions: AttributionRepository;
  readonly placements: PlacementRepository;
  readonly costs: CostRepository;
  readonly numberAudits: NumberAuditRepository;
}
