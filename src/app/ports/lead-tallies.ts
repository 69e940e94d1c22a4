/** Counting leads by where they came from: a part of the Store port. */
import type { LeadTally, TallyGrouping } from '../../domain/leads/lead-tally.js';
import type { ConnectionId, Instant } from '../../domain/values/ids.js';

export interface TallyRequest {
  readonly by: TallyGrouping;
  readonly connectionId?: ConnectionId;
  /** Of the leads; `to` is outside. */
  readonly from: Instant;
  readonly to: Instant;
}

export interface LeadTallyRepository {
  /** Most leads first. */
  count(request: TallyRequest): Promise<readonly LeadTally[]>;
}
