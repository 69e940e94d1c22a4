/** What a call is begun with, and what it keeps for its whole life however the settings change meanwhile. */
import type { CallDirection, CallRecord, LegRecord } from '../../../domain/calls/call.js';
import type { LegRef, Spoken } from '../../../domain/dialplan/directives.js';
import type { Facts } from '../../../domain/dialplan/facts.js';
import type { Plans, Session } from '../../../domain/dialplan/session.js';
import type { PromptNames } from '../../../domain/prompts/prompt-names.js';
import type { Telephony } from '../../../domain/routing/telephony.js';
import type { CallId, Instant } from '../../../domain/values/ids.js';
import type { TelephonySet } from '../../config.js';
import type { InboundLeg } from '../../ports/switch.js';

export interface CallSetup {
  /** As stored by openCall, at step 0. */
  readonly record: CallRecord;
  readonly session: Session;
  readonly facts: Facts;
  readonly plans: Plans;
  readonly telephony: Telephony;
  /** Version of the set these two are from. */
  readonly setVersion?: number;
  /** Names that prompt texts may use. */
  readonly names: PromptNames;
  /** Trunk of which a channel was taken for the client before the operator is disturbed; owner: the call. */
  readonly reservedTrunk?: string;
  /** What will be heard first: rendered while the first phone rings. */
  readonly prepare?: readonly Spoken[];
  /** The leg an inbound call begins with. */
  readonly caller?: { readonly ref: LegRef; readonly leg: InboundLeg; readonly record: LegRecord };
}

/** A call before its first step; what else is known is added. */
export function newRecord({
  callId,
  at,
  direction,
  dialplan,
}: {
  readonly callId: CallId;
  readonly at: Instant;
  readonly direction: CallDirection;
  readonly dialplan: string;
}): CallRecord {
  return {
    id: callId,
    direction,
    state: 'arriving',
    dialplan,
    startedAt: at,
    tags: [],
    attribution: {},
    step: 0,
  };
}

/** What a call keeps of the set it begins with. */
export function keptFrom({
  plans,
  telephony,
  version,
}: TelephonySet): Pick<CallSetup, 'plans' | 'telephony' | 'setVersion'> {
  return { plans, telephony, ...(version === undefined ? {} : { setVersion: version }) };
}
