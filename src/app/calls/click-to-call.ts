/** POST /v1/calls: an operator is rung, then the number, with no lead behind it. One try, no callback afterwards. */
import { isEmergencyNumber } from '../../domain/routing/emergency.js';
import type { Group, Operator, Telephony } from '../../domain/routing/telephony.js';
import { DEFAULT_POLICY } from '../../domain/leads/resolve-intake.js';
import type { CallId, E164 } from '../../domain/values/ids.js';
import { parsePhone, type ParsedPhone } from '../../domain/values/phone.js';
import { present } from '../../domain/values/present.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import { askForNumber } from '../gate/ask-gate.js';
import { outgoingSetup, type OutgoingCall } from './callback-setup.js';
import { claimClient } from './claim-client.js';
import { planTrunk, type NoTrunk } from './plan-trunk.js';
import { availabilityOf, operatorsOf } from './operators.js';
import { startCall } from './start-call.js';
import { callingStopped } from './stop-calling.js';

export interface ClickToCall {
  /** As typed; national numbers belong to `country`, else to the group's. */
  readonly number: string;
  readonly country?: string;
  /** Callback policy that names dialplan, group and trunk; `default` when absent. */
  readonly policy?: string;
  /** Rings only this operator instead of the policy's group. */
  readonly operator?: string;
  readonly clientName?: string;
  readonly callerId?: string;
  readonly tags?: readonly string[];
}

/** Why no call was made: a code shown to the caller. */
export type StartRefusal =
  | 'phone-invalid'
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
  const terms = termsOf(context.set(request.number), request);
  if (terms === undefined) return refused('no-policy');
  const country = request.country ?? terms.group.country;
  const phone = dialledPhone(context.set().telephony, request.number, country);
  if (phone === 'emergency') return refused('emergency-number');
  if (!phone.ok) return refused('phone-invalid');
  const operators = operatorsFor(context, terms.group, request.operator);
  const hindered = await findHindrance(context, operators);
  return hindered === undefined
    ? start(context, request, { ...terms, operators, phone: phone.e164 })
    : refused(hindered);
}

/** An emergency number is dialled only where `routing.emergency` names it; then it goes out as it is. */
function dialledPhone({ routing }: Telephony, number: string, country: string): ParsedPhone | 'emergency' {
  if (!isEmergencyNumber(number, country)) return parsePhone(number, country);
  return routing?.emergency?.numbers.includes(number) === true
    ? { ok: true, e164: number as E164 }
    : 'emergency';
}

type Terms = Pick<OutgoingCall, 'set' | 'policy' | 'group'>;

function termsOf(set: TelephonySet, request: ClickToCall): Terms | undefined {
  const policy = set.telephony.callbacks[request.policy ?? DEFAULT_POLICY];
  const group = set.telephony.groups[policy?.group ?? ''];
  if (policy?.enabled !== 'on' || group === undefined) return undefined;
  return set.plans[policy.dialplan] === undefined ? undefined : { set, policy, group };
}

async function start(
  context: AppContext,
  { clientName, callerId, tags }: ClickToCall,
  terms: Terms & Pick<OutgoingCall, 'operators' | 'phone'>,
): Promise<StartedCall> {
  const { set, policy, phone, group } = terms;
  const planned = await planTrunk(context, { telephony: set.telephony, number: phone, trunk: policy.trunk });
  if (planned.kind === 'none') return refused(NO_TRUNK[planned.why]);
  const { trunk } = planned;
  const callId = context.ports.ids.next() as CallId;
  const setup = outgoingSetup({
    ...terms,
    callId,
    at: context.ports.clock.now(),
    direction: 'click-to-call',
    names: { client: { phone, ...present({ name: clientName }) } },
    ...present({ callerId, tags, trunk }),
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

function operatorsFor(context: AppContext, group: Group, named: string | undefined): readonly Operator[] {
  const { telephony } = context.set();
  if (named === undefined) return operatorsOf(telephony, group);
  const operator = Object.hasOwn(telephony.operators, named) ? telephony.operators[named] : undefined;
  return operator === undefined ? [] : [operator];
}

async function findHindrance(
  context: AppContext,
  operators: readonly Operator[],
): Promise<StartRefusal | undefined> {
  if ((await callingStopped(context)) === 'stopped') return 'stopped-calling';
  const { signalling, media } = context.ports.switch.status();
  if (signalling !== 'ready' || media !== 'ready') return 'switch-unavailable';
  return (await availabilityOf(context, context.set().telephony, operators)) === 'free'
    ? undefined
    : 'no-operator';
}

function refused(why: StartRefusal): StartedCall {
  return { kind: 'refused', why };
}
