/** The failsafe set as FreeSWITCH XML: a profile of its own, its list of trunks, its dialplan. Pure text. */
import type { Gateway, Trunk } from '../routing/telephony.js';
import type { FailsafeRoute, FailsafeSet } from './failsafe-set.js';

export interface FailsafeSocket {
  readonly address: string;
  readonly port: number;
}

/** File name → content. */
export type FailsafeFiles = Readonly<Record<string, string>>;

const NOTE = '<!-- Written by dialtrace dialplan export; the next export overwrites it. -->';

export function failsafeFiles(set: FailsafeSet, socket: FailsafeSocket): FailsafeFiles {
  return {
    'failsafe/acl.xml': `${NOTE}\n${aclXml(set.trunks)}\n`,
    'failsafe/profile.xml': `${NOTE}\n${profileXml(set.trunks, socket)}\n`,
    'failsafe/dialplan.xml': `${NOTE}\n${contextXml(set)}\n`,
    'freeswitch.xml': `${documentXml()}\n`,
  };
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
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

/** Its first gateway; the controller's failover between gateways is gone with it. */
function gatewayXml({ name, gateways, username }: Trunk): readonly string[] {
  const [first] = gateways;
  if (first === undefined) return [];
  return [
    `    <gateway name="${escapeXml(name)}">`,
    param('proxy', proxyOf(first), '      '),
    param('username', username ?? 'dialtrace', '      '),
    // Never written here: FreeSWITCH reads it from its own environment or vars.xml.
    param('password', username === undefined ? 'none' : `$\${failsafe_${name}_password}`, '      '),
    param('register', 'false', '      '),
    param('caller-id-in-from', 'true', '      '),
    '    </gateway>',
  ];
}

function proxyOf({ host, port, transport }: Gateway): string {
  const place = host.includes(':') ? `[${host}]` : host;
  return `${place}:${port};transport=${transport === 'tcp' ? 'tcp' : 'udp'}`;
}

function param(name: string, value: string, indent: string): string {
  return `${indent}<param name="${name}" value="${escapeXml(value)}"/>`;
}

function contextXml({ routes, lost }: FailsafeSet): string {
  return [
    '<context name="failsafe">',
    ...lost.map((what) => `  <!-- not kept: ${what.replaceAll('--', '- -')} -->`),
    ...routes.flatMap(routeXml),
    '  <extension name="unknown-number">',
    '    <condition><action application="respond" data="404"/></condition>',
    '  </extension>',
    '</context>',
  ].join('\n');
}

/** Carriers write a number with a plus, without, or with 00. */
function routeXml({ number, group, strategy, ringSeconds, dial, then }: FailsafeRoute): readonly string[] {
  const together = strategy === 'simultaneous' ? ',' : '|';
  const legs = dial.map((one) => `[leg_timeout=${ringSeconds}]${one}`).join(together);
  const bridges = [...(legs === '' ? [] : [legs]), ...(then === undefined ? [] : [then])];
  return [
    `  <extension name="${escapeXml(`${number} ${group}`)}">`,
    `    <condition field="destination_number" expression="^(?:\\+|00)?${number.slice(1)}$">`,
    '      <action application="set" data="hangup_after_bridge=true"/>',
    '      <action application="set" data="continue_on_fail=true"/>',
    '      <action application="set" data="ringback=%(1000,4000,425)"/>',
    ...bridges.map((data) => `      <action application="bridge" data="${escapeXml(data)}"/>`),
    '      <action application="respond" data="480"/>',
    '    </condition>',
    '  </extension>',
  ];
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
