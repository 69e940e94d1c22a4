/** Part of the Store port: SIP messages of legs and INVITEs to gateways. */
import type { GatewayAttempt, SipTrace } from '../../domain/signalling/signalling.js';
import type { LegQuality } from '../../domain/calls/quality.js';
import type { CallId, Instant } from '../../domain/values/ids.js';

/** What was seen of legs on the wire. */
export interface SignallingRepository {
  /** Messages of legs that are not stored are dropped. */
  add(seen: {
    readonly traces?: readonly SipTrace[];
    readonly attempts?: readonly GatewayAttempt[];
    readonly qualities?: readonly LegQuality[];
  }): Promise<void>;
  ofCall(callId: CallId): Promise<readonly SipTrace[]>;
  attemptsOf(callId: CallId): Promise<readonly GatewayAttempt[]>;
  /** Of the legs that had RTP and are over. */
  qualitiesOf(callId: CallId): Promise<readonly LegQuality[]>;
  /** Messages; answers how many. */
  removeOlderThan(before: Instant): Promise<number>;
}

export interface SignallingRepositories {
  readonly signalling: SignallingRepository;
}
