/**
 * Each registered contact of an operator is a device: a user with a desk phone and a softphone is rung on both. The first
 * contact keeps the place of the device in the settings, further ones come after all others. Read with the set in force.
 */
import type { Device, Operator } from '../../../domain/routing/telephony.js';
import type { TelephonySet } from '../../config.js';
import type { Registered } from '../../ports/switch.js';

export function withContacts(set: TelephonySet, registrations: readonly Registered[]): TelephonySet {
  const contacts = new Map<string, string[]>();
  for (const { user, contact } of registrations) contacts.set(user, [...(contacts.get(user) ?? []), contact]);
  if ([...contacts.values()].every(({ length }) => length < 2)) return set;
  const operators = Object.entries(set.telephony.operators).map(
    ([name, operator]) => [name, expand(operator, contacts)] as const,
  );
  return { ...set, telephony: { ...set.telephony, operators: Object.fromEntries(operators) } };
}

function expand(operator: Operator, contacts: ReadonlyMap<string, readonly string[]>): Operator {
  const more: Device[] = [];
  const devices = operator.devices.map((device): Device => {
    const [first, ...others] = device.kind === 'registered' ? (contacts.get(device.user) ?? []) : [];
    if (device.kind !== 'registered' || first === undefined || others.length === 0) return device;
    more.push(...others.map((contact) => ({ ...device, contact })));
    return { ...device, contact: first };
  });
  return more.length === 0 ? operator : { ...operator, devices: [...devices, ...more] };
}
