/**
 * An inbound call: who sends it, what was dialled, and the dialplan that takes it. Strangers are refused before anything
 * is stored.
 */
import type { LegRecord } from '../../domain/calls/call.js';
import { parseStarCode } from '../../domain/calls/supervision.js';
import { startSession } from '../../domain/dialplan/session.js';
import { DEFAULT_POLICY } from '../../domain/leads/resolve-intake.js';
import { trunkOfSender } from '../../domain/routing/identify-trunk.js';
import type { Telephony } from '../../domain/routing/telephony.js';
import type { CallId, E164 } from '../../domain/values/ids.js';
import { parsePhone } from '../../domain/values/phone.js';
import { present } from '../../domain/values/present.js';
import { messageOf } from '../../errors.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import type { InboundCall, Switch } from '../ports/switch.js';
import { keptFrom, type CallSetup } from './call-setup.js';
import { dialOut } from './dial-out.js';
import { callerFacts, setFacts } from './gather-facts.js';
import { operatorsOf } from './operators.js';
import { dutyOfCode, receiveDutyCode } from './receive-duty-code.js';
import { receiveStarCode } from './receive-star-code.js';
import { startCall } from './start-call.js';

const REFUSED = { stranger: 403, 'no-plan': 404, 'no-talk': 480, full: 503 } as const;
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
  leg.reject(sipStatus).catch((thrown: unknown) => {
    ports.logger.warn({ from: remoteAddress, sipStatus, why: messageOf(thrown) }, 'a refusal was not sent');
  });
}

async function take(context: AppContext, call: InboundCall): Promise<'taken' | keyof typeof REFUSED> {
  const duty = dutyOfCode(call.dnis);
  if (duty !== undefined) return receiveDutyCode(context, call, duty);
  const star = parseStarCode(call.dnis);
  if (call.authenticatedAs !== undefined && star === undefined) return dialOut(context, call);
  const set = context.set(call.ani);
  const from =
    call.trunk ?? identifySender(set.telephony, context.ports.switch, call.remoteAddress, call.protocol);
  if (from === undefined) return 'stranger';
  if (star !== undefined) return receiveStarCode(context, call, star);
  const plan = set.inboundPlan;
  if (plan === undefined || set.plans[plan] === undefined) return 'no-plan';
  callOffCallback(context, set, call.ani);
  const setup = await inboundSetup(context, { ...call, trunk: from }, set, plan);
  const answer = await startCall(context, setup, () => Promise.resolve('granted'));
  return answer === 'started' ? 'taken' : 'full';
}

/**
 * The client calls while his callback rings: the callback is given up, and his own call is served like any other. When
 * it brings a talk the lead is reached; else the callback is tried again by its schedule.
 */
function callOffCallback({ calls }: AppContext, { telephony }: TelephonySet, ani: string): void {
  const country = telephony.groups[telephony.callbacks[DEFAULT_POLICY]?.group ?? '']?.country;
  const number = e164Of(ani, country);
  for (const call of calls.all()) {
    const { direction, state, clientNumber } = call.describe();
    const rings = direction === 'callback' && state !== 'bridged' && state !== 'wrapping-up';
    if (number !== undefined && rings && clientNumber === number)
      call.command('client-called', { kind: 'hang-up' });
  }
}

/** A gateway of a trunk, or an operator's registered phone, by the address the call comes from. */
export function identifySender(
  telephony: Telephony,
  telephoneSwitch: Switch,
  remoteAddress: string,
  protocol?: string,
): string | undefined {
  const address = hostOf(remoteAddress);
  const trunk = trunkOfSender(telephony.trunks, { address, ...present({ protocol }) });
  if (trunk !== undefined) return trunk.name;
  return telephoneSwitch.registrations().find(({ source }) => hostOf(source) === address)?.user;
}

/** `192.0.2.1:5060`, `[2001:db8::1]:5060` or a bare address → the address. */
function hostOf(source: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(source);
  return bracketed?.[1] ?? (source.split(':').length === 2 ? (source.split(':')[0] ?? source) : source);
}

async function inboundSetup(
  context: AppContext,
  call: InboundCall & { readonly trunk: string },
  set: TelephonySet,
  plan: string,
): Promise<CallSetup> {
  const { ids, clock } = context.ports;
  const callId = ids.next() as CallId;
  const at = clock.now();
  const group = set.telephony.groups[set.telephony.callbacks[DEFAULT_POLICY]?.group ?? ''];
  const numbers = present({
    clientNumber: e164Of(call.ani, group?.country),
    did: e164Of(call.dnis, group?.country),
  });
  const legs = [{ ref: CALLER, role: 'caller', party: call.ani }] as const;
  const caller = await callerFacts(context, numbers.clientNumber, at);
  return {
    record: {
      id: callId,
      direction: 'inbound',
      state: 'arriving',
      dialplan: plan,
      startedAt: at,
      tags: [],
      attribution: {},
      step: 0,
      ...numbers,
    },
    session: startSession({ plan, callId, legs, at }),
    facts: {
      callId,
      direction: 'inbound',
      locale: group?.locale ?? 'en',
      operators: group === undefined ? [] : operatorsOf(set.telephony, group),
      dialled: call.dnis,
      trunk: call.trunk,
      caller,
      ...setFacts(set.telephony),
      ...numbers,
      ...present({ group }),
    },
    ...keptFrom(set),
    names: {
      number: call.dnis,
      caller: call.ani,
      client: { phone: call.ani, ...present({ name: call.aniName }) },
    },
    caller: { ref: CALLER, leg: call.leg, record: callerRecord(call, callId, at) },
  };
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
