/**
 * Calls own numbers through a trunk and sees whether they come back as themselves: a number that was ported away, switched off,
 * or routed to another customer is found before a client finds it. The call is known by its caller, the audit's own number,
 * which is what carriers pass on; it is refused when it arrives, so that nobody pays for it and nobody's phone rings.
 */
import type { E164, LegId, CallId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { Ending } from '../../domain/calls/call.js';
import type { AppContext } from '../context.js';
import type { InboundCall } from '../ports/switch.js';

export interface AuditRequest {
  /** Trunk that places the calls; it must show a caller id. */
  readonly trunk: string;
  readonly callerId: E164;
  readonly numbers: readonly E164[];
}

export interface AuditedNumber {
  readonly number: E164;
  /** `mis-routed`: the call came, but as another number. */
  readonly result: 'arrived' | 'mis-routed' | 'dead';
  /** The DID and trunk that it came as. */
  readonly arrivedAs?: string;
  readonly arrivedOn?: string;
  /** Dialplan that takes calls of this number. */
  readonly plan?: string;
  /** How the carrier ended a call that never came. */
  readonly sipStatus?: number;
}

const RING_MS = 20_000;
/** Carriers write a caller with or without plus, prefix and country; its last digits stay. */
const TELLING_DIGITS = 9;
const LEAST_DIGITS = 7;
const REFUSED = 480;

/** The audit that goes on, asked about each call that comes in. One number at a time. */
export class AuditDesk {
  #waiting: { readonly caller: string; readonly arrived: (call: InboundCall) => void } | undefined;

  /** True: the call is the audit's, from a trunk; it has been answered. */
  takes(call: InboundCall): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined || call.trunk === undefined || !isSameNumber(call.ani, waiting.caller))
      return false;
    this.#waiting = undefined;
    waiting.arrived(call);
    return true;
  }

  expect(caller: E164, arrived: (call: InboundCall) => void): () => void {
    const waiting = { caller, arrived };
    this.#waiting = waiting;
    return () => {
      if (this.#waiting === waiting) this.#waiting = undefined;
    };
  }
}

function isSameNumber(one: string, other: string): boolean {
  const [a, b] = [one, other].map((number) => number.replace(/\D/g, '').replace(/^0+/, ''));
  if (a === undefined || b === undefined || Math.min(a.length, b.length) < LEAST_DIGITS) return false;
  return a.slice(-TELLING_DIGITS) === b.slice(-TELLING_DIGITS) || a.endsWith(b) || b.endsWith(a);
}

export async function auditNumbers(
  context: AppContext,
  request: AuditRequest,
): Promise<readonly AuditedNumber[]> {
  const audited: AuditedNumber[] = [];
  for (const number of request.numbers) audited.push(await auditNumber(context, request, number));
  return audited;
}

async function auditNumber(
  context: AppContext,
  { trunk, callerId }: AuditRequest,
  number: E164,
): Promise<AuditedNumber> {
  const { ids, switch: telephoneSwitch } = context.ports;
  const arrivals: InboundCall[] = [];
  const dismiss = context.audits.expect(callerId, (call) => {
    arrivals.push(call);
    void call.leg.reject(REFUSED);
  });
  const leg = telephoneSwitch.originate({
    legId: ids.next() as LegId,
    callId: ids.next() as CallId,
    sipCallId: `${ids.next()}@dialtrace`,
    role: 'consult',
    target: { kind: 'trunk', trunk, number },
    callerNumber: callerId,
    ringMs: RING_MS,
  });
  const ending = await new Promise<Ending | undefined>((resolve) => {
    leg.onSignal((signal) => {
      // Somebody else has this number now, or it is a carrier's announcement.
      if (signal.kind === 'answered') void leg.hangup('normal');
      if (signal.kind === 'ended') resolve(signal.ending);
    });
  });
  dismiss();
  return resultOf(context, number, { arrival: arrivals[0], ending });
}

async function resultOf(
  context: AppContext,
  number: E164,
  { arrival, ending }: { readonly arrival: InboundCall | undefined; readonly ending: Ending | undefined },
): Promise<AuditedNumber> {
  if (arrival === undefined) return { number, result: 'dead', ...present({ sipStatus: ending?.sipStatus }) };
  const tracked = await context.numbers.find(number);
  return {
    number,
    result: isSameNumber(arrival.dnis, number) ? 'arrived' : 'mis-routed',
    arrivedAs: arrival.dnis,
    ...present({ arrivedOn: arrival.trunk, plan: tracked?.dialplan ?? context.set().inboundPlan }),
  };
}
