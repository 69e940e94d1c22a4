/** What stack.ts needs of a transport, and opening all that its options list. RFC 3261 §18. */
import { Fault } from '../errors.js';
import type { SipAddress, SipTls, SipTrust } from './api.js';
import { openTcpTransport } from './tcp-transport.js';
import type { TlsPeers } from './tls-peers.js';
import { openUdpTransport } from './udp-transport.js';
import { openWsTransport } from './ws-transport.js';

export interface Transport {
  readonly local: SipAddress;
  send(bytes: Buffer, remote: SipAddress): void;
  /** UDP: always. TCP: whether a connection to exactly this address is open. */
  isConnected(remote: SipAddress): boolean;
  readonly connectionCount: number;
  close(): Promise<void>;
}

export interface TransportEvents {
  /** One message (a datagram, or a cut of the stream). */
  bytes(bytes: Buffer, remote: SipAddress, local: SipAddress): void;
  dropped(why: string, remote: SipAddress): void;
  /** Nothing sent to this address can be expected to arrive. */
  failed(error: Error, remote: SipAddress): void;
}

export interface TransportLimits {
  readonly messageBytes: number;
}

/** What `bind` needs besides addresses. */
export interface TransportSettings extends TransportLimits {
  readonly tls?: SipTls | SipTrust;
  readonly tlsPeers?: TlsPeers;
}

const PORT_ATTEMPTS = 20;

/** Opens them all or none. Entries with port 0 on one host get the same port. */
export async function openTransports(
  bind: readonly SipAddress[],
  settings: TransportSettings,
  events: TransportEvents,
): Promise<Transport[]> {
  for (let attempt = 1; ; attempt += 1) {
    const opened: Transport[] = [];
    try {
      for (const address of bind)
        opened.push(await openOne(samePort(address, bind, opened), settings, events));
      return opened;
    } catch (error) {
      await Promise.all(opened.map((transport) => transport.close()));
      const isByChance = bind.some((address) => address.port === 0) && isInUse(error);
      if (!isByChance || attempt === PORT_ATTEMPTS) throw portFault(error, bind);
    }
  }
}

/** The port the system chose for an earlier port-0 entry of this host is asked for again with the other protocol. */
function samePort(
  address: SipAddress,
  bind: readonly SipAddress[],
  opened: readonly Transport[],
): SipAddress {
  if (address.port !== 0) return address;
  const twin = opened.find(
    ({ local }, at) =>
      bind[at]?.port === 0 &&
      local.host === address.host &&
      isDatagram(local) !== isDatagram(address) &&
      (isDatagram(local) ? address : local).protocol === 'tcp',
  );
  return twin ? { ...address, port: twin.local.port } : address;
}

function openOne(
  address: SipAddress,
  settings: TransportSettings,
  events: TransportEvents,
): Promise<Transport> {
  switch (address.protocol) {
    case 'udp':
      return openUdpTransport(address, events);
    case 'tcp':
      return openTcpTransport(address, settings, events);
    case 'tls':
      return openTcpTransport(address, settings, events, {
        tls: trustOf(settings),
        peers: settings.tlsPeers,
      });
    case 'ws':
      return openWsTransport(address, settings, events);
    case 'wss':
      return openWsTransport(address, settings, events, certificateOf(settings));
  }
}

const NO_CERTIFICATE = 'SIP over TLS needs a certificate and its key.';

function trustOf({ tls }: TransportSettings): SipTls | SipTrust {
  if (tls === undefined) throw new Fault('settings-invalid', NO_CERTIFICATE);
  return tls;
}

function certificateOf({ tls }: TransportSettings): SipTls {
  if (tls === undefined || !('key' in tls)) throw new Fault('settings-invalid', NO_CERTIFICATE);
  return tls;
}

/** Only over UDP are messages repeated and lost (RFC 3261 §17). */
export function isDatagram({ protocol }: SipAddress): boolean {
  return protocol === 'udp';
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function portFault(error: unknown, bind: readonly SipAddress[]): unknown {
  if (!isInUse(error)) return error;
  const wanted = bind.map(({ protocol, host, port }) => `${protocol}/${host}:${port}`).join(', ');
  return new Fault('port-in-use', `Cannot open SIP on ${wanted}.`, { cause: error });
}

/** Key of maps by address. */
export function addressKey(address: SipAddress): string {
  return `${address.protocol}/${address.host}:${address.port}`;
}
