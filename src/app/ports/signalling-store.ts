/** Part of the Store port: SIP messages of legs and INVITEs to gateways. */
import type { GatewayAttempt, SipTrace } from '../../domain/signalling/signalling.js';
import type { CallId, Instant } from '../../domain/values/ids.js';

/** What was seen of legs on the wire. */
export interface SignallingRepository {
  /** Messages of legs that are not stored are dropped. */
  add(traces: readonly SipTrace[], attempts: readonly GatewayAttempt[]): Promise<void>;
  ofCall(callId: CallId): Promise<readonly SipTrace[]>;
  attemptsOf(callId: CallId): Promise<readonly GatewayAttempt[]>;
  /** Messages; answers how many. */
  removeOlderThan(before: Instant): Promise<number>;
}

export interface SignallingRepositories {
  readonly signalling: SignallingRepository;
}
