/** The TCP listener for inbound event-socket connections (controllers, `fs_cli`). Owned by server.ts. */
import { createServer, type Server, type Socket } from 'node:net';
import { Fault } from '../../../errors.js';
import type { Core } from '../core.js';
import { EslConnection } from './connection.js';

const RUDE_REJECTION = 'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n';

export interface EventSocketListener {
  readonly port: number;
  readonly connectionCount: number;
  close(): Promise<void>;
}

export async function listenForControllers(core: Core): Promise<EventSocketListener> {
  const connections = new Set<EslConnection>();
  const server = createServer((socket) => {
    accept(core, socket, connections);
  });
  await bind(server, core.settings.eventSocket);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connectionCount() {
      return connections.size;
    },
    close: () => closeAll(server, connections),
  };
}

function accept(core: Core, socket: Socket, connections: Set<EslConnection>): void {
  const { allow } = core.settings.eventSocket;
  if (allow !== undefined && !allow.includes(socket.remoteAddress ?? '')) {
    socket.on('error', () => socket.destroy());
    socket.end(RUDE_REJECTION);
    return;
  }
  const connection: EslConnection = new EslConnection(core, socket, {
    onClosed: () => connections.delete(connection),
  });
  connections.add(connection);
}

function bind(
  server: Server,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new Fault('port-in-use', `The event socket cannot listen on ${address}:${port}: ${error.message}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, address, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

async function closeAll(server: Server, connections: ReadonlySet<EslConnection>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  await Promise.all([...connections].map((connection) => connection.close()));
  await closed;
}
