/**
 * Calls own numbers through a trunk and sees whether they come back as themselves: a number that was ported away, switched off,
 * or routed to another customer is found before a client finds it. The call is known by its caller, the audit's own number,
 * which is what carriers pass on; it is refused when it arrives, so that nobody pays for it and nobody's phone rings.
 */
import type { E164, LegId, CallId } from '../../domain/values/ids.js';
import type { AuditedNumber } from '../../domain/numbers/audited-number.js';
import { isGatewayFault } from '../../domain/routing/sip-causes.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { Ending } from '../../domain/calls/call.js';
import type { AppContext } from '../context.js';
import type { InboundCall } from '../ports/switch.js';
import { keepAudit } from './keep-audit.js';

export interface AuditRequest {
  /** Trunk that places the calls; it must show a caller id. Absent: of the settings, another than the number's own. */
  readonly trunk?: string;
  /** Absent: of the settings. */
  readonly callerId?: E164;
  readonly numbers: readonly E164[];
}

interface AuditTerms {
  readonly number: E164;
  readonly trunk: string;
  readonly callerId: E164;
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

/** Throws Fault `not-found` for a trunk that is not there, `field-invalid` when nothing says how to call. */
export async function auditNumbers(
  context: AppContext,
  { numbers, ...wish }: AuditRequest,
): Promise<readonly AuditedNumber[]> {
  const audited: AuditedNumber[] = [];
  for (const number of numbers)
    audited.push(await auditNumber(context, await auditTerms(context, { ...wish, number })));
  return audited;
}

export async function auditTerms(
  context: AppContext,
  { number, trunk: named, callerId }: Partial<AuditTerms> & Pick<AuditTerms, 'number'>,
): Promise<AuditTerms> {
  const trunk = named ?? (await trunkFor(context, number));
  const shown = callerId ?? context.config.numberAudit?.callerId;
  if (trunk === undefined || shown === undefined)
    throw new Fault('field-invalid', 'name a trunk and a caller id, or set `audit` in the settings');
  if (!Object.hasOwn(context.set().telephony.trunks, trunk))
    throw new Fault('not-found', `there is no trunk ${trunk}`);
  return { number, trunk, callerId: shown };
}

/** Of those in the settings; a number's own trunk might never leave the carrier. */
async function trunkFor(context: AppContext, number: E164): Promise<string | undefined> {
  const own = (await context.numbers.find(number))?.trunk;
  const { trunks } = context.set().telephony;
  const offered = context.config.numberAudit?.trunks.filter((name) => Object.hasOwn(trunks, name)) ?? [];
  return offered.find((name) => name !== own) ?? offered[0];
}

export async function auditNumber(context: AppContext, terms: AuditTerms): Promise<AuditedNumber> {
  const { trunk, callerId, number } = terms;
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
  let reached: Reached = 'silent';
  const ending = await new Promise<Ending | undefined>((resolve) => {
    leg.onSignal((signal) => {
      if (signal.kind === 'ringing' || signal.kind === 'answered') reached = 'reached';
      // Somebody else has this number now, or it is a carrier's announcement.
      if (signal.kind === 'answered') void leg.hangup('normal');
      if (signal.kind === 'ended') resolve(signal.ending);
    });
  });
  dismiss();
  const audited = await resultOf(context, terms, { arrival: arrivals[0], ending, reached });
  await keepAudit(context, audited);
  return audited;
}

type Reached = 'reached' | 'silent';

interface Heard {
  readonly arrival: InboundCall | undefined;
  readonly ending: Ending | undefined;
  readonly reached: Reached;
}

async function resultOf(
  context: AppContext,
  { number, trunk }: AuditTerms,
  { arrival, ending, reached }: Heard,
): Promise<AuditedNumber> {
  const at = context.ports.clock.now();
  const found = { number, at, trunk };
  if (arrival === undefined)
    return { ...found, result: resultWithout(ending, reached), ...present({ sipStatus: ending?.sipStatus }) };
  const tracked = await context.numbers.find(number);
  return {
    ...found,
    result: isSameNumber(arrival.dnis, number) ? 'arrived' : 'mis-routed',
    arrivedAs: arrival.dnis,
    ...present({ arrivedOn: arrival.trunk, plan: tracked?.dialplan ?? context.set().inboundPlan }),
  };
}

/** Of a call that never came: a trunk that fails by itself has not asked for the number. */
function resultWithout(ending: Ending | undefined, reached: Reached): AuditedNumber['result'] {
  const { by, sipStatus } = ending ?? {};
  if (by === 'system') return reached === 'reached' ? 'dead' : 'not-tried';
  return sipStatus !== undefined && isGatewayFault(sipStatus) ? 'not-tried' : 'dead';
}
