/**
 * An inbound call: who sends it, what was dialled, and the dialplan that takes it. Strangers are refused before anything
 * is stored.
 */
import type { Attribution } from '../../../domain/attribution/attribution.js';
import type { LegRecord } from '../../../domain/calls/call.js';
import { parseStarCode } from '../../../domain/calls/supervision.js';
import type { Facts } from '../../../domain/dialplan/facts.js';
import type { FailSafe } from '../../../domain/dialplan/fail-safe.js';
import { rungGroup } from '../../../domain/dialplan/groups.js';
import { startSession } from '../../../domain/dialplan/session.js';
import { DEFAULT_POLICY } from '../../../domain/leads/resolve-intake.js';
import { emergencyNote } from '../../../domain/routing/emergency.js';
import { trunkOfSender } from '../../../domain/routing/identify-trunk.js';
import type { Group, Telephony } from '../../../domain/routing/telephony.js';
import type { CallId, E164, Instant } from '../../../domain/values/ids.js';
import { parsePhone } from '../../../domain/values/phone.js';
import { present } from '../../../domain/values/present.js';
import { messageOf } from '../../../errors.js';
import type { TelephonySet } from '../../config.js';
import type { AppContext } from '../../context.js';
import type { InboundCall } from '../../ports/switch.js';
import { attributeCall, type CallOnNumber } from '../../numbers/attribute-call.js';
import { attributionFacts, attributionNames, attributionRecord } from '../../numbers/attribution-names.js';
import { keepAttribution } from '../../numbers/keep-attribution.js';
import { keptFrom, newRecord, type CallSetup } from './call-setup.js';
import { dialOut } from './dial-out.js';
import { callerFacts, setFacts, type SetFacts } from './gather-facts.js';
import type { RingFacts, SetWish } from '../routing/ring-facts.js';
import { dutyOfCode, receiveDutyCode } from './receive-duty-code.js';
import { receiveReplacing } from './receive-replacing.js';
import { receiveStarCode } from './receive-star-code.js';
import { routeDid, type DidRoute } from './route-did.js';
import { startCall } from './start-call.js';

const REFUSED = {
  stranger: 403,
  'not-allowed': 403,
  emergency: 403,
  'no-plan': 404,
  'no-talk': 480,
  'no-dialog': 481,
  full: 503,
} as const;
const CALLER = 'caller';

/** Never throws: a call that cannot be taken is answered with a status. */
export function receiveCall(context: AppContext, call: InboundCall): void {
  if (context.audits.takes(call)) return;
  take(context, call).then(
    (answer) => (answer === 'taken' ? undefined : refuse(context, call, answer)),
    (thrown: unknown) => {
      context.ports.logger.error(
        { from: call.remoteAddress, why: messageOf(thrown) },
        'an inbound call was not taken',
      );
      refuse(context, call, 'full');
    },
  );
}

/** A caller who is gone already needs no answer. */
function refuse({ ports, rejections }: AppContext, call: InboundCall, why: keyof typeof REFUSED): void {
  const { leg, remoteAddress, protocol, dnis, ani } = call;
  const sipStatus = REFUSED[why];
  const at = ports.clock.now();
  rejections.add({ at, from: remoteAddress, dnis, ani, sipStatus, why, ...present({ protocol }) });
  const note = why === 'emergency' ? emergencyNote(dnis, 'refused') : undefined;
  leg.reject(sipStatus, note).catch((thrown: unknown) => {
    ports.logger.warn({ from: remoteAddress, sipStatus, why: messageOf(thrown) }, 'a refusal was not sent');
  });
}

async function take(context: AppContext, call: InboundCall): Promise<'taken' | keyof typeof REFUSED> {
  if (call.replaces !== undefined) return receiveReplacing(context, call, call.replaces);
  const duty = dutyOfCode(call.dnis);
  if (duty !== undefined) return receiveDutyCode(context, call, duty);
  const star = parseStarCode(call.dnis);
  if (star !== undefined) return receiveStarCode(context, call, star);
  if (call.authenticatedAs !== undefined) return dialOut(context, call);
  const set = context.set(call.ani);
  const from = call.trunk ?? identifySender(set.telephony, call.remoteAddress, call.protocol);
  if (from === undefined) return 'stranger';
  const numbers = numbersOf(set, call);
  const route = await routeDid(context, set, numbers.did);
  if (route === undefined) return 'no-plan';
  callOffCallback(context, numbers.clientNumber);
  const arrival = { call: { ...call, trunk: from }, set, route, numbers };
  return context.standby.begin((placed) => begin(placed, arrival));
}

/** `context` is over the store that can be written now. */
async function begin(
  context: AppContext,
  arrival: Omit<Arrived, 'callId' | 'at'>,
): Promise<'taken' | 'full'> {
  const { ids, clock } = context.ports;
  const arrived: Arrived = { ...arrival, callId: ids.next() as CallId, at: clock.now() };
  const tracked = onNumber(arrived);
  const attribution = tracked && (await attributeCall(context, tracked));
  const answer = await startCall(context, await inboundSetup(context, arrived, attribution), async (unit) => {
    if (attribution !== undefined) await keepAttribution(context, unit, attribution);
    return 'granted';
  });
  if (answer !== 'started') return 'full';
  context.standby.keep(context.ports, arrived.callId, tracked);
  return 'taken';
}

