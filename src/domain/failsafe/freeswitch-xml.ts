/** The failsafe set as FreeSWITCH XML: a profile of its own, its list of trunks, its dialplan. Pure text. */
import type { Gateway, Trunk } from '../routing/telephony.js';
import { posixZone } from '../schedule/posix-zone.js';
import type { Instant } from '../values/ids.js';
import { escapeXml } from './escape-xml.js';
import {
  gatewayName,
  type FailsafeRing,
  type FailsafeRoute,
  type FailsafeSet,
  type FailsafeWay,
} from './failsafe-set.js';
import { hoursVariable, hoursXml } from './hours-xml.js';

export interface FailsafeSocket {
  readonly address: string;
  readonly port: number;
}

/** File name → content. */
export type FailsafeFiles = Readonly<Record<string, string>>;

const NOTE = '<!-- Written by dialtrace dialplan export; the next export overwrites it. -->';

/** `at`: when it is written; the zone's rules of the year that follows are. */
export function failsafeFiles(set: FailsafeSet, socket: FailsafeSocket, at: Instant): FailsafeFiles {
  return {
    'failsafe/acl.xml': `${NOTE}\n${aclXml(set.trunks)}\n`,
    'failsafe/profile.xml': `${NOTE}\n${profileXml(set.trunks, socket)}\n`,
    'failsafe/dialplan.xml': `${NOTE}\n${contextXml(set)}\n`,
    'failsafe/timezones.xml': `${NOTE}\n${zoneXml(set.zone, at)}\n`,
    'freeswitch.xml': `${documentXml()}\n`,
  };
}

/** Names can only be listed by their addresses: FreeSWITCH reads no host names in a network list. */
function cidrsOf({ gateways, addresses = [] }: Trunk): readonly string[] {
  const hosts = gateways.map(({ host }) => host).filter((host) => /^[\d.]+$|:/.test(host));
  return [...hosts, ...addresses].map((address) => {
    if (address.includes('/')) return address;
    return address.includes(':') ? `${address}/128` : `${address}/32`;
  });
}

function aclXml(trunks: readonly Trunk[]): string {
  const nodes = [...new Set(trunks.flatMap(cidrsOf))].map(
    (cidr) => `  <node type="allow" cidr="${escapeXml(cidr)}"/>`,
  );
  return ['<list name="failsafe-trunks" default="deny">', ...nodes, '</list>'].join('\n');
}

function profileXml(trunks: readonly Trunk[], { address, port }: FailsafeSocket): string {
  const params: Readonly<Record<string, string>> = {
    'sip-ip': address,
    'rtp-ip': address,
    'sip-port': String(port),
    context: 'failsafe',
    dialplan: 'XML',
    'auth-calls': 'false',
    'apply-inbound-acl': 'failsafe-trunks',
    'inbound-codec-prefs': 'PCMU,PCMA',
    'outbound-codec-prefs': 'PCMU,PCMA',
    'rtp-timer-name': 'soft',
    'manage-presence': 'false',
    // A stranger is answered nothing: scanners move on.
    'log-auth-failures': 'false',
  };
  return [
    '<profile name="failsafe">',
    '  <gateways>',
    ...trunks.flatMap(gatewayXml),
    '  </gateways>',
    '  <settings>',
    ...Object.entries(params).map(([name, value]) => param(name, value, '    ')),
    '  </settings>',
    '</profile>',
  ].join('\n');
}

function gatewayXml(trunk: Trunk): readonly string[] {
  const { name, gateways, username } = trunk;
  return gateways.flatMap((gateway) => [
    `    <gateway name="${escapeXml(gatewayName(trunk, gateway))}">`,
    param('proxy', proxyOf(gateway), '      '),
    param('username', username ?? 'dialtrace', '      '),
    // Never written here: FreeSWITCH reads it from its own environment or vars.xml.
    param('password', username === undefined ? 'none' : `$\${failsafe_${name}_password}`, '      '),
    param('register', 'false', '      '),
    param('caller-id-in-from', 'true', '      '),
    '    </gateway>',
  ]);
}

