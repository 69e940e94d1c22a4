/**
 * The verdict on a chaos run. Who was rung is read from the phones' own SIP messages alone; what became of leads and
 * calls from the public API. No policy, no dialplan and no store of the judged program is known here.
 *
 * Rung twice: a phone got more INVITE dialogs for one lead than the lead had attempts, or a second one while the first
 * was still going on. Every attempt may ring each phone once, the client's and those of the group (one device an
 * operator), and attempts never overlap, so either is one INVITE too many. Call-IDs tell dialogs apart: a retransmission is none.
 */
import type { CallView, LeadView, PostedLead } from './api-client.js';
import type { Outage } from './controller.js';
import type { SipDialogView } from './sip-dialogs.js';

export interface JudgedLead {
  readonly posted: PostedLead;
  readonly view: LeadView;
  readonly calls: readonly CallView[];
  /** In order of their INVITEs. */
  readonly operatorDialogs: readonly SipDialogView[];
  /** One list a phone: of those who ring together with the operator and never accept. */
  readonly colleagueDialogs: readonly (readonly SipDialogView[])[];
  readonly clientDialogs: readonly SipDialogView[];
}

/** A talk that was going on when the controller died. */
export interface CutTalk {
  readonly outage: Outage;
  readonly call: CallView;
  readonly operator: SipDialogView;
  readonly client: SipDialogView;
}

const FINAL_STATUSES = [
  'reached',
  'unreached',
  'blocked',
  'not-dialled',
  'duplicate',
  'no-phone',
  'cancelled',
];
const FINAL_EVENTS = FINAL_STATUSES.map((status) => `lead.${status}`);

export function isFinal({ status }: LeadView): boolean {
  return FINAL_STATUSES.includes(status);
}

/** Taken with 202, and not in exactly one final state. */
export function isLost({ view }: JudgedLead): boolean {
  const endings = view.timeline.filter(({ name }) => FINAL_EVENTS.includes(name));
  return !isFinal(view) || endings.length !== 1;
}

/** Rings too many of one lead. */
export function rungTwice(lead: JudgedLead): number {
  const { view, operatorDialogs, colleagueDialogs, clientDialogs } = lead;
  return [operatorDialogs, ...colleagueDialogs, clientDialogs]
    .map((dialogs) => Math.max(dialogs.length - view.attempts.length, overlaps(dialogs)))
    .reduce((sum, each) => sum + Math.max(0, each), 0);
}

function overlaps(dialogs: readonly SipDialogView[]): number {
  return dialogs.filter(({ invitedAt }, index) => {
    const before = dialogs[index - 1];
    return before !== undefined && (before.endedAt ?? Infinity) > invitedAt;
  }).length;
}

/** Rings that belong to no leg of any call of the lead. */
export function unaccounted(lead: JudgedLead): number {
  const { calls, operatorDialogs, colleagueDialogs, clientDialogs } = lead;
  const known = new Set(calls.flatMap(({ legs }) => legs.map((leg) => leg.sip_call_id)));
  return [...operatorDialogs, ...colleagueDialogs.flat(), ...clientDialogs].filter(
    ({ callId }) => !known.has(callId),
  ).length;
}

/** A bridge this old is stored; a younger one may still be on its way there, and is then ended like any other call. */
const SETTLED_MS = 700;

/** Talks over which a controller died: both phones answered well before, and nobody had hung up. */
export function talksAcross(leads: readonly JudgedLead[], outages: readonly Outage[]): CutTalk[] {
  return leads.flatMap((lead) =>
    lead.calls.flatMap((call) => {
      const operator = dialogOf(call, lead.operatorDialogs);
      const client = dialogOf(call, lead.clientDialogs);
      if (operator === undefined || client === undefined) return [];
      return outages
        .filter(({ killedAt }) => isTalkingAt(client, killedAt) && isTalkingAt(operator, killedAt))
        .map((outage) => ({ outage, call, operator, client }));
    }),
  );
}

function dialogOf({ legs }: CallView, dialogs: readonly SipDialogView[]): SipDialogView | undefined {
  return dialogs.find(({ callId }) => legs.some((leg) => leg.sip_call_id === callId));
}

function isTalkingAt({ answeredAt, endedAt }: SipDialogView, at: number): boolean {
  return answeredAt !== undefined && answeredAt + SETTLED_MS < at && (endedAt ?? Infinity) > at;
}

/** The phone that hung up did so by itself: Dialtrace had not ended the talk. */
export function wentOn({ operator, client }: CutTalk): boolean {
  const first = [operator, client].sort(
    (one, other) => (one.endedAt ?? Infinity) - (other.endedAt ?? Infinity),
  )[0];
  return first?.endedBy === 'phone';
}

/**
 * Milliseconds between the first BYE on the wire and the end that the API tells. `undefined` when the BYE came while no
 * controller was there to see it.
 */
export function endError(
  { call, operator, client }: CutTalk,
  outages: readonly Outage[],
): number | undefined {
  const bye = Math.min(operator.endedAt ?? Infinity, client.endedAt ?? Infinity);
  if (outages.some(({ killedAt, readyAt }) => bye > killedAt - SEEN_MS && bye < readyAt)) return undefined;
  return call.ended_at === null ? Infinity : Math.abs(Date.parse(call.ended_at) - bye);
}

/** A controller that dies this soon after a BYE may not have heard of it. */
const SEEN_MS = 100;
