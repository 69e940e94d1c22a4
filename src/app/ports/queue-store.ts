/** The part of the Store port that keeps places in queues. */
import type { QueueEntry, QueueState } from '../../domain/queues/queue-entry.js';
import type { ActivityId, CallId, Instant } from '../../domain/values/ids.js';

/** Places in queues. */
export interface QueueRepository {
  /** `full` when `mostWaiting` are there already. */
  join(entry: QueueEntry, mostWaiting?: number): Promise<'joined' | 'full'>;
  byId(id: ActivityId): Promise<QueueEntry | undefined>;
  /** Waiting, offered or due for a callback, in the order of their turn. */
  open(): Promise<readonly QueueEntry[]>;
  /** Conditional on the state it is in; `lost` also when the operator is being rung for somebody else. */
  move(
    id: ActivityId,
    from: readonly QueueState[],
    change: Partial<Omit<QueueEntry, 'id'>>,
  ): Promise<'moved' | 'lost'>;
  /** The call is over: its caller waits no longer, unless for a callback. */
  leaveAll(callId: CallId, at: Instant): Promise<void>;
  /** Mean wait in seconds of the last callers who were served; undefined without any. */
  meanWait(queue: string, last: number): Promise<number | undefined>;
}
