/** The part of the Store port for deals of the CRM. */
import type { Deal, DealStatus } from '../../domain/deals/deal.js';
import type { CallId, DealId, E164, Instant, LeadId } from '../../domain/values/ids.js';
import type { Page, PageRequest } from './store.js';

export interface DealFilter extends PageRequest {
  readonly status?: DealStatus;
  readonly phone?: E164;
  readonly leadId?: LeadId;
  readonly callId?: CallId;
  readonly externalId?: string;
  readonly project?: string;
  /** By when the deal began; `to` is exclusive. */
  readonly from?: Instant;
  readonly to?: Instant;
}

/** What reports need of a deal. */
export type ReportedDeal = Pick<
  Deal,
  'id' | 'project' | 'status' | 'amount' | 'currency' | 'at' | 'openedAt' | 'contactAt' | 'touches' | 'labels'
>;

export interface DealRepository {
  add(deal: Deal): Promise<void>;
  byId(id: DealId): Promise<Deal | undefined>;
  byExternalId(externalId: string): Promise<Deal | undefined>;
  replace(deal: Deal): Promise<void>;
  /** Newest first, by when the deal began. */
  list(filter: DealFilter): Promise<Page<Deal>>;
  /** Those that began or came to their status in this time, of every project; newest first. */
  reported(span: {
    readonly since: Instant;
    readonly until: Instant;
    readonly limit: number;
  }): Promise<readonly ReportedDeal[]>;
}
