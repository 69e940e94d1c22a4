/** Tables of migrations 0011 and 0014. */
import type { Generated } from 'kysely';
import type { GatewayAttempt, SipTrace } from '../domain/signalling/signalling.js';
import type { CallId, Instant, LegId } from '../domain/values/ids.js';

export interface SipMessageRow {
  readonly leg_id: LegId;
  readonly at: Instant;
  readonly direction: SipTrace['direction'];
  readonly protocol: string;
  readonly remote: string | null;
  readonly local: string | null;
  readonly text: string;
}

/** `seq`: as the switch told them. */
export interface SipMessageTable extends SipMessageRow {
  readonly seq: Generated<number>;
}

export interface GatewayAttemptRow {
  readonly leg_id: LegId;
  readonly call_id: CallId;
  readonly trunk: string;
  readonly gateway: string;
  readonly hop: string | null;
  readonly started_at: Instant;
  readonly ended_at: Instant;
  readonly sip_status: number | null;
  readonly post_dial_delay_ms: number | null;
  readonly outcome: GatewayAttempt['outcome'];
  readonly why: string;
}

export interface LegQualityRow {
  readonly leg_id: LegId;
  readonly at: Instant;
  readonly trunk: string | null;
  readonly packets: number;
  readonly lost: number;
  readonly jitter_ms: number;
  readonly mos: number;
  readonly far_end_mos: number | null;
  readonly far_end_loss_percent: number | null;
  readonly far_end_jitter_ms: number | null;
  readonly round_trip_ms: number | null;
}
