/**
 * How a leg and a call ended, in words: one table from SIP status and Q.850 cause to the disposition of a leg, and the
 * rule that makes the disposition of a call out of its parts. Called by the dialplan engine, the runner and reports.
 */
import type { CallDirection, CallDisposition, Ending, LegDisposition } from './call.js';

export interface DispositionRow {
  readonly disposition: LegDisposition;
  readonly reason: string;
}

const row = (disposition: LegDisposition, reason: string): DispositionRow => ({ disposition, reason });

/** RFC 3261 §21 and the registries after it. A status without a row takes the one of its class. */
export const SIP_STATUS: Readonly<Record<number, DispositionRow>> = {
  401: row('carrier-failure', 'the trunk refuses our credentials'),
  403: row('rejected', 'the far end forbids the call'),
  404: row('invalid-number', 'no such number'),
  405: row('carrier-failure', 'the gateway takes no INVITE'),
  406: row('carrier-failure', 'no body type in common'),
  407: row('carrier-failure', 'the trunk refuses our credentials'),
  408: row('no-answer', 'nobody answered in time'),
  410: row('invalid-number', 'the number is no longer in use'),
  413: row('carrier-failure', 'the request was too large'),
  414: row('carrier-failure', 'the address was too long'),
  415: row('carrier-failure', 'the body type is not supported'),
  416: row('invalid-number', 'the kind of address is not supported'),
  420: row('carrier-failure', 'a required extension is not supported'),
  421: row('carrier-failure', 'the gateway requires an extension'),
  422: row('carrier-failure', 'the session timer is too short'),
  423: row('carrier-failure', 'an interval is too short'),
  433: row('rejected', 'calls without a number are not taken'),
  480: row('no-answer', 'temporarily unavailable'),
  481: row('carrier-failure', 'the far end lost the call'),
  482: row('carrier-failure', 'a routing loop'),
  483: row('carrier-failure', 'too many hops'),
  484: row('invalid-number', 'the number is incomplete'),
  485: row('invalid-number', 'the number is ambiguous'),
  486: row('busy', 'busy here'),
  487: row('no-answer', 'ringing was ended without an answer'),
  488: row('carrier-failure', 'no codec in common'),
  489: row('carrier-failure', 'the event package is not known'),
  491: row('carrier-failure', 'two requests crossed'),
  493: row('carrier-failure', 'the body cannot be decrypted'),
  600: row('busy', 'busy everywhere'),
  603: row('rejected', 'declined'),
  604: row('invalid-number', 'exists nowhere'),
  606: row('carrier-failure', 'no media in common'),
  607: row('rejected', 'marked as unwanted'),
  608: row('rejected', 'rejected by an intermediary on behalf of the callee'),
};

/** Class of a status (its first digit) → row. */
export const SIP_CLASS: Readonly<Record<3 | 4 | 5 | 6, DispositionRow>> = {
  3: row('carrier-failure', 'redirected; redirections are not followed'),
  4: row('carrier-failure', 'the request failed'),
  5: row('carrier-failure', 'the gateway failed'),
  6: row('rejected', 'refused everywhere'),
};

/**
 * Q.850 causes that say more than the SIP status they come with. 16 and 31 are what every end carries and say nothing.
 * A carrier that sends 480 or 503 with cause 17 means "busy".
 */
export const Q850_CAUSE: Readonly<Record<number, DispositionRow>> = {
  1: row('invalid-number', 'unallocated number'),
  2: row('carrier-failure', 'no route to the transit network'),
  3: row('invalid-number', 'no route to the destination'),
  17: row('busy', 'user busy'),
  18: row('no-answer', 'no user responding'),
  19: row('no-answer', 'alerted, no answer'),
  20: row('no-answer', 'subscriber absent'),
  21: row('rejected', 'call rejected'),
  22: row('invalid-number', 'number changed'),
  27: row('carrier-failure', 'destination out of order'),
  28: row('invalid-number', 'invalid number format'),
  34: row('carrier-failure', 'no circuit available'),
  38: row('carrier-failure', 'network out of order'),
  41: row('carrier-failure', 'temporary failure'),
  42: row('carrier-failure', 'switching equipment congestion'),
  44: row('carrier-failure', 'requested channel not available'),
};

/** Reasons of our own (`Ending.reason`): they win over whatever status the far end answered to our CANCEL. */
const OWN_REASON: Readonly<Record<string, DispositionRow>> = {
  cancelled: row('cancelled', 'we gave up ringing'),
  taken: row('cancelled', 'another phone took the call'),
  'completed-elsewhere': row('cancelled', 'another phone took the call'),
  dialplan: row('cancelled', 'the dialplan ended it'),
  timeout: row('no-answer', 'it rang as long as it may'),
  'no-answer': row('no-answer', 'it rang as long as it may'),
  'no-response': row('carrier-failure', 'no gateway answered'),
  unavailable: row('carrier-failure', 'the switch or its media server was not there'),
  unsent: row('carrier-failure', 'the INVITE could not be sent'),
  'media-timeout': row('lost', 'no media arrived any more'),
  'busy-device': row('busy', 'the phone is in another call of ours'),
  'no-device': row('no-answer', 'the phone is not registered'),
  channels: row('carrier-failure', 'every channel of the trunk is in use'),
  cps: row('carrier-failure', 'the trunk takes no more calls this second'),
  'too-many-hops': row('carrier-failure', 'the call went in circles'),
  'no-trunk': row('carrier-failure', 'there is no trunk to dial through'),
  denied: row('rejected', 'calls to this destination are not allowed'),
  failed: row('carrier-failure', 'the switch could not place the call'),
  lost: row('lost', 'the controller or switch was lost'),
  killed: row('lost', 'its channel was killed'),
  'media-ended': row('lost', 'the media server ended it'),
  'modify-refused': row('lost', 'the phone refused a change of its media'),
  'answer-not-sent': row('lost', 'our answer could not be sent'),
};

