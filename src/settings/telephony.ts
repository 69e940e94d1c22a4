/** Telephony as YAML → the domain's `Telephony`, with the references between its parts checked at their lines. */
import { createHash } from 'node:crypto';
import { DEFAULT_CHANNELS } from '../domain/attribution/default-channels.js';
import type { Device, Hours, Telephony, TrunkTls } from '../domain/routing/telephony.js';
import { nearestName } from '../domain/values/nearest.js';
import { present, without } from '../domain/values/present.js';
import type { E164 } from '../domain/values/ids.js';
import { hasHolidays, publicHolidays } from './holidays.js';
import { PLAN_OF_ORDER, type TelephonyYaml } from './telephony-schema.js';
import { destinationOf } from './destination-schema.js';
import { gateOf } from './gate-schema.js';
import type { ReadTls } from './trunk-tls.js';
import { numberingOf, poolOf, trackingReferences } from './tracking.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A reference that leads nowhere; `path` is its place in the merged document. */
export interface BrokenReference {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion?: string;
}

/** Cost per minute by prefix, by trunk. */
export type Rates = Readonly<Record<string, Readonly<Record<string, number>>>>;

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

export function hoursOf(yaml: TelephonyYaml['hours'][string], name: string): Hours {
  const week = WEEKDAYS.map((day, index) => [String(index + 1), yaml.week[day] ?? []] as const);
  const holidays = yaml.holidays === undefined ? [] : publicHolidays(yaml.holidays);
  const closed = Object.fromEntries(holidays.map((date) => [date, []]));
  return { name, week: Object.fromEntries(week), exceptions: { ...closed, ...yaml.exceptions } };
}

function trunkOf(
  yaml: TelephonyYaml['trunks'][string],
  name: string,
  files: { readonly rates?: Rates[string] | undefined; readonly tls?: TrunkTls | undefined },
): Telephony['trunks'][string] {
  const { password, noResponse, gateways, callerIdRules, registration, media, probe, allowed, ...written } =
    yaml;
  const rest = without(written, 'tls');
  const { session, ...sound } = media;
  return present({
    name,
    ...rest,
    gateways: gateways.map(present),
    callerIdRules: present(callerIdRules),
    passwordRef: password,
    noResponseSeconds: noResponse,
    registration:
      registration && present({ registrar: registration.registrar, expiresSeconds: registration.expires }),
    media: present({ ...sound, sessionSeconds: session }),
    probe: probe && {
      intervalSeconds: probe.interval,
      downAfter: probe.downAfter,
      upAfter: probe.upAfter,
    },
    allowed: present({ ...allowed, rates: files.rates }),
    tls: files.tls,
  });
}

function operatorOf(yaml: TelephonyYaml['operators'][string], name: string): Telephony['operators'][string] {
  const devices: readonly Device[] =
    yaml.devices.length === 0 ? [{ kind: 'registered', user: name }] : yaml.devices.map(deviceOf);
  const {
    displayName = name,
    locale,
    skills,
    ring: ringSeconds,
    weight,
    hours,
    extension,
    supervises,
  } = yaml;
  return present({
    name,
    displayName,
    devices,
    locale,
    skills,
    ringSeconds,
    weight,
    hours,
    extension,
    supervises,
  });
}

function groupOf(yaml: TelephonyYaml['groups'][string], name: string): Telephony['groups'][string] {
  const { ring, wrapUp, rejectDelay, noAnswerDelay, dialOut, ...rest } = yaml;
  return present({
    name,
    ...rest,
    dialOut: dialOut && present(dialOut),
    ringSeconds: ring,
    wrapUpSeconds: wrapUp,
    rejectDelaySeconds: rejectDelay,
    noAnswerDelaySeconds: noAnswerDelay,
  });
}

function callbackOf(yaml: TelephonyYaml['callbacks'][string], name: string): Telephony['callbacks'][string] {
  const { duplicateWindow, later, spokenTime, noOperator, clientRing, preview, ...more } = yaml;
  const { retry, keys, escalation, ...rest } = more;
  return present({
    name,
    ...rest,
    dialplan: yaml.dialplan ?? PLAN_OF_ORDER[yaml.order],
    keys: keys && present(keys),
    previewSeconds: preview,
    retry: present(retry),
    duplicateWindowMinutes: duplicateWindow / 60,
    laterSeconds: later,
    spokenTimeSeconds: spokenTime,
    noOperatorSeconds: noOperator,
    clientRingSeconds: clientRing,
    escalation: escalation.map(({ after, group }) => present({ afterSeconds: after, group })),
  });
}

