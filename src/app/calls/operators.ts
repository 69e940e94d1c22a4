/** Who of a group could be rung now. A look ahead, not a claim: the claim is made when a device is really dialled. */
import type { Group, Operator, Telephony } from '../../domain/routing/telephony.js';
import type { AppContext } from '../context.js';
import { findLine, isReachable } from './lines.js';

/** `busy`: somebody could be reached, but all are in a call. `unreachable`: no phone of the group is there. */
export type Availability = 'free' | 'busy' | 'unreachable';

export function operatorsOf(telephony: Telephony, group: Group): readonly Operator[] {
  return group.operators.flatMap((name) => telephony.operators[name] ?? []);
}

export async function availabilityOf(
  context: AppContext,
  telephony: Telephony,
  operators: readonly Operator[],
): Promise<Availability> {
  const { store, clock } = context.ports;
  const devices = reachableDevices(context, telephony, operators);
  for (const device of devices) {
    const lease = await store.leases.heldBy(device);
    if (lease === undefined || lease.until <= clock.now()) return 'free';
  }
  return devices.length > 0 ? 'busy' : 'unreachable';
}

function reachableDevices(
  context: AppContext,
  telephony: Telephony,
  operators: readonly Operator[],
): readonly string[] {
  return operators.flatMap(({ name, devices }) =>
    devices.flatMap((_, device) => {
      const found = findLine({ kind: 'operator', operator: name, device }, { telephony });
      const reachable = found.kind === 'line' && isReachable(found.line, context.ports.switch);
      return reachable && found.line.device !== undefined ? [found.line.device] : [];
    }),
  );
}
