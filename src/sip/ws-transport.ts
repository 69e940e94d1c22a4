/**
 * SIP over WebSocket, plain and over TLS (RFC 7118): one message a frame, and connections that only browsers open. What is
 * sent to a browser whose connection is gone has failed: nobody can call it back.
 */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { SipAddress, SipTls } from './api.js';
import { addressKey, type Transport, type TransportEvents, type TransportLimits } from './transport.js';
import { listen } from './tcp-transport.js';

/** RFC 7118 §4.1. */
const SUBPROTOCOL = 'sip';
/** RFC 7118 §5.4 and RFC 5626 §3.5.1: a browser sends CRLF CRLF and expects CRLF. */
const PING = /^(?:\r\n)+$/;
const PONG = '\r\n';

export async function openWsTransport(
  address: SipAddress,
  limits: TransportLimits,
  events: TransportEvents,
  tls?: SipTls,
): Promise<Transport> {
  const connections = new Map<string, WebSocket>();
  const server = tls === undefined ? createServer() : createTlsServer({ key: tls.key, cert: tls.cert });
  const sockets = new WebSocketServer({
    server,
    maxPayload: limits.messageBytes,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  // A listening fault is thrown by `listen`; the WebSocket server hears of it too.
  sockets.on('error', () => undefined);
  const local: SipAddress = { ...address, port: await listen(server, address) };

  function follow(socket: WebSocket, remote: SipAddress): void {
    const key = addressKey(remote);
    if (socket.protocol !== SUBPROTOCOL) {
      events.dropped('not-sip', remote);
      socket.close(1002, 'subprotocol sip is needed');
      return;
    }
    connections.set(key, socket);
    socket.on('message', (frame) => {
      const bytes = bytesOf(frame);
      if (PING.test(bytes.toString('latin1', 0, 8))) socket.send(PONG);
      else events.bytes(bytes, remote, local);
    });
    socket.on('error', (error) => {
      events.failed(error, remote);
    });
    socket.on('close', () => {
      if (connections.get(key) === socket) connections.delete(key);
    });
  }

  sockets.on('connection', (socket, { socket: line }) => {
    follow(socket, {
      protocol: address.protocol,
      host: line.remoteAddress ?? '',
      port: line.remotePort ?? 0,
    });
  });

  return {
    local,
    get connectionCount() {
      return connections.size;
    },
    isConnected: (remote) => connections.has(addressKey(remote)),
    send(bytes, remote) {
      const open = connections.get(addressKey(remote));
      if (open) open.send(bytes.toString('utf8'));
      else queueMicrotask(() => events.failed(new Error('the WebSocket is closed'), remote));
    },
    async close() {
      for (const socket of connections.values()) socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function bytesOf(frame: RawData): Buffer {
  if (Array.isArray(frame)) return Buffer.concat(frame);
  return frame instanceof ArrayBuffer ? Buffer.from(frame) : frame;
}