function projectOf(yaml: TelephonyYaml['projects'][string], name: string): Telephony['projects'][string] {
  const { session, displayName, siteNumbers, sites, country, cookieDomain, consent, visitsPerMinute, texts } =
    yaml;
  return present({
    ...numberingOf(yaml),
    name,
    sites,
    country,
    cookieDomain,
    consent,
    visitsPerMinute,
    texts,
    displayName: displayName ?? name,
    siteNumbers: siteNumbers as E164[],
    sessionMinutes: session / 60,
  });
}

/** Builds the set; `version` is a hash of what it holds, so that equal sets have equal versions. */
export function buildTelephony(
  yaml: TelephonyYaml,
  { rates = {}, tls = {} }: { readonly rates?: Rates; readonly tls?: ReadTls['tls'] } = {},
): Telephony {
  const version = createHash('sha256')
    .update(JSON.stringify([yaml, rates, tls]))
    .digest('hex')
    .slice(0, 12);
  return {
    version,
    operators: mapValues(yaml.operators, operatorOf),
    groups: mapValues(yaml.groups, groupOf),
    trunks: mapValues(yaml.trunks, (trunk, name) =>
      trunkOf(trunk, name, { rates: rates[name], tls: tls[name] }),
    ),
    ...(yaml.routing && { routing: present(yaml.routing) }),
    hours: mapValues(yaml.hours, hoursOf),
    callbacks: mapValues(yaml.callbacks, callbackOf),
    webhooks: mapValues(yaml.webhooks, ({ secret, ...rest }, name) =>
      present({ name, ...rest, secretRef: secret }),
    ),
    destinations: mapValues(yaml.destinations, destinationOf),
    projects: mapValues(yaml.projects, projectOf),
    pools: mapValues(yaml.pools, poolOf),
    channels: yaml.channels?.map((rule) => present(rule)) ?? DEFAULT_CHANNELS,
    gate: gateOf(yaml.gate),
  };
}

export interface Reference {
  readonly path: readonly (string | number)[];
  readonly to: 'trunk' | 'operator' | 'group' | 'hours' | 'dialplan' | 'callback' | 'project' | 'pool';
  readonly name: string | undefined;
}

function referencesOf(yaml: TelephonyYaml): readonly Reference[] {
  return [
    ...ofRouting(yaml),
    ...Object.entries(yaml.groups).flatMap(([name, group]) => ofGroup(name, group)),
    ...Object.entries(yaml.callbacks).flatMap(([name, callback]) => ofCallback(name, callback)),
    ...Object.entries(yaml.operators).flatMap(([name, operator]) => ofOperator(name, operator)),
    ...trackingReferences(yaml),
    ...Object.entries(yaml.destinations).flatMap(([name, destination]) => ofDestination(name, destination)),
  ];
}

function ofRouting({ routing }: TelephonyYaml): readonly Reference[] {
  const listed = (routing?.routes ?? []).flatMap(({ trunks }, index) =>
    trunks.map((name, place): Reference => ({
      path: ['routing', 'routes', index, 'trunks', place],
      to: 'trunk',
      name,
    })),
  );
  return [
    ...listed,
    { path: ['routing', 'emergency', 'trunk'], to: 'trunk', name: routing?.emergency?.trunk },
  ];
}

function ofGroup(name: string, group: TelephonyYaml['groups'][string]): readonly Reference[] {
  const path = ['groups', name];
  const members = group.operators.map((operator, index): Reference => ({
    path: [...path, 'operators', index],
    to: 'operator',
    name: operator,
  }));
  return [
    { path: [...path, 'hours'], to: 'hours', name: group.hours },
    { path: [...path, 'dialOut', 'trunk'], to: 'trunk', name: group.dialOut?.trunk },
    ...members,
  ];
}

