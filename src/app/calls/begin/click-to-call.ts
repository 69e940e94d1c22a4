/** POST /v1/calls: an operator is rung, then the number, with no lead behind it. One try, no callback afterwards. */
import { emergencyRule } from '../../../domain/routing/emergency.js';
import type { Spoken } from '../../../domain/dialplan/directives.js';
import type { CallbackPolicy, Operator, Telephony } from '../../../domain/routing/telephony.js';
import { hasSkills } from '../../../domain/routing/ring-order.js';
import { DEFAULT_POLICY } from '../../../domain/leads/resolve-intake.js';
import type { CallId, E164 } from '../../../domain/values/ids.js';
import { parsePhone, type ParsedPhone } from '../../../domain/values/phone.js';
import { present } from '../../../domain/values/present.js';
import type { TelephonySet } from '../../config.js';
import type { AppContext } from '../../context.js';
import { askForNumber } from '../../gate/ask-gate.js';
import { outgoingSetup, type OutgoingCall } from './callback-setup.js';
import { claimClient } from './claim-client.js';
import { planTrunk, type NoTrunk } from '../routing/plan-trunk.js';
import { availabilityOf, operatorsOf } from '../routing/operators.js';
import { ringFacts, type RingFacts } from '../routing/ring-facts.js';
import { setFacts } from './gather-facts.js';
import { startCall } from './start-call.js';
import { callingStopped } from '../orders/stop-calling.js';

export interface ClickToCall {
  /** As typed; national numbers belong to `country`, else to the group's. */
  readonly number: string;
  readonly country?: string;
  /** Callback policy that names dialplan, group and trunk; `default` when absent. */
  readonly policy?: string;
  /** Rings only this operator instead of the policy's group. */
  readonly operator?: string;
  /** Rings this number as the operator's side. */
  readonly operatorNumber?: string;
  /** With it, with messages or with keys a plan for calls by click is used instead of the policy's. */
  readonly order?: ClickOrder;
  readonly messages?: Readonly<Partial<Record<'operator' | 'client', ClickMessage>>>;
  /** Sent to the client once it has answered. */
  readonly keys?: string;
  readonly clientName?: string;
  /** Shown to the client. */
  readonly callerId?: string;
  /** Shown on operators' mobiles. */
  readonly operatorCallerId?: string;
  /** The same id again is the same call. */
  readonly externalId?: string;
  readonly tags?: readonly string[];
}

export type ClickOrder = 'operator-first' | 'client-first';

/** A template text in the group's language, or a recorded prompt of the catalogue. */
export type ClickMessage =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'prompt'; readonly prompt: string };

const PLANS: Readonly<Record<ClickOrder, string>> = {
  'operator-first': 'click-to-call',
  'client-first': 'click-to-call-client-first',
};

/** Why no call was made: a code shown to the caller. */
export type StartRefusal =
  | 'phone-invalid'
  | 'operator-number-invalid'
  | 'no-policy'
  | 'no-operator'
  | 'stopped-calling'
  | 'switch-unavailable'
  | 'too-many-calls'
  | 'channels'
  | 'phone-busy'
  | 'do-not-call'
  | 'trunk-down'
  | 'destination-denied'
  | 'emergency-number';

export type StartedCall =
  | { readonly kind: 'started'; readonly callId: CallId }
  | { readonly kind: 'refused'; readonly why: StartRefusal };

export async function clickToCall(context: AppContext, request: ClickToCall): Promise<StartedCall> {
  const known = request.externalId && (await context.ports.store.calls.byExternalId(request.externalId));
  if (known) return { kind: 'started', callId: known.id };
  const terms = termsOf(context.set(request.number), request);
  if (terms === undefined) return refused('no-policy');
  const country = request.country ?? terms.group.country;
  const phone = dialledPhone(context.set().telephony, request.number, country);
  if (phone === 'emergency') return refused('emergency-number');
  if (!phone.ok) return refused('phone-invalid');
  const side = operatorSide(terms, request, country);
  if (side === undefined) return refused('operator-number-invalid');
  const hindered = await findHindrance(context, side);
  return hindered === undefined
    ? start(context, request, { ...terms, ...side, phone: phone.e164 })
    : refused(hindered);
}

/** An emergency number is dialled only where `routing.emergency` names it; then it goes out as it is. */
function dialledPhone(telephony: Telephony, number: string, country: string): ParsedPhone | 'emergency' {
  const rule = emergencyRule(telephony, number, country);
  if (rule === 'no-emergency') return parsePhone(number, country);
  return rule === 'named' ? { ok: true, e164: number as E164 } : 'emergency';
}

type Terms = Pick<OutgoingCall, 'set' | 'policy' | 'group'>;

function termsOf(set: TelephonySet, request: ClickToCall): Terms | undefined {
  const written = set.telephony.callbacks[request.policy ?? DEFAULT_POLICY];
  const policy = written && { ...written, ...changedBy(request) };
  const group = set.telephony.groups[policy?.group ?? ''];
  if (policy?.enabled !== 'on' || group === undefined) return undefined;
  return set.plans[policy.dialplan] === undefined ? undefined : { set, policy, group };
}

