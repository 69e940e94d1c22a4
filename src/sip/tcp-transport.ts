/** SIP over TCP and TLS: a listener, and one connection for each peer address, opened when needed (RFC 3261 §18.1–18.2). */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { createSipStreamReader, type SipStreamItem } from '../wire/sip-stream.js';
import type { SipAddress, SipTls, SipTrust, TlsTerms } from './api.js';
import { ConnectionPool, type Origin } from './connection-pool.js';
import type { TlsPeers } from './tls-peers.js';
import { addressKey, type Transport, type TransportEvents, type TransportLimits } from './transport.js';

const PONG = '\r\n';

/** How connections are made and taken; the rest is the same for both. */
interface Link {
  readonly server: Server;
  /** Event of the server that brings a connection ready for SIP. */
  readonly arrival: 'connection' | 'secureConnection';
  connect(remote: SipAddress): Socket;
}

function plainLink(): Link {
  return {
    server: createServer(),
    arrival: 'connection',
    connect: (remote) => connect(remote.port, remote.host),
  };
}

/** Peers are verified as their trust store says; a peer that shows no certificate is taken (phones have none). */
function secureLink({ tls: { ca, ...identity }, peers }: Secured): Link {
  const trust = ca === undefined ? {} : { ca };
  return {
    server: createTlsServer({ ...identity, ...trust, minVersion: 'TLSv1.2' }),
    arrival: 'secureConnection',
    connect: (remote) => {
      const { serverName = remote.name, ...own } = peers?.termsFor(remote) ?? {};
      const { port, host } = remote;
      const servername = serverName && { servername: serverName };
      return connectTls({
        ...trust,
        ...certificatesOf(own),
        ...servername,
        port,
        host,
        minVersion: 'TLSv1.2',
      });
    },
  };
}

function certificatesOf({ ca, cert, key }: TlsTerms): Pick<TlsTerms, 'ca' | 'cert' | 'key'> {
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && key !== undefined && { cert, key }) };
}

interface Secured {
  readonly tls: SipTls | SipTrust;
  readonly peers: TlsPeers | undefined;
}

export async function openTcpTransport(
  address: SipAddress,
  limits: TransportLimits,
  events: TransportEvents,
  secured?: Secured,
): Promise<Transport> {
  const connections = new ConnectionPool();
  const link = secured === undefined ? plainLink() : secureLink(secured);
  const { server } = link;
  const local: SipAddress = { ...address, port: await listen(server, address) };

  function take(item: SipStreamItem, socket: Socket, remote: SipAddress): void {
    if (item.kind === 'message') events.bytes(item.bytes, remote, local);
    else if (item.kind === 'ping') socket.write(PONG);
    else if (item.kind === 'fault') {
      events.dropped(item.why, remote);
      socket.destroy();
    }
  }

  function follow(socket: Socket, remote: SipAddress, origin: Origin): Socket {
    const reader = createSipStreamReader(limits);
    connections.add(addressKey(remote), socket, origin);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      for (const item of reader.push(chunk)) take(item, socket, remote);
    });
    socket.on('error', (error) => {
      events.failed(error, remote);
    });
    return socket;
  }

  secured?.peers?.onChange(() => connections.retireOurs());
  server.on(link.arrival, (socket: Socket) => {
    const { remoteAddress = '', remotePort = 0 } = socket;
    follow(socket, { protocol: address.protocol, host: remoteAddress, port: remotePort }, 'theirs');
  });
  server.on('tlsClientError', (error: Error) => {
    events.dropped(error.message, local);
  });

  return {
    local,
    get connectionCount() {
      return connections.size;
    },
    isConnected: (remote) => connections.has(addressKey(remote)),
    send(bytes, remote) {
      if (!server.listening) return;
      const open = connections.usable(addressKey(remote)) ?? follow(link.connect(remote), remote, 'ours');
      open.write(bytes);
    },
    async close() {
      connections.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function listen(server: Server, address: SipAddress): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  server.removeAllListeners('error');
  return (server.address() as AddressInfo).port;
}