/** Answers of a machine on the way, not of a person: a cause may correct them. 486, 600 and 603 are a person's word. */
const CORRECTABLE: readonly LegDisposition[] = ['no-answer', 'carrier-failure', 'rejected'];
const FINAL_WORD: readonly number[] = [600, 603, 607];

/** Every possible ending has a row; `answeredAt` of the leg decides before all else. */
export function explainEnding(ending: Ending, leg: { readonly answeredAt?: number }): DispositionRow {
  const own = ending.reason === undefined ? undefined : ownReason(ending.reason);
  if (leg.answeredAt !== undefined)
    return own?.disposition === 'lost' ? own : row('answered', 'answered, then hung up');
  if (own !== undefined) return own;
  if (ending.sipStatus !== undefined) return refine(ofStatus(ending.sipStatus, ending.by), ending);
  return causeRow(ending.q850) ?? ofSide(ending.by);
}

export function legDisposition(ending: Ending, leg: { readonly answeredAt?: number }): LegDisposition {
  return explainEnding(ending, leg).disposition;
}

function ownReason(reason: string): DispositionRow | undefined {
  return Object.hasOwn(OWN_REASON, reason) ? OWN_REASON[reason] : undefined;
}

function causeRow(q850: number | undefined): DispositionRow | undefined {
  return q850 === undefined ? undefined : Q850_CAUSE[q850];
}

/** 487 and 480 depend on who ended: after our own CANCEL they confirm it, from a caller who left they are a cancel too. */
function ofStatus(sipStatus: number, by: Ending['by']): DispositionRow {
  if (sipStatus === 487 && by !== 'callee') return row('cancelled', 'ringing was given up');
  const exact = SIP_STATUS[sipStatus];
  if (exact !== undefined) return exact;
  const ofClass = SIP_CLASS[Math.floor(sipStatus / 100) as 3 | 4 | 5 | 6] as DispositionRow | undefined;
  return ofClass ?? row('unknown', `status ${sipStatus} says nothing about an end`);
}

function refine(base: DispositionRow, ending: Ending): DispositionRow {
  const cause = causeRow(ending.q850);
  const open = CORRECTABLE.includes(base.disposition) && !FINAL_WORD.includes(ending.sipStatus ?? 0);
  return cause !== undefined && open ? cause : base;
}

function ofSide(by: Ending['by']): DispositionRow {
  if (by === 'unknown') return row('unknown', 'nobody knows how it ended');
  return by === 'callee'
    ? row('rejected', 'the far end ended it while ringing')
    : row('cancelled', 'it was given up while ringing');
}

/** What the disposition of a call depends on. */
export interface CallSummary {
  readonly direction: CallDirection;
  /** Did two answered parties hear each other? */
  readonly talked: 'yes' | 'no';
  /** `caller`: the caller of an inbound call left before the plan was through. */
  readonly endedBy: 'dialplan' | 'caller' | 'command' | 'engine';
  /** Was an operator looked for? */
  readonly sought: 'yes' | 'no';
  readonly operatorDecision?: 'accepted' | 'later' | 'not-mine' | 'spam' | 'no-input';
  /** The outside party's leg in a callback, when it was dialled. */
  readonly clientDisposition?: LegDisposition;
  /** Was the caller of an inbound call answered? */
  readonly callerAnswered: 'yes' | 'no';
}

/**
 * `answered`: two parties talked, or a caller was served by the plan alone. `declined`: an operator said later or spam.
 * `no-operator`: none was on duty, answered or accepted. `abandoned`: a party who was waiting left before the talk: the
 * caller, the operator while the client's phone rang, or the client between answer and talk. `cancelled`: a command
 * ended it. Otherwise the client leg's own.
 */
export function callDisposition(summary: CallSummary): CallDisposition {
  if (summary.talked === 'yes') return 'answered';
  if (summary.endedBy === 'command') return 'cancelled';
  if (summary.endedBy === 'caller') return 'abandoned';
  if (summary.clientDisposition !== undefined) return ofClient(summary.clientDisposition);
  const served = summary.direction === 'inbound' && summary.sought === 'no';
  return served ? ofCaller(summary.callerAnswered) : ofOperator(summary.operatorDecision);
}

function ofClient(client: LegDisposition): CallDisposition {
  return client === 'answered' || client === 'cancelled' ? 'abandoned' : client;
}

function ofOperator(decision: CallSummary['operatorDecision']): CallDisposition {
  if (decision === 'later' || decision === 'spam') return 'declined';
  return decision === 'accepted' ? 'abandoned' : 'no-operator';
}

function ofCaller(answered: 'yes' | 'no'): CallDisposition {
  return answered === 'yes' ? 'answered' : 'rejected';
}
