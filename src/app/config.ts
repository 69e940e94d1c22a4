/** What the application is given once at start, and the telephony set that a reload replaces. */
import type { LeadRegion } from '../domain/tiktok/lead-export.js';
import type { KeepDays } from '../domain/leads/kept-fields.js';
import type { Plans } from '../domain/dialplan/session.js';
import type { E164 } from '../domain/values/ids.js';
import type { Telephony } from '../domain/routing/telephony.js';

/** How leads that TikTok gives out afterwards are taken, and when audiences are filled. */
export interface TikTokRules {
  readonly leadRegions: readonly LeadRegion[];
  /** A fetched lead that is older is stored and not called. */
  readonly callWithinMs: number;
  /** Local `HHMM` of the ad account. */
  readonly audiencesAt: string;
}

/** What PBX admins own, taken into use at once for new calls; calls that run keep the set they began with. */
export interface TelephonySet {
  readonly telephony: Telephony;
  /** Compiled dialplans by name. */
  readonly plans: Plans;
  /** Dialplan of inbound calls; without one they are rejected with 404. */
  readonly inboundPlan?: string;
  /** Its number; absent where sets are not numbered. */
  readonly version?: number;
}

export interface AppConfig extends TelephonySet {
  /**
   * Owns calls and job leases. Two processes must never share it; one that starts again under its old name takes its
   * calls over at once instead of waiting for their leases to run out.
   */
  readonly owner: string;
  readonly recordingsDirectory: string;
  /** Calls at once in this process; jobs wait and inbound calls get 503 above it. */
  readonly maximumCalls: number;
  readonly callLeaseMs: number;
  /** From the moment a text is needed to its recorded replacement. */
  readonly whisperWaitMs: number;
  /** 0 keeps them for ever. */
  readonly keepRecordingDays: number;
  readonly keepPushDays: number;
  readonly keepVisitDays: number;
  readonly keepPeopleDays: KeepDays;
  /** Own numbers are called each night through one of these trunks. Absent: only on demand. */
  readonly numberAudit?: { readonly trunks: readonly string[]; readonly callerId: E164 };
  /** Where the world reaches this program, without a slash at the end. */
  readonly publicUrl?: string;
  /** What was said to webhooks and destinations at each try. */
  readonly keepExchangeDays: number;
  readonly tiktok?: TikTokRules;
  /** SIP messages; 0 keeps none. */
  readonly keepSignallingDays: number;
}
