/** The part of the Store port for visitors of the sites and their visits. */
import type {
  AnalyticsIds,
  Visitor,
  VisitorSession,
  VisitorSnapshot,
} from '../../domain/attribution/visitor.js';
import type { CallId, Instant, LeadId, SessionId, VisitorId } from '../../domain/values/ids.js';

/** Visitors of the sites and their visits. Ids are made by us; one that is not stored was never given out or has expired. */
export interface VisitorRepository {
  add(visitor: Visitor): Promise<void>;
  byId(id: VisitorId): Promise<Visitor | undefined>;
  update(id: VisitorId, change: Partial<Omit<Visitor, 'id'>>): Promise<void>;
  addSession(session: VisitorSession): Promise<void>;
  session(id: SessionId): Promise<VisitorSession | undefined>;
  updateSession(id: SessionId, change: Partial<Omit<VisitorSession, 'id' | 'visitorId'>>): Promise<void>;
  /** Newest first. */
  sessionsOf(id: VisitorId, limit: number): Promise<readonly VisitorSession[]>;
  /** Who was seen last with one of these ids of other measuring systems. */
  visitorWith(ids: Pick<AnalyticsIds, 'gaClientId' | 'metricaClientId'>): Promise<VisitorId | undefined>;
  /** What was known of the visitor when this call rang or this lead came. Written once: a second one is ignored. */
  keepSnapshot(owner: CallId | LeadId, snapshot: VisitorSnapshot): Promise<void>;
  snapshotOf(owner: CallId | LeadId): Promise<VisitorSnapshot | undefined>;
  /** Of those that have one, by owner. */
  snapshotsOf(owners: readonly (CallId | LeadId)[]): Promise<ReadonlyMap<CallId | LeadId, VisitorSnapshot>>;
  /** Visits last heard of before `before`, visitors none is left of, and snapshots. Answers how many visits. */
  removeOlderThan(before: Instant): Promise<number>;
}
