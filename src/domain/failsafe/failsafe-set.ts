/**
 * What is left of the telephony when the controller is down: which number rings whom, by dial strings that FreeSWITCH
 * understands alone. Everything that cannot be kept is listed. Called by `dialplan export`.
 */
import type { Plans } from '../dialplan/session.js';
import { DEFAULT_POLICY } from '../leads/resolve-intake.js';
import { writeNumber } from '../routing/number-format.js';
import type { Device, Gateway, Group, Hours, Operator, Telephony, Trunk } from '../routing/telephony.js';
import { weightedOrder } from '../routing/weighted-order.js';
import { waysOf, type Rung, type TimeCondition, type Way } from './plan-ways.js';

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

/** Phones that ring together or one after another; each by the first of its dial strings that can be reached. */
export interface FailsafeRing {
  readonly who: string;
  readonly strategy: 'simultaneous' | 'sequential';
  readonly ringSeconds: number;
  readonly dial: readonly (readonly string[])[];
}

export interface FailsafeWay {
  readonly when: readonly TimeCondition[];
  /** One after another; none: the caller is told 480, or goes to the fail-safe number. */
  readonly rings: readonly FailsafeRing[];
}

export interface FailsafeRoute {
  readonly number: string;
  /** Exactly one of them is open at any time. */
  readonly ways: readonly FailsafeWay[];
  readonly then: readonly string[];
}

export interface FailsafeSet {
  readonly routes: readonly FailsafeRoute[];
  readonly trunks: readonly Trunk[];
  /** Those that a way asks for. */
  readonly hours: readonly Hours[];
  /** Whose clock counts. */
  readonly zone: string;
  /** What does not go on without the controller, in sentences. */
  readonly lost: readonly string[];
}

/** Of the dialplan engine, when neither step nor group says it. */
const RING_SECONDS = 30;

export function failsafeSet(request: FailsafeRequest): FailsafeSet {
  const { telephony, numbers } = request;
  const lost: string[] = [];
  const routes = numbers.flatMap((number) => routeOf(request, number, lost));
  const trunks = Object.values(telephony.trunks);
  if (trunks.length === 0) lost.push('there is no trunk: nobody may call, and no number can be dialled');
  const asked = routes.flatMap(({ ways }) => ways.flatMap(({ when }) => when.map(({ hours }) => hours)));
  const hours = [...new Set(asked)].flatMap((name) => telephony.hours[name] ?? []);
  return { routes, trunks, hours, zone: ownGroup(telephony)?.timeZone ?? 'UTC', lost: [...new Set(lost)] };
}

/** Inbound calls are of the default policy's group, unless a step names another. */
function ownGroup({ groups, callbacks }: Telephony): Group | undefined {
  return groups[callbacks[DEFAULT_POLICY]?.group ?? ''];
}

function routeOf(
  request: FailsafeRequest,
  { number, plan, failSafe }: FailsafeNumber,
  lost: string[],
): readonly FailsafeRoute[] {
  const { telephony, plans, inboundPlan = '' } = request;
  const found = waysOf(plans, plan ?? inboundPlan);
  lost.push(...found.lost);
  // A plan that rings nobody by itself, or none at all: the group that would be asked.
  const all: readonly Way[] = found.ways.some(({ rung }) => rung.length > 0) ? found.ways : [ANYBODY];
  const ways = all.map(({ when, rung }) => ({
    when,
    rings: rung.flatMap((one) => ringOf(request, number, one, lost)),
  }));
  const then = failSafe === undefined ? [] : byTrunk(telephony, failSafe, undefined);
  if (ways.every(({ rings }) => rings.length === 0) && then.length === 0) {
    lost.push(`${number}: none of its phones can be rung`);
    return [];
  }
  return [{ number, ways, then }];
}

const ANYBODY: Way = { when: [], rung: [{ kind: 'group', group: undefined, ringSeconds: undefined }] };

