/** Telephony as YAML → the domain's `Telephony`, with the references between its parts checked at their lines. */
import { createHash } from 'node:crypto';
import { DEFAULT_CHANNELS } from '../domain/attribution/default-channels.js';
import type { Device, Hours, Telephony } from '../domain/routing/telephony.js';
import { nearestName } from '../domain/values/nearest.js';
import { present } from '../domain/values/present.js';
import type { E164 } from '../domain/values/ids.js';
import type { TelephonyYaml } from './telephony-schema.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A reference that leads nowhere; `path` is its place in the merged document. */
export interface BrokenReference {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion?: string;
}

type DeviceYaml = TelephonyYaml['operators'][string]['devices'][number];

function deviceOf(device: DeviceYaml): Device {
  if ('phone' in device) return { kind: 'registered', user: device.phone };
  if ('uri' in device) return { kind: 'uri', uri: device.uri };
  return {
    kind: 'number',
    number: device.number as E164,
    ...(device.trunk === undefined ? {} : { trunk: device.trunk }),
  };
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, name: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function hoursOf(yaml: TelephonyYaml['hours'][string], name: string): Hours {
  const week = WEEKDAYS.map((day, index) => [String(index + 1), yaml.week[day] ?? []] as const);
  return { name, week: Object.fromEntries(week), exceptions: yaml.exceptions };
}

function trunkOf(yaml: TelephonyYaml['trunks'][string], name: string): Telephony['trunks'][string] {
  const { password, noResponse, ...rest } = yaml;
  return present({ name, ...rest, passwordRef: password, noResponseSeconds: noResponse });
}

function operatorOf(yaml: TelephonyYaml['operators'][string], name: string): Telephony['operators'][string] {
  const devices: readonly Device[] =
    yaml.devices.length === 0 ? [{ kind: 'registered', user: name }] : yaml.devices.map(deviceOf);
  return present({ name, displayName: yaml.displayName ?? name, devices, locale: yaml.locale });
}

function callbackOf(yaml: TelephonyYaml['callbacks'][string], name: string): Telephony['callbacks'][string] {
  const { duplicateWindow, later, noOperator, clientRing, retry, ...rest } = yaml;
  return present({
    name,
    ...rest,
    retry: present(retry),
    duplicateWindowMinutes: duplicateWindow / 60,
    laterSeconds: later,
    noOperatorSeconds: noOperator,
    clientRingSeconds: clientRing,
  });
}

function projectOf(yaml: TelephonyYaml['projects'][string], name: string): Telephony['projects'][string] {
  const { session, displayName, siteNumbers, ...rest } = yaml;
  return present({
    name,
    ...rest,
    displayName: displayName ?? name,
    siteNumbers: siteNumbers as E164[],
    sessionMinutes: session / 60,
  });
}

/** Builds the set; `version` is a hash of what it holds, so that equal sets have equal versions. */
export function buildTelephony(yaml: TelephonyYaml): Telephony {
  const version = createHash('sha256').update(JSON.stringify(yaml)).digest('hex').slice(0, 12);
  return {
    version,
    operators: mapValues(yaml.operators, operatorOf),
    groups: mapValues(
      yaml.groups,
      ({ ring, ...rest }, name) =>
        present({ name, ...rest, ringSeconds: ring }) as Telephony['groups'][string],
    ),
    trunks: mapValues(yaml.trunks, trunkOf),
    hours: mapValues(yaml.hours, hoursOf),
    callbacks: mapValues(yaml.callbacks, callbackOf),
    webhooks: mapValues(yaml.webhooks, ({ secret, ...rest }, name) => ({ name, ...rest, secretRef: secret })),
    projects: mapValues(yaml.projects, projectOf),
    channels: yaml.channels?.map((rule) => present(rule)) ?? DEFAULT_CHANNELS,
  };
}

interface Reference {
  readonly path: readonly (string | number)[];
  readonly to: 'trunk' | 'operator' | 'group' | 'hours' | 'dialplan';
  readonly name: string | undefined;
}

function* referencesOf(yaml: TelephonyYaml): Generator<Reference> {
  for (const [name, group] of Object.entries(yaml.groups)) {
    yield { path: ['groups', name, 'hours'], to: 'hours', name: group.hours };
    for (const [index, operator] of group.operators.entries())
      yield { path: ['groups', name, 'operators', index], to: 'operator', name: operator };
  }
  for (const [name, callback] of Object.entries(yaml.callbacks)) {
    yield { path: ['callbacks', name, 'group'], to: 'group', name: callback.group };
    yield { path: ['callbacks', name, 'trunk'], to: 'trunk', name: callback.trunk };
    yield { path: ['callbacks', name, 'dialplan'], to: 'dialplan', name: callback.dialplan };
  }
  for (const [name, operator] of Object.entries(yaml.operators))
    for (const [index, device] of operator.devices.entries())
      if ('number' in device)
        yield { path: ['operators', name, 'devices', index, 'trunk'], to: 'trunk', name: device.trunk };
}

/** Every reference that leads nowhere. Dialplans are not checked when their names are not known. */
export function brokenReferences(
  yaml: TelephonyYaml,
  dialplans: readonly string[] | undefined,
): BrokenReference[] {
  const known: Record<Reference['to'], readonly string[]> = {
    trunk: Object.keys(yaml.trunks),
    operator: Object.keys(yaml.operators),
    group: Object.keys(yaml.groups),
    hours: Object.keys(yaml.hours),
    dialplan: dialplans ?? [],
  };
  const broken: BrokenReference[] = [];
  for (const { path, to, name } of referencesOf(yaml)) {
    if (name === undefined || (to === 'dialplan' && dialplans === undefined) || known[to].includes(name))
      continue;
    const suggestion = nearestName(name, known[to]);
    broken.push({
      path,
      message: `there is no ${to} "${name}"`,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  return broken;
}
