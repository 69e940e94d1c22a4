/**
 * Where a gateway is reached (RFC 3263 §4): NAPTR when DNS shall say the transport, SRV when no port is written, then A
 * and AAAA. The order is DNS's own; weights are served without chance by domain/routing/weighted-order, so that the same
 * number takes the same way.
 */
import { isIP } from 'node:net';
import type { Gateway } from '../domain/routing/telephony.js';
import { weightedOrder } from '../domain/routing/weighted-order.js';
import type { Dns, NaptrRecord, SrvRecord } from './dns.js';

export interface Hop {
  /** IP literal. */
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
}

export type Resolution =
  | { readonly kind: 'hops'; readonly hops: readonly Hop[] }
  | { readonly kind: 'unresolved'; readonly why: string };

type Transport = 'udp' | 'tcp' | 'tls';

const DEFAULT_PORTS: Readonly<Record<Transport, number>> = { udp: 5060, tcp: 5060, tls: 5061 };
const SRV_NAMES: Readonly<Record<Transport, string>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
};
/** RFC 3263 §4.1 and §10.1. */
const SERVICES: Readonly<Record<string, Transport>> = {
  'sip+d2u': 'udp',
  'sip+d2t': 'tcp',
  'sips+d2t': 'tls',
};
/** Without NAPTR: §4.1 lets the client choose. */
const PREFERRED: readonly Transport[] = ['udp', 'tcp', 'tls'];

export async function resolveGateway(dns: Dns, gateway: Gateway, spreadBy: string): Promise<Resolution> {
  const { host, port } = gateway;
  const written = gateway.transport === 'auto' ? 'udp' : gateway.transport;
  if (isIP(host) !== 0)
    return found([{ address: host, port: port ?? DEFAULT_PORTS[written], transport: written }]);
  if (port !== undefined) return hostsOf(dns, [{ name: host, port, transport: written }], host);
  const services =
    gateway.transport === 'auto'
      ? await servicesOf(dns, host)
      : [{ name: `${SRV_NAMES[written]}.${host}`, transport: written }];
  for (const { name, transport } of services) {
    const answer = await dns.query('SRV', name);
    if (answer.kind === 'records') return hostsOf(dns, targetsOf(answer.records, transport, spreadBy), name);
  }
  return hostsOf(dns, [{ name: host, port: DEFAULT_PORTS[written], transport: written }], host);
}

interface Service {
  readonly name: string;
  readonly transport: Transport;
}

async function servicesOf(dns: Dns, host: string): Promise<readonly Service[]> {
  const answer = await dns.query('NAPTR', host);
  const told = answer.kind === 'records' ? inOrder(answer.records) : [];
  const usable = told.flatMap(({ service, replacement }) => {
    const transport = SERVICES[service.toLowerCase()];
    return transport === undefined ? [] : [{ name: replacement, transport }];
  });
  return usable.length > 0
    ? usable
    : PREFERRED.map((transport) => ({ name: `${SRV_NAMES[transport]}.${host}`, transport }));
}

/** RFC 2915 §2: order, then preference. Only records that lead to SRV. */
function inOrder(records: readonly NaptrRecord[]): readonly NaptrRecord[] {
  return records
    .filter(({ flags }) => flags.toLowerCase() === 's')
    .toSorted((a, b) => a.order - b.order || a.preference - b.preference);
}

interface Target extends Service {
  readonly port: number;
}

/** RFC 2782: a lone target `.` means that the service is decidedly not there. */
function targetsOf(records: readonly SrvRecord[], transport: Transport, spreadBy: string): readonly Target[] {
  return weightedOrder(records, spreadBy)
    .filter(({ name }) => name !== '' && name !== '.')
    .map(({ name, port }) => ({ name, port, transport }));
}

async function hostsOf(dns: Dns, targets: readonly Target[], asked: string): Promise<Resolution> {
  const answers = await Promise.all(targets.map((target) => addressesOf(dns, target)));
  const hops = answers.flatMap(({ hops: each }) => each);
  const why = answers.find((each) => each.why !== undefined)?.why ?? 'it has no address';
  return hops.length > 0 ? found(hops) : { kind: 'unresolved', why: `${asked}: ${why}` };
}

async function addressesOf(dns: Dns, { name, port, transport }: Target) {
  const [v4, v6] = await Promise.all([dns.query('A', name), dns.query('AAAA', name)]);
  const hops = [v4, v6].flatMap((answer) =>
    answer.kind === 'records' ? answer.records.map((address) => ({ address, port, transport })) : [],
  );
  const failed = [v4, v6].find((answer) => answer.kind === 'failed');
  return { hops, why: failed === undefined ? undefined : `DNS failed (${failed.why})` };
}

function found(hops: readonly Hop[]): Resolution {
  return { kind: 'hops', hops };
}
