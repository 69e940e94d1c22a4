/** What routing asks of the present: gateways by the switch's probes and registrations, channels by the store. */
import type { RoutingFacts } from '../../../domain/routing/choose-route.js';
import { gatewayKey } from '../../../domain/routing/gateway-key.js';
import type { Telephony } from '../../../domain/routing/telephony.js';
import type { Instant } from '../../../domain/values/ids.js';
import type { LeaseRepository } from '../../ports/store.js';
import type { Switch } from '../../ports/switch.js';
import { trunkPool } from './resources.js';

export interface RoutingSources {
  readonly leases: Pick<LeaseRepository, 'countSlots'>;
  readonly telephony: Telephony;
  readonly now: Instant;
  /** A trunk that the call has a channel of already. */
  readonly reserved?: string;
}

export async function routingFacts(
  telephoneSwitch: Pick<Switch, 'trunks'>,
  { leases, telephony, now, reserved }: RoutingSources,
): Promise<RoutingFacts> {
  const states = new Map(telephoneSwitch.trunks().map((state) => [state.trunk, state]));
  const names = Object.keys(telephony.trunks);
  const used = await Promise.all(names.map((name) => leases.countSlots(trunkPool(name), now)));
  const channels = new Map(names.map((name, index) => [name, used[index] ?? 0]));
  return {
    gatewayState: (trunk, gateway) =>
      states.get(trunk)?.gateways.find(({ key }) => key === gatewayKey(gateway))?.state ?? 'unknown',
    registered: (trunk) => {
      const registration = states.get(trunk)?.registration;
      if (registration === undefined) return undefined;
      return registration.state === 'registered' ? 'yes' : 'no';
    },
    channelsInUse: (trunk) => (trunk === reserved ? 0 : (channels.get(trunk) ?? 0)),
  };
}
