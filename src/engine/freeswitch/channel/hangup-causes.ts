/**
 * Hang-up causes by name: their Q.850 number (switch_types.h) and the SIP status an unanswered call gets for them
 * (sofia.c, hangup_cause_to_sip). Used by hang-up, BYE and refusals.
 */
export interface HangupCause {
  readonly q850: number;
  readonly sipStatus: number;
  readonly sipReason: string;
}

const CAUSES = {
  NONE: cause(0, 480, 'Temporarily Unavailable'),
  UNALLOCATED_NUMBER: cause(1, 404, 'Not Found'),
  NO_ROUTE_TRANSIT_NET: cause(2, 404, 'Not Found'),
  NO_ROUTE_DESTINATION: cause(3, 404, 'Not Found'),
  NORMAL_CLEARING: cause(16, 480, 'Temporarily Unavailable'),
  USER_BUSY: cause(17, 486, 'Busy Here'),
  NO_USER_RESPONSE: cause(18, 408, 'Request Timeout'),
  NO_ANSWER: cause(19, 480, 'Temporarily Unavailable'),
  SUBSCRIBER_ABSENT: cause(20, 480, 'Temporarily Unavailable'),
  CALL_REJECTED: cause(21, 603, 'Decline'),
  NUMBER_CHANGED: cause(22, 410, 'Gone'),
  DESTINATION_OUT_OF_ORDER: cause(27, 502, 'Bad Gateway'),
  INVALID_NUMBER_FORMAT: cause(28, 484, 'Address Incomplete'),
  FACILITY_REJECTED: cause(29, 501, 'Not Implemented'),
  NORMAL_UNSPECIFIED: cause(31, 480, 'Temporarily Unavailable'),
  NORMAL_CIRCUIT_CONGESTION: cause(34, 503, 'Service Unavailable'),
  NETWORK_OUT_OF_ORDER: cause(38, 502, 'Bad Gateway'),
  NORMAL_TEMPORARY_FAILURE: cause(41, 503, 'Service Unavailable'),
  SWITCH_CONGESTION: cause(42, 503, 'Service Unavailable'),
  REQUESTED_CHAN_UNAVAIL: cause(44, 503, 'Service Unavailable'),
  OUTGOING_CALL_BARRED: cause(52, 403, 'Forbidden'),
  INCOMING_CALL_BARRED: cause(54, 403, 'Forbidden'),
  BEARERCAPABILITY_NOTAVAIL: cause(58, 488, 'Not Acceptable Here'),
  SERVICE_UNAVAILABLE: cause(63, 503, 'Service Unavailable'),
  SERVICE_NOT_IMPLEMENTED: cause(79, 501, 'Not Implemented'),
  INCOMPATIBLE_DESTINATION: cause(88, 488, 'Not Acceptable Here'),
  RECOVERY_ON_TIMER_EXPIRE: cause(102, 504, 'Gateway Timeout'),
  PROTOCOL_ERROR: cause(111, 480, 'Temporarily Unavailable'),
  INTERWORKING: cause(127, 480, 'Temporarily Unavailable'),
  ORIGINATOR_CANCEL: cause(487, 487, 'Request Terminated'),
  SYSTEM_SHUTDOWN: cause(500, 503, 'Service Unavailable'),
  LOSE_RACE: cause(502, 480, 'Temporarily Unavailable'),
  MANAGER_REQUEST: cause(503, 480, 'Temporarily Unavailable'),
  ATTENDED_TRANSFER: cause(601, 480, 'Temporarily Unavailable'),
  ALLOTTED_TIMEOUT: cause(602, 480, 'Temporarily Unavailable'),
  MEDIA_TIMEOUT: cause(604, 480, 'Temporarily Unavailable'),
  PICKED_OFF: cause(605, 480, 'Temporarily Unavailable'),
} as const satisfies Record<string, HangupCause>;

export type HangupCauseName = keyof typeof CAUSES;

function cause(q850: number, sipStatus: number, sipReason: string): HangupCause {
  return { q850, sipStatus, sipReason };
}

export function hangupCause(name: HangupCauseName): HangupCause {
  return CAUSES[name];
}

/** What a command wrote: a name or a Q.850 number. Anything else hangs up normally, as in FreeSWITCH. */
export function hangupCauseNamed(text: string): HangupCauseName {
  const name = text.trim().toUpperCase();
  if (isCauseName(name)) return name;
  const byNumber = Object.entries(CAUSES).find(([, { q850 }]) => String(q850) === name)?.[0];
  return byNumber !== undefined && isCauseName(byNumber) ? byNumber : 'NORMAL_CLEARING';
}

function isCauseName(name: string): name is HangupCauseName {
  return Object.hasOwn(CAUSES, name);
}

/** RFC 3326 header of a BYE or refusal; SIP-only causes above 127 are FreeSWITCH's own and travel under its name. */
export function reasonHeader(name: HangupCauseName): string {
  const { q850 } = CAUSES[name];
  return q850 > 127 ? `FreeSWITCH;cause=${q850};text="${name}"` : `Q.850;cause=${q850};text="${name}"`;
}
