/**
 * What is left of the telephony when the controller is down: which number rings whom, by dial strings that FreeSWITCH
 * understands alone. Everything that cannot be kept is listed. Called by `dialplan export`.
 */
import { fieldOf } from '../dialplan/advice/flow.js';
import type { Plans } from '../dialplan/session.js';
import { DEFAULT_POLICY } from '../leads/resolve-intake.js';
import { writeNumber } from '../routing/number-format.js';
import type { Device, Group, Operator, Telephony, Trunk } from '../routing/telephony.js';

export interface FailsafeNumber {
  /** E.164. */
  readonly number: string;
  /** Absent: that for all inbound calls. */
  readonly plan?: string;
  /** Rung when no operator answers. */
  readonly failSafe?: string;
}

export interface FailsafeRequest {
  readonly telephony: Telephony;
  readonly plans: Plans;
  readonly inboundPlan: string | undefined;
  readonly numbers: readonly FailsafeNumber[];
  /** SIP addresses of phones that register with the controller, by user: nobody registers them meanwhile. */
  readonly contacts: Readonly<Record<string, string>>;
}

export interface FailsafeRoute {
  readonly number: string;
  readonly group: string;
  /** Rung together, or one after another. */
  readonly strategy: Group['strategy'];
  readonly ringSeconds: number;
  readonly dial: readonly string[];
  readonly then: string | undefined;
}

export interface FailsafeSet {
  readonly routes: readonly FailsafeRoute[];
  readonly trunks: readonly Trunk[];
  /** What does not go on without the controller, in sentences. */
  readonly lost: readonly string[];
}

export function failsafeSet(request: FailsafeRequest): FailsafeSet {
  const { telephony, numbers } = request;
  const lost: string[] = [];
  const routes = numbers.flatMap((number) => {
    const route = routeOf(request, number, lost);
    return route === undefined ? [] : [route];
  });
  const trunks = Object.values(telephony.trunks);
  if (trunks.length === 0) lost.push('there is no trunk: nobody may call, and no number can be dialled');
  return { routes, trunks, lost: [...new Set(lost)] };
}

function routeOf(
  request: FailsafeRequest,
  number: FailsafeNumber,
  lost: string[],
): FailsafeRoute | undefined {
  const { telephony } = request;
  const group = groupOf(request, number);
  if (group === undefined) {
    lost.push(`${number.number}: no group is rung by its plan, and there is no default policy`);
    return undefined;
  }
  const operators = group.operators.flatMap((name): readonly Operator[] => {
    const operator = telephony.operators[name];
    return operator === undefined ? [] : [operator];
  });
  const dial = operators.flatMap((operator) => dialStringsOf(request, operator, lost));
  const then = number.failSafe === undefined ? undefined : byTrunk(telephony, number.failSafe, undefined);
  if (dial.length === 0 && then === undefined) {
    lost.push(`${number.number}: no phone of group ${group.name} can be rung`);
    return undefined;
  }
  const { strategy, ringSeconds, name } = group;
  return { number: number.number, group: name, strategy, ringSeconds, dial, then };
}

/** The first group that the plan rings by name, else that of the default policy. */
function groupOf(
  { telephony, plans, inboundPlan }: FailsafeRequest,
  number: FailsafeNumber,
): Group | undefined {
  const steps = Object.values(plans[number.plan ?? inboundPlan ?? '']?.steps ?? {});
  const named = steps
    .filter(({ do: verb }) => ['ring-group', 'queue'].includes(verb))
    .map((step) => fieldOf(step, 'group'))
    .find((name) => typeof name === 'string');
  const fallback = telephony.callbacks[DEFAULT_POLICY]?.group;
  return telephony.groups[typeof named === 'string' ? named : (fallback ?? '')];
}

function dialStringsOf(
  { telephony, contacts }: FailsafeRequest,
  { name, devices }: Operator,
  lost: string[],
): readonly string[] {
  return devices.flatMap((device) => {
    const dial = dialString(telephony, contacts, device);
    if (dial === undefined)
      lost.push(
        device.kind === 'registered'
          ? `${name}: the phone ${device.user} registers with the controller; give its address with --contacts`
          : `${name}: there is no trunk to dial ${device.kind === 'number' ? device.number : device.uri}`,
      );
    return dial === undefined ? [] : [dial];
  });
}

function dialString(
  telephony: Telephony,
  contacts: FailsafeRequest['contacts'],
  device: Device,
): string | undefined {
  if (device.kind === 'number') return byTrunk(telephony, device.number, device.trunk);
  const uri = device.kind === 'uri' ? device.uri : contacts[device.user];
  return uri === undefined ? undefined : `sofia/failsafe/${uri.replace(/^sips?:/, '')}`;
}

function byTrunk({ trunks }: Telephony, number: string, name: string | undefined): string | undefined {
  const trunk = name === undefined ? Object.values(trunks)[0] : trunks[name];
  return trunk === undefined ? undefined : `sofia/gateway/${trunk.name}/${writeNumber(trunk, number)}`;
}
