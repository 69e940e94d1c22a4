/** Can a gateway be reached: DNS, port, TLS chain, and an OPTIONS round trip. Each step says one sentence. */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { gatewayKey } from '../../../domain/routing/gateway-key.js';
import type { Gateway } from '../../../domain/routing/telephony.js';
import { messageOf } from '../../../errors.js';
import type { Dns } from '../../../resolve/dns.js';
import { resolveGateway, type Hop } from '../../../resolve/resolve-gateway.js';
import type { TlsTerms } from '../../../sip/api.js';
import { openUserAgent } from '../../../sip/user-agent.js';
import { formatHostPort } from '../../../wire/sip-uri.js';
import { failure, ok, warning, type Finding } from '../finding.js';
import { routeTo, socketsOf, type Way } from './own-phone.js';
import { within } from './within.js';

const CONNECT_MS = 3000;
const REFUSAL_MS = 300;
const OPTIONS_MS = 4000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export interface ReachOptions {
  readonly dns: Dns;
  /** Local address for SIP. */
  readonly address: string;
  readonly now: () => number;
  /** Of the trunk. */
  readonly tls?: TlsTerms;
}

export interface Reached {
  readonly findings: readonly Finding[];
  /** Absent: a test call makes no sense. */
  readonly hop?: Hop;
}

export async function reachGateway(gateway: Gateway, options: ReachOptions): Promise<Reached> {
  const resolution = await resolveGateway(options.dns, gateway, '');
  const name = gatewayKey(gateway);
  if (resolution.kind === 'unresolved')
    return {
      findings: [
        failure(
          'dns',
          `${name}: ${resolution.why}`,
          'Correct `host`, or ask the carrier for its SIP address.',
        ),
      ],
    };
  const [hop] = resolution.hops;
  if (hop === undefined) return { findings: [failure('dns', `${name} has no address`, 'Correct `host`.')] };
  const found = ok('dns', `${name} leads to ${resolution.hops.map(placeOf).join(', ')}`);
  const port = await checkPort(hop);
  if (port.state === 'failure') return { findings: [found, port] };
  const tls = hop.transport === 'tls' ? [await checkCertificate(gateway, hop, options)] : [];
  if (tls.some(({ state }) => state === 'failure')) return { findings: [found, port, ...tls] };
  return {
    findings: [found, port, ...tls, await checkOptions({ ...options, hop, host: gateway.host })],
    hop,
  };
}

export function placeOf({ transport, address, port }: Hop): string {
  return `${transport} ${formatHostPort(address, port)}`;
}

function checkPort(hop: Hop): Promise<Finding> {
  return hop.transport === 'udp' ? checkUdpPort(hop) : checkTcpPort(hop);
}

const PORT_REMEDY =
  'Check `port` and `transport`, the firewall, and that the carrier has allowed our address.';

async function checkTcpPort(hop: Hop): Promise<Finding> {
  const socket = connectTcp({ host: hop.address, port: hop.port });
  const connected = new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('error', (error) => resolve(messageOf(error)));
  });
  const why = await within(CONNECT_MS, connected, 'no connection in 3 s');
  socket.destroy();
  return why === undefined
    ? ok('port', `${placeOf(hop)} takes connections`)
    : failure('port', `${placeOf(hop)} takes no connection: ${why}`, PORT_REMEDY);
}

/** A closed UDP port answers with ICMP, which a connected socket tells; silence says nothing, OPTIONS will. */
async function checkUdpPort(hop: Hop): Promise<Finding> {
  const socket = createSocket(hop.address.includes(':') ? 'udp6' : 'udp4');
  const refused = new Promise<'refused'>((resolve) => {
    socket.once('error', () => resolve('refused'));
    socket.connect(hop.port, hop.address, () => socket.send('\r\n\r\n'));
  });
  const heard = await within(REFUSAL_MS, refused, 'open');
  socket.close();
  return heard === 'open'
    ? ok('port', `${placeOf(hop)} does not refuse packets`)
    : failure('port', `${placeOf(hop)} is closed (ICMP port unreachable)`, PORT_REMEDY);
}