function ofCallback(name: string, callback: TelephonyYaml['callbacks'][string]): readonly Reference[] {
  const path = ['callbacks', name];
  const plan = callback.dialplan ?? PLAN_OF_ORDER[callback.order];
  return [
    { path: [...path, 'group'], to: 'group', name: callback.group },
    { path: [...path, 'trunk'], to: 'trunk', name: callback.trunk },
    { path: [...path, 'clientHours'], to: 'hours', name: callback.clientHours },
    ...callback.escalation.map((step, index): Reference => ({
      path: [...path, 'escalation', index, 'group'],
      to: 'group',
      name: step.group,
    })),
    { path: [...path, callback.dialplan === undefined ? 'order' : 'dialplan'], to: 'dialplan', name: plan },
  ];
}

function ofOperator(name: string, operator: TelephonyYaml['operators'][string]): readonly Reference[] {
  const path = ['operators', name];
  const trunks = operator.devices.map((device, index): Reference => ({
    path: [...path, 'devices', index, 'trunk'],
    to: 'trunk',
    name: 'number' in device ? device.trunk : undefined,
  }));
  const supervised = operator.supervises.map((group, index): Reference => ({
    path: [...path, 'supervises', index],
    to: 'group',
    name: group,
  }));
  return [{ path: [...path, 'hours'], to: 'hours', name: operator.hours }, ...trunks, ...supervised];
}

function ofDestination(
  name: string,
  destination: TelephonyYaml['destinations'][string],
): readonly Reference[] {
  const projects = destination.filter.projects ?? [];
  const users = 'users' in destination ? Object.keys(destination.users) : [];
  return [
    ...projects.map((project, index): Reference => ({
      path: ['destinations', name, 'filter', 'projects', index],
      to: 'project',
      name: project,
    })),
    ...users.map((user): Reference => ({
      path: ['destinations', name, 'users', user],
      to: 'operator',
      name: user,
    })),
  ];
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
    callback: Object.keys(yaml.callbacks),
    project: Object.keys(yaml.projects),
    pool: Object.keys(yaml.pools),
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
  return [...broken, ...senselessRings(yaml), ...senselessHolidays(yaml), ...doubleReceivers(yaml)];
}

/** Names that exist but would never ring: a stage of strangers, a skill that nobody of the group has. */
function senselessRings(yaml: TelephonyYaml): readonly BrokenReference[] {
  return [
    ...Object.entries(yaml.groups).flatMap(([name, group]) => senselessStages(name, group)),
    ...Object.entries(yaml.callbacks).flatMap(([name, callback]) => senselessSkills(yaml, name, callback)),
  ];
}

function senselessStages(name: string, group: TelephonyYaml['groups'][string]): readonly BrokenReference[] {
  const { strategy, stages = [], operators } = group;
  if (strategy === 'stages' && stages.length === 0)
    return [{ path: ['groups', name, 'strategy'], message: 'strategy stages needs `stages`' }];
  return stages.flatMap((stage, index) =>
    stage
      .filter((operator) => !operators.includes(operator))
      .map((operator) => {
        const suggestion = nearestName(operator, operators);
        return {
          path: ['groups', name, 'stages', index],
          message: `operator "${operator}" is not in \`operators\` of this group`,
          ...(suggestion === undefined ? {} : { suggestion }),
        };
      }),
  );
}

function senselessSkills(
  { groups, operators }: TelephonyYaml,
  name: string,
  { group, skills = [] }: TelephonyYaml['callbacks'][string],
): readonly BrokenReference[] {
  const members = (groups[group]?.operators ?? []).flatMap((one) => operators[one] ?? []);
  const able = members.some((one) => skills.every((skill) => one.skills?.includes(skill) === true));
  if (skills.length === 0 || able) return [];
  const message = `no operator of group "${group}" has ${skills.join(' and ')}`;
  return [{ path: ['callbacks', name, 'skills'], message }];
}

function* senselessHolidays(yaml: TelephonyYaml): Generator<BrokenReference> {
  for (const [name, { holidays }] of Object.entries(yaml.hours))
    if (holidays !== undefined && !hasHolidays(holidays))
      yield {
        path: ['hours', name, 'holidays'],
        message: `no public holidays are known for "${holidays}"`,
      };
}

/** Deliveries are kept by the name of their receiver. */
function doubleReceivers({ webhooks, destinations }: TelephonyYaml): readonly BrokenReference[] {
  return Object.keys(destinations)
    .filter((name) => Object.hasOwn(webhooks, name))
    .map((name) => ({ path: ['destinations', name], message: `there is a webhook "${name}" too` }));
}
