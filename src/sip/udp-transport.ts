/** SIP over UDP: one datagram, one message. Opened by transport.ts. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { SipAddress } from './api.js';
import type { Transport, TransportEvents } from './transport.js';

/** Bursts of a busy second must fit the kernel's queue; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

export async function openUdpTransport(address: SipAddress, events: TransportEvents): Promise<Transport> {
  // Without its own lookup dgram would go through dns and a later turn even for IP literals.
  const socket = createSocket({
    type: isIPv6(address.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    lookup: (host, _options, found) => {
      found(null, host, isIPv6(host) ? 6 : 4);
    },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(address.port, address.host, resolve);
  });
  socket.removeAllListeners('error');
  const local: SipAddress = { ...address, port: socket.address().port };
  const peer = ({ address: host, port }: RemoteInfo): SipAddress => ({ protocol: 'udp', host, port });
  let isOpen = true;

  socket.on('error', (error) => {
    events.dropped(error.message, local);
  });
  socket.on('message', (bytes, remote) => {
    // RFC 5626 §4.4.2: keep-alives over UDP are STUN or bare CRLFs; neither is a message.
    if (bytes.length > 4) events.bytes(bytes, peer(remote), local);
  });

  return {
    local,
    connectionCount: 0,
    isConnected: () => true,
    send(bytes, remote) {
      if (!isOpen) return;
      socket.send(bytes, remote.port, remote.host, (error) => {
        if (error) events.failed(error, remote);
      });
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}
