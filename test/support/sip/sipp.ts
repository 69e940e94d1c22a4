/** SIPp, the SIP test tool, where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;
if (!hasSipp) console.warn('SIPp is not installed: its tests are skipped');

const CAPTURES = '/usr/share/sip-tester';
/** `uac_pcap` replays captured RTP through a raw socket, which only root may open. */
export const hasSippCaptures =
  hasSipp && existsSync(join(CAPTURES, 'g711a.pcap')) && process.getuid?.() === 0;
if (hasSipp && !hasSippCaptures)
  console.warn(`SIPp cannot replay captures (root and ${CAPTURES} are needed): those tests are skipped`);

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

/** A scenario that comes with SIPp, or a file beside test/support/sipp/program.ts. */
export type SippScenario = 'uac' | 'uas' | 'uac_pcap' | { readonly file: string };

/** Runs on a free port, in a folder of its own: SIPp looks for its captures there and leaves logs. */
export async function startSipp(scenario: SippScenario, options: readonly string[]): Promise<RunningSipp> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'));
  await symlink(CAPTURES, join(folder, 'pcap'));
  const fixed = ['-i', '127.0.0.1', '-p', String(port), '-nostdin', '-timeout', '60s'];
  const child = spawn('sipp', [...scenarioOf(scenario), ...fixed, ...options], {
    cwd: folder,
    env: { ...process.env, TERM: 'xterm' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const done = once(child, 'exit').then(async () => {
    await rm(folder, { recursive: true });
    return {
      successful: lastCount(output, 'Successful call'),
      failed: lastCount(output, 'Failed call'),
    };
  });
  return { port, done, stop: () => void child.kill('SIGKILL') };
}

function scenarioOf(scenario: SippScenario): readonly string[] {
  if (typeof scenario === 'string') return ['-sn', scenario];
  return ['-sf', fileURLToPath(new URL(`../sipp/${scenario.file}`, import.meta.url))];
}

/** The cumulative column of SIPp's last screen. */
function lastCount(output: string, label: string): number {
  const rows = [...output.matchAll(new RegExp(`${label}\\s*\\|\\s*\\d+\\s*\\|\\s*(\\d+)`, 'g'))];
  return Number(rows.at(-1)?.[1] ?? NaN);
}

/** A UDP port of 127.0.0.1 that nobody used a moment ago. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
  return port;
}
