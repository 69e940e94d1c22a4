/**
 * What an operator may dial from a registered phone: colleagues by extension or name, and numbers only where a group of
 * his says so. Pure; app/calls/begin/dial-out acts on it.
 */
import { judgeDestination, type Strike } from '../gate/judge-gate.js';
import type { E164 } from '../values/ids.js';
import { parsePhone } from '../values/phone.js';
import { emergencyNote, emergencyRule } from './emergency.js';
import type { DialOut, Group, Operator, Telephony } from './telephony.js';

export type Dialling =
  | { readonly kind: 'colleague'; readonly operator: Operator; readonly group: Group | undefined }
  | { readonly kind: 'number'; readonly phone: E164; readonly group: Group; readonly terms: DialOut }
  /** By `routing.emergency`, for every operator: nothing stands in its way, neither limits nor lists. */
  | { readonly kind: 'emergency'; readonly phone: E164; readonly group: Group | undefined }
  /** `code` is for programs, `why` for people. */
  | {
      readonly kind: 'denied';
      readonly code: 'no-such-number' | 'not-allowed' | 'emergency' | Strike['reason'];
      readonly why: string;
    };

/** Owner of a registered phone. */
export function ownerOf({ operators }: Telephony, user: string | undefined): Operator | undefined {
  return Object.values(operators).find(({ devices }) =>
    devices.some((device) => device.kind === 'registered' && device.user === user),
  );
}

export function planDialling(telephony: Telephony, by: Operator, dialled: string): Dialling {
  const groups = Object.values(telephony.groups).filter(({ operators }) => operators.includes(by.name));
  const emergency = emergencyRule(telephony, dialled, groups[0]?.country);
  // No E.164, but what the trunk dials: writeNumber leaves it as it is.
  if (emergency === 'named') return { kind: 'emergency', phone: dialled as E164, group: groups[0] };
  const colleague = colleagueOf(telephony, dialled);
  if (colleague !== undefined) return { kind: 'colleague', operator: colleague, group: groups[0] };
  if (emergency === 'refused')
    return { kind: 'denied', code: 'emergency', why: emergencyNote(dialled, emergency) };
  const group = groups.find(({ dialOut }) => dialOut !== undefined);
  if (group?.dialOut === undefined)
    return { kind: 'denied', code: 'not-allowed', why: `no group of ${by.name} has dialOut` };
  return numberOf(telephony, { ...group, dialOut: group.dialOut }, dialled);
}

function colleagueOf({ operators }: Telephony, dialled: string): Operator | undefined {
  const all = Object.values(operators);
  return all.find(({ extension }) => extension === dialled) ?? all.find(({ name }) => name === dialled);
}

function numberOf(
  telephony: Telephony,
  group: Group & { readonly dialOut: DialOut },
  dialled: string,
): Dialling {
  const { dialOut } = group;
  const parsed = parsePhone(dialled, group.country);
  if (!parsed.ok) return { kind: 'denied', code: 'no-such-number', why: `${dialled}: ${parsed.why}` };
  const rules = telephony.gate ?? { countries: [], deniedKinds: [] };
  const allowed = dialOut.countries === undefined ? group : { ...group, countries: dialOut.countries };
  const struck = judgeDestination(parsed.e164, allowed, rules);
  if (struck !== undefined) return { kind: 'denied', code: struck.reason, why: struck.gateNote };
  return { kind: 'number', phone: parsed.e164, group, terms: dialOut };
}
