/**
 * Which trunk and gateway carry a number: every candidate in its order, with the reason for its place or for its
 * exclusion. The same rule serves live calls, `dialtrace route explain` and the API, so that the explanation is the
 * decision. Explicit order, no chance.
 */
import { lineKind } from '../values/line-kind.js';
import { parsePhone } from '../values/phone.js';
import { present } from '../values/present.js';
import { emergencyNote, isEmergencyNumber } from './emergency.js';
import type { GatewayState } from './gateway-health.js';
import type { Gateway, RouteRule, Telephony, Trunk } from './telephony.js';
import { weightedOrder } from './weighted-order.js';

export type Exclusion =
  | 'emergency'
  | 'country'
  | 'premium'
  | 'denied-prefix'
  | 'other-trunk-named'
  | 'not-routed'
  | 'not-registered'
  | 'gateway-down'
  | 'channels';

export interface RouteRequest {
  /** E.164, or a short number. */
  readonly number: string;
  /** ISO 3166, says whose short numbers these are. */
  readonly country?: string;
  /** Only this trunk: the dialplan, the policy or the device names it. */
  readonly trunk?: string;
}

/** What is so at this moment. */
export interface RoutingFacts {
  gatewayState(trunk: string, gateway: Gateway): GatewayState;
  /** Undefined: the trunk does not register. */
  registered(trunk: string): 'yes' | 'no' | undefined;
  channelsInUse(trunk: string): number;
}

export interface RouteChoice {
  readonly trunk: string;
  readonly gateway: Gateway;
  /** Its place when it is tried, from 1; counted on over excluded ones. */
  readonly order: number;
  readonly why: string;
  readonly excludedBy?: Exclusion;
  readonly costPerMinute?: number;
}

export interface RouteDecision {
  readonly number: string;
  readonly country?: string;
  readonly allowed: boolean;
  readonly choices: readonly RouteChoice[];
  readonly chosen?: RouteChoice;
  /** Why nothing may carry it, or by which rule an emergency number may pass. */
  readonly note?: string;
}

/** Nothing is known of the outside: what the settings alone say. */
export const AT_REST: RoutingFacts = {
  gatewayState: () => 'unknown',
  registered: () => undefined,
  channelsInUse: () => 0,
};

export function chooseRoute(
  telephony: Telephony,
  request: RouteRequest,
  facts: RoutingFacts = AT_REST,
): RouteDecision {
  const parsed = parsePhone(request.number, request.country);
  const number = parsed.ok ? parsed.e164 : request.number;
  const country = parsed.ok ? parsed.country : request.country?.toUpperCase();
  const isEmergency = isEmergencyNumber(request.number, country);
  const called: Called = { number, isEmergency, ...present({ country }) };
  const choices = inOrder(candidates(telephony, request, called), called, facts);
  const chosen = choices.find(({ excludedBy }) => excludedBy === undefined);
  return {
    number,
    allowed: chosen !== undefined && (parsed.ok || isEmergency),
    choices,
    ...present({ country, chosen: parsed.ok || isEmergency ? chosen : undefined }),
    ...present({ note: noteOf(telephony, called, parsed.ok ? 'number' : 'no-number', choices) }),
  };
}

interface Called {
  readonly number: string;
  readonly country?: string;
  readonly isEmergency: boolean;
}

interface Candidate {
  readonly trunk: Trunk;
  readonly why: string;
  readonly excludedBy?: Exclusion;
}

function candidates(telephony: Telephony, request: RouteRequest, called: Called): readonly Candidate[] {
  const all = Object.values(telephony.trunks);
  if (called.isEmergency) return emergencyCandidates(telephony, called, all);
  if (request.trunk !== undefined) return namedFirst(all, request.trunk);
  const rules = telephony.routing?.routes ?? [];
  return rules.length === 0
    ? all.map((trunk) => ({ trunk, why: 'no routes: trunks in the order written' }))
    : routed(telephony, rules, called);
}

/** Trunks of the rule that fits in its order, then those that it leaves out. */
function routed(telephony: Telephony, rules: readonly RouteRule[], { number }: Called): readonly Candidate[] {
  const rule = rules.find(({ match }) => number.startsWith(match));
  const listed = (rule?.trunks ?? []).flatMap((name) => telephony.trunks[name] ?? []);
  const ordered = rule?.order === 'least-cost' ? cheapestFirst(listed, number) : listed;
  const why = rule === undefined ? 'no route fits' : `route "${rule.match}", ${rule.order}`;
  const left = Object.values(telephony.trunks).filter((trunk) => !listed.includes(trunk));
  return [
    ...ordered.map((trunk) => ({ trunk, why })),
    ...left.map((trunk): Candidate => ({ trunk, why, excludedBy: 'not-routed' })),
  ];
}