function ringOf(
  request: FailsafeRequest,
  number: string,
  rung: Rung,
  lost: string[],
): readonly FailsafeRing[] {
  if (rung.kind === 'group') return groupRing(request, number, rung, lost);
  const { ringSeconds = RING_SECONDS } = rung;
  const who = rung.kind === 'operator' ? rung.operator : rung.kind === 'number' ? rung.number : rung.uri;
  const dial = dialOf(request, rung, lost);
  return dial.length === 0 ? [] : [{ who, strategy: 'sequential', ringSeconds, dial }];
}

function dialOf(
  request: FailsafeRequest,
  rung: Exclude<Rung, { kind: 'group' }>,
  lost: string[],
): readonly (readonly string[])[] {
  const { telephony } = request;
  if (rung.kind === 'operator') return operatorDial(request, telephony.operators[rung.operator], lost);
  if (rung.kind === 'uri') return [[byAddress(rung.uri)]];
  const dial = byTrunk(telephony, rung.number, rung.trunk);
  if (dial.length === 0) lost.push(`there is no trunk to dial ${rung.number}`);
  return dial.length === 0 ? [] : [dial];
}

function groupRing(
  request: FailsafeRequest,
  number: string,
  { group: name, ringSeconds }: Extract<Rung, { kind: 'group' }>,
  lost: string[],
): readonly FailsafeRing[] {
  const { telephony } = request;
  const group = name === undefined ? ownGroup(telephony) : telephony.groups[name];
  if (group === undefined) {
    lost.push(`${number}: no group is rung by its plan, and there is no default policy`);
    return [];
  }
  const dial = group.operators.flatMap((one) => operatorDial(request, telephony.operators[one], lost));
  if (dial.length === 0) {
    lost.push(`no phone of group ${group.name} can be rung`);
    return [];
  }
  const strategy = group.strategy === 'simultaneous' ? 'simultaneous' : 'sequential';
  return [{ who: group.name, strategy, ringSeconds: ringSeconds ?? group.ringSeconds, dial }];
}

function operatorDial(
  { telephony, contacts }: FailsafeRequest,
  operator: Operator | undefined,
  lost: string[],
): readonly (readonly string[])[] {
  const { name = '', devices = [] } = operator ?? {};
  return devices.flatMap((device) => {
    const dial = dialStrings(telephony, contacts, device);
    if (dial.length === 0)
      lost.push(
        device.kind === 'registered'
          ? `${name}: the phone ${device.user} registers with the controller; give its address with --contacts`
          : `${name}: there is no trunk to dial ${device.kind === 'number' ? device.number : device.uri}`,
      );
    return dial.length === 0 ? [] : [dial];
  });
}

function dialStrings(
  telephony: Telephony,
  contacts: FailsafeRequest['contacts'],
  device: Device,
): readonly string[] {
  if (device.kind === 'number') return byTrunk(telephony, device.number, device.trunk);
  const uri = device.kind === 'uri' ? device.uri : contacts[device.user];
  return uri === undefined ? [] : [byAddress(uri)];
}

function byAddress(uri: string): string {
  return `sofia/failsafe/${uri.replace(/^sips?:/, '')}`;
}

/** Through each gateway, in the order in which the controller would try them for this number. */
function byTrunk({ trunks }: Telephony, number: string, name: string | undefined): readonly string[] {
  const trunk = name === undefined ? Object.values(trunks)[0] : trunks[name];
  if (trunk === undefined) return [];
  return weightedOrder(trunk.gateways, number).map(
    (gateway) => `sofia/gateway/${gatewayName(trunk, gateway)}/${writeNumber(trunk, number)}`,
  );
}

/** Name of a gateway in the profile: the trunk's, with its place when there are several. */
export function gatewayName({ name, gateways }: Trunk, gateway: Gateway): string {
  return gateways.length === 1 ? name : `${name}-${gateways.indexOf(gateway) + 1}`;
}
