/** The trunk that a call to a client will take, chosen before anybody is disturbed. */
import { chooseRoute, type Exclusion, type RouteDecision } from '../../../domain/routing/choose-route.js';
import type { Telephony, Trunk } from '../../../domain/routing/telephony.js';
import type { E164 } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import type { AppContext } from '../../context.js';
import { routingFacts } from './routing-facts.js';

export type NoTrunk = 'denied' | 'channels' | 'down';

export type PlannedTrunk =
  /** Without trunks a client can still be a SIP URI of a dialplan. */
  { readonly kind: 'planned'; readonly trunk?: Trunk } | { readonly kind: 'none'; readonly why: NoTrunk };

export interface TrunkWish {
  readonly telephony: Telephony;
  readonly number: E164;
  /** Named by the policy. */
  readonly trunk?: string | undefined;
}

export async function planTrunk(
  { ports: { store, clock, switch: telephoneSwitch } }: AppContext,
  { telephony, number, trunk: named }: TrunkWish,
): Promise<PlannedTrunk> {
  if (Object.keys(telephony.trunks).length === 0) return { kind: 'planned' };
  const sources = { leases: store.leases, telephony, now: clock.now() };
  const decision = chooseRoute(
    telephony,
    { number, ...present({ trunk: named }) },
    await routingFacts(telephoneSwitch, sources),
  );
  const trunk = telephony.trunks[decision.chosen?.trunk ?? ''];
  return trunk === undefined ? { kind: 'none', why: whyNone(decision) } : { kind: 'planned', trunk };
}

const PASSING: Readonly<Partial<Record<Exclusion, NoTrunk>>> = {
  channels: 'channels',
  'gateway-down': 'down',
  'not-registered': 'down',
};

/** What will pass is waited for; a rule will not. */
export function whyNone({ choices }: RouteDecision): NoTrunk {
  const reasons = choices.flatMap(({ excludedBy }) => PASSING[excludedBy ?? 'emergency'] ?? []);
  return reasons.includes('channels') ? 'channels' : (reasons[0] ?? 'denied');
}
