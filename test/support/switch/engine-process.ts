/**
 * One server as a process of its own, to be stopped or killed: a genuine one where real-process.ts has its program, else one
 * of the embedded switch.
 */
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { startCli } from '../http/run-cli.js';
import { realProgram, startRealProcess } from './real-process.js';
import type { Address } from './test-switch.js';

const SECRET = 'alone';
/** Apart from the ports of the programs inside the test. */
const RTP = ['--rtp-first', '26000', '--rtp-last', '27999'];
const LIFE_MS = 60_000;

export interface ServerProcess extends Address {
  /** `host:port` of its SIP socket. */
  readonly sip: string;
  /** Of a signalling server that has one. */
  readonly webSocket?: string;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
}

export function startServerProcess(program: 'drachtio' | 'freeswitch'): Promise<ServerProcess> {
  const binary = realProgram(program);
  return binary === undefined ? startEngineProcess(program) : startRealProcess(program, binary);
}

export async function startEngineProcess(program: 'drachtio' | 'freeswitch'): Promise<ServerProcess> {
  const child = startCli(['engine', `--${program}`, '--json', ...(program === 'freeswitch' ? RTP : [])], {
    cwd: tmpdir(),
    environment: { DIALTRACE_ENGINE_SECRET: SECRET },
    deadlineMs: LIFE_MS,
  });
  const ended = once(child, 'exit');
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', resolve);
    void ended.then(() => reject(new Error(`the engine ${program} ended while it started`)));
  });
  const { control_port: port, sip_port: sipPort } = JSON.parse(line) as Record<string, number>;
  return {
    host: '127.0.0.1',
    port: Number(port),
    secret: SECRET,
    sip: `127.0.0.1:${sipPort}`,
    signal: (name) => void child.kill(name),
    close: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
