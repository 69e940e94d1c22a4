/** The two programs that the external part compares: Dialtrace, and a floor program given by its path. */
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '../chaos/child-program.js';
import type { EventSocketAddress } from '../chaos/event-socket.js';
import { directTelephony } from './call-load.js';
import { startInstance } from './instance.js';

export interface Servers {
  readonly drachtio: EventSocketAddress;
  readonly freeswitch: EventSocketAddress;
  /** SIP port of drachtio on this host. */
  readonly sipPort: number;
}

export interface Contestant {
  readonly pid: number;
  close(): Promise<void>;
}

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const READY_DEADLINE_MS = 15_000;

export function startDialtrace(
  directory: string,
  { drachtio, freeswitch }: Servers,
  calleePort: number,
): Promise<Contestant> {
  return startInstance({
    directory,
    telephony: directTelephony(calleePort),
    settings: {
      switch: {
        kind: 'external',
        signalling: { host: drachtio.host, port: drachtio.port, secret: 'env:BENCH_DRACHTIO_SECRET' },
        media: { host: freeswitch.host, port: freeswitch.port, secret: 'env:BENCH_FREESWITCH_SECRET' },
      },
    },
    environment: { BENCH_DRACHTIO_SECRET: drachtio.secret, BENCH_FREESWITCH_SECRET: freeswitch.secret },
  });
}

/** It says one line when it serves, records into the folder named by REC, and ends at SIGTERM. */
export async function startFloor(directory: string, script: string): Promise<Contestant> {
  const recordings = join(directory, 'recordings');
  await mkdir(recordings, { recursive: true });
  const child = new ChildProgram({
    script,
    args: [],
    environment: {
      ...process.env,
      REC: recordings,
      // It may lie anywhere; the libraries it builds on are ours.
      NODE_PATH: [MODULES, process.env['NODE_PATH']].filter((path) => path !== undefined).join(delimiter),
    },
    logPath: join(directory, 'floor.log'),
  });
  await child.line(READY_DEADLINE_MS);
  return { pid: child.pid, close: () => child.end() };
}