/** What the request changes of the policy, for this call. */
function changedBy(request: ClickToCall): Partial<CallbackPolicy> {
  const { order, messages, keys, operatorCallerId } = request;
  const byClick = order !== undefined || messages !== undefined || keys !== undefined;
  const dialplan = byClick ? PLANS[order ?? 'operator-first'] : undefined;
  return present({ dialplan, operatorCallerId });
}

type OperatorSide = Pick<OutgoingCall, 'set' | 'operators'>;

/** A number that is no operator's becomes one for this call. Undefined when it cannot be dialled. */
function operatorSide(
  { set, group, policy }: Terms,
  request: ClickToCall,
  country: string,
): OperatorSide | undefined {
  const { telephony } = set;
  const { operator: named, operatorNumber } = request;
  if (operatorNumber === undefined)
    return { set, operators: operatorsFor(telephony, { group, policy }, named) };
  const phone = parsePhone(operatorNumber, country);
  if (!phone.ok) return undefined;
  const name = named ?? phone.e164;
  const devices = [{ kind: 'number', number: phone.e164 }] as const;
  const operator: Operator = { name, displayName: name, devices };
  const operators = { ...telephony.operators, [name]: operator };
  return { set: { ...set, telephony: { ...telephony, operators } }, operators: [operator] };
}

function messagesOf({ messages }: ClickToCall): OutgoingCall['messages'] {
  if (messages === undefined) return undefined;
  const { operator, client } = messages;
  return present({ operator: operator && [spokenOf(operator)], client: client && [spokenOf(client)] });
}

function spokenOf(message: ClickMessage): Spoken {
  return message.kind === 'text'
    ? { kind: 'template', template: message.text }
    : { kind: 'prompt', prompt: message.prompt };
}

async function start(
  context: AppContext,
  request: ClickToCall,
  terms: Terms & Pick<OutgoingCall, 'operators' | 'phone'>,
): Promise<StartedCall> {
  const { clientName, callerId, tags, keys, externalId } = request;
  const { set, policy, phone, group } = terms;
  const planned = await planTrunk(context, { telephony: set.telephony, number: phone, trunk: policy.trunk });
  if (planned.kind === 'none') return refused(NO_TRUNK[planned.why]);
  const { trunk } = planned;
  const callId = context.ports.ids.next() as CallId;
  const setup = outgoingSetup({
    ...terms,
    ...(await orderOf(context, request, terms)),
    ofSet: await setFacts(context, { set, phone }),
    callId,
    at: context.ports.clock.now(),
    direction: 'click-to-call',
    names: { client: { phone, ...present({ name: clientName }) } },
    ...present({ callerId, tags, trunk, externalId, keysAfterAnswer: keys, messages: messagesOf(request) }),
  });
  const answer = await startCall<StartRefusal>(context, setup, async (unit) => {
    const struck = await askForNumber(set.telephony, unit, { phone, group });
    if (struck !== undefined) return struck.reason === 'do-not-call' ? 'do-not-call' : 'destination-denied';
    return claimClient(unit, { callId, phone, trunk });
  });
  return answer === 'started' ? { kind: 'started', callId } : refused(answer);
}

const NO_TRUNK: Readonly<Record<NoTrunk, StartRefusal>> = {
  denied: 'destination-denied',
  channels: 'channels',
  down: 'trunk-down',
};

/** A group rings by its strategy; somebody who was named just rings. */
async function orderOf(
  context: AppContext,
  { operator, operatorNumber }: ClickToCall,
  { set, group, policy, phone }: Terms & Pick<OutgoingCall, 'phone'>,
): Promise<Partial<RingFacts>> {
  if (operator !== undefined || operatorNumber !== undefined) return {};
  return ringFacts(context, { telephony: set.telephony, group, policy, phone });
}

function operatorsFor(
  telephony: Telephony,
  { group, policy }: Pick<Terms, 'group' | 'policy'>,
  named: string | undefined,
): readonly Operator[] {
  if (named === undefined)
    return operatorsOf(telephony, group).filter((one) => hasSkills(one, policy.skills));
  const operator = Object.hasOwn(telephony.operators, named) ? telephony.operators[named] : undefined;
  return operator === undefined ? [] : [operator];
}

async function findHindrance(
  context: AppContext,
  { set, operators }: OperatorSide,
): Promise<StartRefusal | undefined> {
  if ((await callingStopped(context)) === 'stopped') return 'stopped-calling';
  const { signalling, media, overload } = context.ports.switch.status();
  if (signalling !== 'ready' || media !== 'ready') return 'switch-unavailable';
  if (overload !== undefined) return 'too-many-calls';
  return (await availabilityOf(context, set.telephony, operators)) === 'free' ? undefined : 'no-operator';
}

function refused(why: StartRefusal): StartedCall {
  return { kind: 'refused', why };
}
