/** What intake answers to whoever brought leads. Made by takeLead and takePush, shown by http and cli. */
import type {
  Connection,
  LeadReason,
  LeadStatus,
  Push,
  PushResult,
  PushSource,
} from '../../domain/leads/lead.js';
import type { Instant, LeadId, PushId } from '../../domain/values/ids.js';

export interface TakenLead {
  readonly leadId: LeadId;
  readonly status: LeadStatus;
  /** A code of LEAD_REASONS; `reasonText` says it in words. */
  readonly reason: LeadReason;
  /** Language in which whoever posts is answered: the lead's, else its form's, connection's or group's. */
  readonly locale?: string;
  /** The first lead, of which this one is a repetition: whoever posts is answered with its id. */
  readonly duplicateOf?: LeadId;
  /** Absent when the lead will not be called. */
  readonly willCallAt?: Instant;
}

/** A push whose signature the http room has checked already. */
export interface PushRequest {
  readonly source: PushSource;
  readonly connection: Connection;
  /** As it came over the wire. */
  readonly body: string;
  readonly signature: Push['signature'];
}

export interface TakenPush {
  readonly pushId: PushId;
  readonly results: readonly PushResult[];
}

/** What a withdrawal found. `calling`: a call was going on and was hung up. */
export type Withdrawal =
  { readonly kind: 'withdrawn' } | { readonly kind: 'already-final'; readonly status: LeadStatus };
