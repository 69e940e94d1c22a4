/**
 * `socket <host>:<port> async full`: connects to the controller named by the INVITE, hands it the channel, and parks.
 * The park ends when the controller closes the socket, and the channel with it.
 */
import { createConnection, type Socket } from 'node:net';
import type { Channel } from '../channel/channel.js';
import { park } from '../channel/park.js';
import { EslConnection } from '../event-socket/connection.js';

const CONNECT_TIMEOUT_MS = 5000;

export async function socket(channel: Channel, argument: string): Promise<void> {
  const [address = ''] = argument.split(' ');
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number.parseInt(address.slice(colon + 1), 10);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return;
  const stream = await connectTo(channel, host, port);
  if (stream === undefined) return;
  channel.variables.set('socket_host', host);
  const { outbound } = channel.core;
  const connection: EslConnection = new EslConnection(channel.core, stream, {
    channel,
    onClosed: () => outbound.delete(connection),
  });
  outbound.add(connection);
  await park(channel);
}

/** `undefined`: nobody listens there, or not in time. */
function connectTo(channel: Channel, host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const stream = createConnection({ host, port, noDelay: true });
    const cancel = channel.core.clock.after(CONNECT_TIMEOUT_MS, () => stream.destroy());
    stream.once('connect', () => {
      cancel();
      resolve(stream);
    });
    stream.once('error', () => stream.destroy());
    stream.once('close', () => {
      cancel();
      resolve(undefined);
    });
  });
}
