/** SIPp, the SIP test tool, where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;

export interface SippRun {
  readonly successful: number;
  readonly failed: number;
}

export interface RunningSipp {
  readonly port: number;
  /** Settles when the asked number of calls is done. */
  readonly done: Promise<SippRun>;
  stop(): void;
}

/** A built-in scenario (`uac`, `uas`) on a free port. */
export async function startSipp(scenario: 'uac' | 'uas', options: readonly string[]): Promise<RunningSipp> {
  const port = await freePort();
  const fixed = ['-sn', scenario, '-i', '127.0.0.1', '-p', String(port), '-nostdin', '-timeout', '20s'];
  const child = spawn('sipp', [...fixed, ...options], {
    cwd: tmpdir(),
    env: { ...process.env, TERM: 'xterm' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const done = once(child, 'exit').then(() => ({
    successful: lastCount(output, 'Successful call'),
    failed: lastCount(output, 'Failed call'),
  }));
  return { port, done, stop: () => void child.kill('SIGKILL') };
}

/** The cumulative column of SIPp's last screen. */
function lastCount(output: string, label: string): number {
  const rows = [...output.matchAll(new RegExp(`${label}\\s*\\|\\s*\\d+\\s*\\|\\s*(\\d+)`, 'g'))];
  return Number(rows.at(-1)?.[1] ?? NaN);
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
  return port;
}
