/** A place in a queue: a noun of its own, which outlives the call when its caller asked to be called back. */
import type { QueueLeave } from '../dialplan/directives.js';
import type { ActivityId, CallId, E164, Instant, LeadId } from '../values/ids.js';

/**
 *   waiting ◄─► offered ─► left        waiting ─► callback ─► left
 * `offered`: an operator is being rung for it.
 */
export type QueueState = 'waiting' | 'offered' | 'callback' | 'left';

export interface QueueEntry {
  /** The activity that keeps the place. */
  readonly id: ActivityId;
  readonly queue: string;
  /** Operators of this group serve it. */
  readonly group?: string;
  /** The call it began in. */
  readonly callId: CallId;
  readonly clientNumber?: E164;
  readonly locale: string;
  readonly priority: number;
  readonly joinedAt: Instant;
  readonly state: QueueState;
  readonly operator?: string;
  readonly offeredAt?: Instant;
  readonly declinedBy?: string;
  readonly declinedAt?: Instant;
  readonly leftAt?: Instant;
  readonly how?: Exclude<QueueLeave, 'waiting'> | 'expired';
  /** What a callback was made of. */
  readonly leadId?: LeadId;
}

export const OPEN_QUEUE_STATES: readonly QueueState[] = ['waiting', 'offered', 'callback'];