async function checkCertificate(gateway: Gateway, hop: Hop, options: ReachOptions): Promise<Finding> {
  const { serverName: name = gateway.host, ...own } = options.tls ?? {};
  const socket = connectTls({
    host: hop.address,
    port: hop.port,
    // RFC 6066 §3: a name, never an address.
    ...(isIP(name) === 0 && { servername: name }),
    rejectUnauthorized: false,
    ...own,
  });
  const shaken = new Promise<string | undefined>((resolve) => {
    socket.once('secureConnect', () => resolve(undefined));
    socket.once('error', (error) => resolve(messageOf(error)));
  });
  const why = await within(CONNECT_MS, shaken, 'no TLS handshake in 3 s');
  const finding =
    why === undefined
      ? ((await refusalOfOurs(socket, hop)) ?? judgeCertificate(socket, options.now()))
      : failure('tls', `${placeOf(hop)}: ${why}`, 'Check that the port speaks TLS.');
  socket.destroy();
  return finding;
}

/** TLS 1.3 shakes hands first; that our certificate is missing or not liked comes after it. */
async function refusalOfOurs(socket: TLSSocket, hop: Hop): Promise<Finding | undefined> {
  const refused = new Promise<string>((resolve) => {
    socket.once('error', (error) => resolve(messageOf(error)));
  });
  const why = await within(REFUSAL_MS, refused, undefined);
  return why === undefined
    ? undefined
    : failure(
        'tls',
        `${placeOf(hop)} wants another certificate of ours: ${why}`,
        'Set `tls.certificate` and `tls.key` of the trunk to those that the carrier gave or knows.',
      );
}

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function distrust(certificate: PeerCertificate, why: string): Finding {
  const who = `the certificate of ${subjectOf(certificate)}`;
  if (UNKNOWN_AUTHORITY.has(why))
    return failure(
      'tls',
      `${who} is not trusted: nobody here vouches for ${issuerOf(certificate)} (${why})`,
      'Set `tls.ca` of the trunk to the PEM of the carrier’s authority, or add it to the system.',
    );
  return failure(
    'tls',
    `${who} is not trusted: ${why}`,
    'Use a name that the certificate carries as `host`, or as `tls.serverName` of the trunk.',
  );
}

function judgeCertificate(socket: TLSSocket, now: number): Finding {
  const certificate: PeerCertificate = socket.getPeerCertificate();
  const endsAt = Date.parse(certificate.valid_to);
  const days = Math.floor((endsAt - now) / DAY_MS);
  if (endsAt < now)
    return failure(
      'tls',
      `the certificate of ${subjectOf(certificate)} expired on ${certificate.valid_to}`,
      'Tell the carrier; until it is renewed use another gateway.',
    );
  if (!socket.authorized) return distrust(certificate, messageOf(socket.authorizationError));
  if (days < SOON_DAYS)
    return warning(
      'tls',
      `the certificate of ${subjectOf(certificate)} ends in ${days} days`,
      'Tell the carrier.',
    );
  return ok('tls', `the certificate of ${subjectOf(certificate)} is trusted and valid for ${days} days`);
}

function subjectOf({ subject }: PeerCertificate): string {
  const name: string | string[] | undefined = subject.CN;
  return typeof name === 'string' ? name : 'the gateway';
}

function issuerOf({ issuer }: PeerCertificate): string {
  const name: string | string[] | undefined = issuer.CN;
  return typeof name === 'string' ? name : 'its issuer';
}

async function checkOptions(way: ReachOptions & Pick<Way, 'hop' | 'host'>): Promise<Finding> {
  const { hop, now } = way;
  const agent = await openUserAgent({ bind: [], ...socketsOf({ ...way, port: 0 }), user: 'doctor' });
  const sentAt = now();
  const answered = agent.request('OPTIONS', {
    uri: `sip:${formatHostPort(hop.address, hop.port)}`,
    route: { to: routeTo(way) },
  });
  const response = await within(OPTIONS_MS, answered, undefined);
  const tookMs = now() - sentAt;
  await agent.close();
  return response === undefined
    ? warning(
        'options',
        `${placeOf(hop)} did not answer OPTIONS in 4 s`,
        'Some carriers never do: then leave `probe` out. Otherwise check the firewall.',
      )
    : ok('options', `${placeOf(hop)} answered OPTIONS with ${response.status} in ${tookMs} ms`);
}