function proxyOf({ host, port, transport }: Gateway): string {
  const place = host.includes(':') ? `[${host}]` : host;
  const at = port === undefined ? place : `${place}:${port}`;
  return `${at};transport=${transport === 'tcp' ? 'tcp' : 'udp'}`;
}

function param(name: string, value: string, indent: string): string {
  return `${indent}<param name="${name}" value="${escapeXml(value)}"/>`;
}

function contextXml({ routes, hours, zone, lost }: FailsafeSet): string {
  const names = hours.map(({ name }) => name);
  return [
    '<context name="failsafe">',
    ...lost.map((what) => `  <!-- not kept: ${what.replaceAll('--', '- -')} -->`),
    ...hoursXml(hours, zone),
    ...routes.flatMap((route) => route.ways.flatMap((way) => wayXml(route, way, names))),
    '  <extension name="unknown-number">',
    '    <condition><action application="respond" data="404"/></condition>',
    '  </extension>',
    '</context>',
  ].join('\n');
}

/** Carriers write a number with a plus, without, or with 00. */
function wayXml(
  { number, then }: FailsafeRoute,
  { when, rings }: FailsafeWay,
  hours: readonly string[],
): readonly string[] {
  const name = [number, ...when.map((one) => `${one.hours} ${one.is}`)].join(' ');
  const bridges = [...rings.map(bridgeOf), ...(then.length === 0 ? [] : [then.join('|')])];
  return [
    `  <extension name="${escapeXml(name)}">`,
    `    <condition field="destination_number" expression="^(?:\\+|00)?${number.slice(1)}$"/>`,
    ...when.map(
      (one) => `    <condition field="\${${hoursVariable(hours, one.hours)}}" expression="^${one.is}$"/>`,
    ),
    '    <condition>',
    '      <action application="set" data="hangup_after_bridge=true"/>',
    '      <action application="set" data="continue_on_fail=true"/>',
    '      <action application="set" data="ringback=%(1000,4000,425)"/>',
    ...bridges.map((data) => `      <action application="bridge" data="${escapeXml(data)}"/>`),
    '      <action application="respond" data="480"/>',
    '    </condition>',
    '  </extension>',
  ];
}

/** `:_:` rings dial strings together, each with its own `|` for the gateways of a number (mod_dptools, bridge). */
function bridgeOf({ strategy, ringSeconds, dial }: FailsafeRing): string {
  const phones = dial.map((ways) => ways.map((way) => `[leg_timeout=${ringSeconds}]${way}`).join('|'));
  return phones.join(strategy === 'simultaneous' ? ':_:' : '|');
}

function zoneXml(zone: string, at: Instant): string {
  return `<zone name="${escapeXml(zone)}" value="${escapeXml(posixZone(zone, at))}"/>`;
}

/** A whole configuration for a FreeSWITCH that does nothing else; a larger one includes the three files itself. */
function documentXml(): string {
  const modules = ['console', 'sofia', 'commands', 'dptools', 'dialplan_xml', 'tone_stream'];
  return [
    '<?xml version="1.0"?>',
    NOTE,
    '<document type="freeswitch/xml">',
    '  <section name="configuration">',
    '    <configuration name="switch.conf"><settings><param name="loglevel" value="warning"/></settings></configuration>',
    '    <configuration name="modules.conf"><modules>',
    ...modules.map((name) => `      <load module="mod_${name}"/>`),
    '    </modules></configuration>',
    '    <configuration name="acl.conf"><network-lists>',
    '      <X-PRE-PROCESS cmd="include" data="failsafe/acl.xml"/>',
    '    </network-lists></configuration>',
    '    <configuration name="timezones.conf"><timezones>',
    '      <X-PRE-PROCESS cmd="include" data="failsafe/timezones.xml"/>',
    '    </timezones></configuration>',
    '    <configuration name="sofia.conf"><profiles>',
    '      <X-PRE-PROCESS cmd="include" data="failsafe/profile.xml"/>',
    '    </profiles></configuration>',
    '  </section>',
    '  <section name="dialplan">',
    '    <X-PRE-PROCESS cmd="include" data="failsafe/dialplan.xml"/>',
    '  </section>',
    '</document>',
  ].join('\n');
}