function emergencyCandidates(
  { routing }: Telephony,
  { number }: Called,
  all: readonly Trunk[],
): readonly Candidate[] {
  const rule = routing?.emergency;
  const carries = (trunk: Trunk) => rule?.trunk === trunk.name && rule.numbers.includes(number);
  return all.map((trunk) =>
    carries(trunk)
      ? { trunk, why: 'routing.emergency names it' }
      : { trunk, why: 'an emergency number', excludedBy: 'emergency' },
  );
}

function namedFirst(all: readonly Trunk[], name: string): readonly Candidate[] {
  const named = all.filter((trunk) => trunk.name === name);
  const others = all.filter((trunk) => trunk.name !== name);
  return [
    ...named.map((trunk) => ({ trunk, why: 'named by the call' })),
    ...others.map((trunk): Candidate => ({
      trunk,
      why: `"${name}" is named`,
      excludedBy: 'other-trunk-named',
    })),
  ];
}

function cheapestFirst(trunks: readonly Trunk[], number: string): readonly Trunk[] {
  const costs = trunks.map((trunk) => ({ trunk, cost: costPerMinute(trunk, number) ?? Number.MAX_VALUE }));
  return costs.sort((a, b) => a.cost - b.cost).map(({ trunk }) => trunk);
}

/** The price of the longest beginning that fits; undefined when none does. */
export function costPerMinute({ allowed }: Trunk, number: string): number | undefined {
  const rates = allowed?.rates ?? {};
  for (let length = number.length; length > 0; length--) {
    const prefix = number.slice(0, length);
    if (Object.hasOwn(rates, prefix)) return rates[prefix];
  }
  return undefined;
}

function inOrder(all: readonly Candidate[], called: Called, facts: RoutingFacts): readonly RouteChoice[] {
  const pairs = all.flatMap((candidate) =>
    weightedOrder(candidate.trunk.gateways, called.number).map((gateway) => ({ candidate, gateway })),
  );
  return pairs.map(({ candidate: { trunk, why, excludedBy }, gateway }, index) => ({
    trunk: trunk.name,
    gateway,
    order: index + 1,
    why: `${why}; ${placeOf(trunk, gateway)}`,
    ...present({
      excludedBy: excludedBy ?? exclusionOf(trunk, gateway, called, facts),
      costPerMinute: costPerMinute(trunk, called.number),
    }),
  }));
}

function placeOf({ gateways }: Trunk, gateway: Gateway): string {
  if (gateways.length === 1) return 'its only gateway';
  const { priority, weight } = gateway;
  return priority === undefined
    ? `gateway ${gateways.indexOf(gateway) + 1} as written`
    : `gateway of priority ${priority}, weight ${weight ?? 1}`;
}

function exclusionOf(
  trunk: Trunk,
  gateway: Gateway,
  called: Called,
  facts: RoutingFacts,
): Exclusion | undefined {
  // Who calls for help is given every chance: a probe may be wrong, a channel more be granted.
  if (called.isEmergency) return undefined;
  const refused = ruleAgainst(trunk, called);
  if (refused !== undefined) return refused;
  if (facts.registered(trunk.name) === 'no') return 'not-registered';
  if (facts.gatewayState(trunk.name, gateway) === 'down') return 'gateway-down';
  return facts.channelsInUse(trunk.name) >= trunk.channels ? 'channels' : undefined;
}

function ruleAgainst({ allowed }: Trunk, { number, country }: Called): Exclusion | undefined {
  if (allowed === undefined) return undefined;
  if (allowed.countries !== undefined && !allowed.countries.includes(country ?? '')) return 'country';
  if (allowed.deny.some((prefix) => number.startsWith(prefix))) return 'denied-prefix';
  return allowed.premium === 'deny' && lineKind(number) === 'premium' ? 'premium' : undefined;
}

function noteOf(
  { routing, trunks }: Telephony,
  { number, isEmergency }: Called,
  kind: 'number' | 'no-number',
  choices: readonly RouteChoice[],
): string | undefined {
  if (isEmergency)
    return emergencyNote(number, routing?.emergency?.numbers.includes(number) === true ? 'named' : 'refused');
  if (kind === 'no-number') return `${number} is no number that can be dialled`;
  if (Object.keys(trunks).length === 0) return 'there is no trunk';
  if (choices.some(({ excludedBy }) => excludedBy === undefined)) return undefined;
  return 'every trunk is excluded; `excluded_by` says by what';
}