/**
 * The client calls while his callback rings: the callback is given up, and his own call is served like any other. When
 * it brings a talk the lead is reached; else the callback is tried again by its schedule.
 */
function callOffCallback({ calls }: AppContext, number: E164 | undefined): void {
  for (const call of calls.all()) {
    const { direction, state, clientNumber } = call.describe();
    const rings = direction === 'callback' && state !== 'bridged' && state !== 'wrapping-up';
    if (number !== undefined && rings && clientNumber === number)
      call.command('client-called', { kind: 'hang-up' });
  }
}

interface Arrived {
  readonly call: InboundCall & { readonly trunk: string };
  readonly set: TelephonySet;
  readonly route: DidRoute;
  readonly callId: CallId;
  readonly at: Instant;
  readonly numbers: { readonly clientNumber?: E164; readonly did?: E164 };
}

function groupOf({ telephony }: TelephonySet): Group | undefined {
  return telephony.groups[telephony.callbacks[DEFAULT_POLICY]?.group ?? ''];
}

function numbersOf(set: TelephonySet, call: InboundCall): Arrived['numbers'] {
  const country = groupOf(set)?.country;
  return present({ clientNumber: e164Of(call.ani, country), did: e164Of(call.dnis, country) });
}

function onNumber({ callId, at, route, numbers }: Arrived): CallOnNumber | undefined {
  const { number, project } = route;
  if (number === undefined || project === undefined) return undefined;
  return { callId, at, number, project, ...present({ caller: numbers.clientNumber }) };
}

/** The trunk whose gateway sends from this address. Phones are known by their password only. */
export function identifySender(
  telephony: Telephony,
  remoteAddress: string,
  protocol?: string,
): string | undefined {
  return trunkOfSender(telephony.trunks, { address: hostOf(remoteAddress), ...present({ protocol }) })?.name;
}

/** `192.0.2.1:5060`, `[2001:db8::1]:5060` or a bare address → the address. */
function hostOf(source: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(source);
  return bracketed?.[1] ?? (source.split(':').length === 2 ? (source.split(':')[0] ?? source) : source);
}

async function inboundSetup(
  context: AppContext,
  { call, set, route, callId, at, numbers }: Arrived,
  attribution: Attribution | undefined,
): Promise<CallSetup> {
  const { plan } = route;
  const group = groupOf(set);
  const legs = [{ ref: CALLER, role: 'caller', party: call.ani }] as const;
  const caller = await callerFacts(context, numbers.clientNumber, at);
  return {
    record: {
      ...newRecord({ callId, at, direction: 'inbound', dialplan: plan }),
      attribution: attribution === undefined ? {} : attributionRecord(attribution),
      ...numbers,
    },
    session: startSession({ plan, callId, legs, at }),
    facts: {
      callId,
      direction: 'inbound',
      locale: group?.locale ?? 'en',
      ...(await rungBy(context, { set, own: group, phone: numbers.clientNumber })),
      dialled: call.dnis,
      trunk: call.trunk,
      caller,
      ...numbers,
      ...present({ group, failSafe: failSafeOf(route, call.trunk) }),
      ...liveKeysOf(route),
      ...(attribution !== undefined && { attribution: attributionFacts(attribution) }),
    },
    ...keptFrom(set),
    names: {
      number: call.dnis,
      caller: call.ani,
      client: { phone: call.ani, ...present({ name: call.aniName }) },
      ...(attribution !== undefined && attributionNames(attribution)),
    },
    caller: { ref: CALLER, leg: call.leg, record: callerRecord(call, callId, at) },
  };
}

/** Who is on duty of the groups that may be rung, and of the call's own. */
async function rungBy(context: AppContext, wish: SetWish): Promise<RingFacts & SetFacts> {
  const ofSet = await setFacts(context, wish);
  const { operators, stages } = rungGroup({ operators: [], ...ofSet }, wish.own?.name);
  return { ...ofSet, operators, ...present({ ringStages: stages }) };
}

/** A project's own, over those of the default policy. */
function liveKeysOf({ project }: DidRoute): Pick<Facts, 'liveKeys'> {
  return present({ liveKeys: project?.liveKeys });
}

/** Through the number's own trunk, else through the one that brought the call. */
function failSafeOf({ failSafe, number }: DidRoute, broughtBy: string): FailSafe | undefined {
  return failSafe === undefined ? undefined : { number: failSafe, trunk: number?.trunk ?? broughtBy };
}

function callerRecord({ leg, ani }: InboundCall, callId: CallId, at: number): LegRecord {
  return {
    id: leg.id,
    callId,
    role: 'caller',
    party: ani,
    state: 'new',
    identity: leg.identity,
    invitedAt: at,
  };
}

/** Carriers write numbers with and without the plus. */
function e164Of(number: string, country: string | undefined): E164 | undefined {
  const written = [number, `+${number}`].map((text) => parsePhone(text, country)).find(({ ok }) => ok);
  return written?.ok === true ? written.e164 : undefined;
}
