/** A TCP relay in front of a server, so that a test can cut the connection of a server it must not stop. */
import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** Closes all connections; with `refuse` new ones are closed too until `restore`. */
  cut(mode: 'once' | 'refuse'): void;
  restore(): void;
  /** New connections go to this port: the server was started anew, and knows nothing. */
  aim(port: number): void;
  /** Nothing passes any more, but all stays connected: a stopped process, a cut line. */
  freeze(): void;
  /** Connections taken so far. */
  readonly accepted: number;
  close(): Promise<void>;
}

export async function openRelay(host: string, port: number, listenPort = 0): Promise<Relay> {
  const sockets = new Set<Socket>();
  let refusing = false;
  let farPort = port;
  let accepted = 0;
  const server = createServer((near) => {
    accepted += 1;
    if (refusing) {
      near.destroy();
      return;
    }
    const far = connect({ host, port: farPort, noDelay: true });
    near.setNoDelay(true);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(listenPort, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut: (mode) => {
      refusing = mode === 'refuse';
      for (const socket of sockets) socket.destroy();
    },
    restore: () => {
      refusing = false;
    },
    aim: (next) => {
      farPort = next;
    },
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    get accepted() {
      return accepted;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
