/** SIP over TCP: a listener, and one connection for each peer address, opened when needed (RFC 3261 §18.1–18.2). */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSipStreamReader, type SipStreamItem } from '../wire/sip-stream.js';
import type { SipAddress } from './api.js';
import { addressKey, type Transport, type TransportEvents } from './transport.js';

const PONG = '\r\n';

export async function openTcpTransport(
  address: SipAddress,
  limits: { readonly messageBytes: number },
  events: TransportEvents,
): Promise<Transport> {
  const connections = new Map<string, Socket>();
  const server = createServer();
  const local: SipAddress = { ...address, port: await listen(server, address) };

  function take(item: SipStreamItem, socket: Socket, remote: SipAddress): void {
    if (item.kind === 'message') events.bytes(item.bytes, remote, local);
    else if (item.kind === 'ping') socket.write(PONG);
    else if (item.kind === 'fault') {
      events.dropped(item.why, remote);
      socket.destroy();
    }
  }

  function follow(socket: Socket, remote: SipAddress): Socket {
    const reader = createSipStreamReader(limits);
    const key = addressKey(remote);
    connections.set(key, socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      for (const item of reader.push(chunk)) take(item, socket, remote);
    });
    socket.on('error', (error) => {
      events.failed(error, remote);
    });
    socket.on('close', () => {
      if (connections.get(key) === socket) connections.delete(key);
    });
    return socket;
  }

  server.on('connection', (socket) => {
    follow(socket, { protocol: 'tcp', host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 });
  });

  return {
    local,
    get connectionCount() {
      return connections.size;
    },
    isConnected: (remote) => connections.has(addressKey(remote)),
    send(bytes, remote) {
      if (!server.listening) return;
      const open = connections.get(addressKey(remote)) ?? follow(connect(remote.port, remote.host), remote);
      open.write(bytes);
    },
    async close() {
      for (const socket of connections.values()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, address: SipAddress): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  server.removeAllListeners('error');
  return (server.address() as AddressInfo).port;
}
