/** One program of the embedded switch as a process of its own, to be stopped or killed like a real server. */
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { startCli } from '../http/run-cli.js';
import type { Address } from './test-switch.js';

const SECRET = 'alone';
/** Apart from the ports of the programs inside the test. */
const RTP = ['--rtp-first', '26000', '--rtp-last', '27999'];
const LIFE_MS = 60_000;

export interface EngineProcess extends Address {
  /** `host:port` of its SIP socket. */
  readonly sip: string;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
}

export async function startEngineProcess(program: 'drachtio' | 'freeswitch'): Promise<EngineProcess> {
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
