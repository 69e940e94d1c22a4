/**
 * Where a dialled party is reached, and the claim on what that takes: an operator's device and a channel of a trunk.
 * Claims are conditional writes inside the step's transaction; what is held by others is an outcome, not a fault.
 */
import type { Dialled } from '../../../domain/dialplan/directives.js';
import type { ActivityOutcome } from '../../../domain/dialplan/inputs.js';
import { AT_REST, chooseRoute, type RoutingFacts } from '../../../domain/routing/choose-route.js';
import type { Device, Telephony, Trunk } from '../../../domain/routing/telephony.js';
import type { E164, Instant, LegId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import type { Repositories } from '../../ports/store.js';
import type { OriginateTarget, Switch } from '../../ports/switch.js';
import { whyNone, type NoTrunk } from './plan-trunk.js';
import { deviceLease, LINE_LEASE_MS, trunkPool } from './resources.js';

export type Denial = Extract<ActivityOutcome, { kind: 'not-allowed' }>['why'];

export interface Line {
  readonly target: OriginateTarget;
  /** Leased for as long as the leg lives: a device is never rung twice. */
  readonly device?: string;
  readonly trunk?: Trunk;
}

export type FoundLine =
  { readonly kind: 'line'; readonly line: Line } | { readonly kind: 'denied'; readonly why: Denial };

export interface LineSettings {
  readonly telephony: Telephony;
  /** Used when neither the directive nor the device names one. */
  readonly defaultTrunk?: string;
  /** What is so now; without it the settings alone decide. */
  readonly facts?: RoutingFacts;
}

export function findLine(dialled: Dialled, settings: LineSettings): FoundLine {
  switch (dialled.kind) {
    case 'uri':
      return { kind: 'line', line: { target: { kind: 'uri', uri: dialled.uri } } };
    case 'number':
      return trunkLine(dialled.number, dialled.trunk, settings);
    case 'operator': {
      const device = settings.telephony.operators[dialled.operator]?.devices[dialled.device];
      if (device === undefined) return { kind: 'denied', why: 'no-device' };
      return deviceLine(device, deviceLease(dialled.operator, dialled.device), settings);
    }
  }
}

function deviceLine(device: Device, lease: string, settings: LineSettings): FoundLine {
  if (device.kind !== 'number') return { kind: 'line', line: { target: device, device: lease } };
  const found = trunkLine(device.number, device.trunk, settings);
  return found.kind === 'denied' ? found : { kind: 'line', line: { ...found.line, device: lease } };
}

function trunkLine(number: E164, named: string | undefined, settings: LineSettings): FoundLine {
  const { telephony, defaultTrunk, facts = AT_REST } = settings;
  const wished = named ?? defaultTrunk;
  const decision = chooseRoute(telephony, { number, ...present({ trunk: wished }) }, facts);
  const trunk = telephony.trunks[decision.chosen?.trunk ?? ''];
  if (trunk === undefined) return { kind: 'denied', why: DENIALS[whyNone(decision)] };
  return { kind: 'line', line: { target: { kind: 'trunk', trunk: trunk.name, number }, trunk } };
}

const DENIALS: Readonly<Record<NoTrunk, Denial>> = {
  denied: 'no-trunk',
  channels: 'channels',
  down: 'no-trunk',
};

/** Can the switch reach this device at all, whoever uses it now? */
export function isReachable(line: Line, telephoneSwitch: Switch): boolean {
  const { target } = line;
  return (
    target.kind !== 'registered' ||
    telephoneSwitch
      .registrations()
      .some(({ user, contact }) => user === target.user && contact === (target.contact ?? contact))
  );
}

export interface LineClaim {
  readonly line: Line;
  readonly legId: LegId;
  readonly now: Instant;
  /** The call took a channel of this trunk for this leg already. */
  readonly reservedTrunk?: string | undefined;
}

/** `undefined`: all is ours until the leg ends. What was taken before a denial is given back. */
export async function claimLine(tx: Repositories, claim: LineClaim): Promise<Denial | undefined> {
  const { line, legId, now } = claim;
  const until = now + LINE_LEASE_MS;
  if (line.device !== undefined && (await tx.leases.take(line.device, legId, until, now)) === 'held')
    return 'busy-device';
  const { trunk } = line;
  if (trunk === undefined || trunk.name === claim.reservedTrunk) return undefined;
  const slot = await tx.leases.takeSlot(trunkPool(trunk.name), trunk.channels, legId, until, now);
  if (slot !== undefined) return undefined;
  await tx.leases.releaseOwner(legId);
  return 'channels';
}
