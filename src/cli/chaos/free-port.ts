/** A TCP port of 127.0.0.1 that nobody listens on: a program that is started again must come back on its old one. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the system hands out by itself, or somebody has it while ours is down; above those of RTP. */
const LOWEST = 30_000;
const HIGHEST = 32_768;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await stateOf(port)) === 'free') return port;
  }
}

function stateOf(port: number): Promise<'free' | 'taken'> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve('taken'));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve('free')));
  });
}
