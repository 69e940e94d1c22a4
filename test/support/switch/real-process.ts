/**
 * A genuine server as a process of a test's own, to be stopped or killed: with SWITCH=external and FREESWITCH_BIN or
 * DRACHTIO_BIN, the paths of the programs. Their configurations are those of config/, on free ports.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerProcess } from './engine-process.js';
import { eventually } from './test-switch.js';

const HOST = '127.0.0.1';
const SECRET = 'genuine';
const START_MS = 30_000;
/** Apart from those of the first pair and of the look-alikes. */
const RTP = { RTP_START: '30000', RTP_END: '31998' };

/** Made once: its keys take a genuine FreeSWITCH half a minute on a busy machine. */
const CERTIFICATES = join(tmpdir(), 'dialtrace-freeswitch-certificates');

type Program = 'drachtio' | 'freeswitch';

/** Undefined: this program is not to be a genuine one. */
export function realProgram(program: Program): string | undefined {
  return process.env['SWITCH'] === 'external' ? process.env[`${program.toUpperCase()}_BIN`] : undefined;
}

export interface RealProcessOptions {
  /** Put beside its configuration, which is its working directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly configure?: (configuration: string) => string;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startRealProcess(
  program: Program,
  binary: string,
  { files = {}, configure = (configuration) => configuration, environment = {} }: RealProcessOptions = {},
): Promise<ServerProcess> {
  await mkdir(CERTIFICATES, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), `dialtrace-${program}-`));
  const [port, sipPort, wsPort] = [await freePort(), await freePort(), await freePort()];
  const config = join(folder, program === 'drachtio' ? 'drachtio.conf.xml' : 'freeswitch.xml');
  const written = await readFile(
    fileURLToPath(new URL(`../../../config/${program}/${config.slice(folder.length + 1)}`, import.meta.url)),
    'utf8',
  );
  const values: Readonly<Record<string, string>> = {
    ...RTP,
    ...{ ADMIN_PORT: String(port), ESL_PORT: String(port), SIP_PORT: String(sipPort) },
    ...{ SECRET, ESL_PASSWORD: SECRET, RUN_DIR: folder, LOG_FILE: join(folder, 'freeswitch.log') },
  };
  const filled = written.replace(/@([A-Z_]+)@/g, (whole, name: string) => values[name] ?? whole);
  await writeFile(config, configure(filled.replace('127.0.0.1:5066', `127.0.0.1:${wsPort}`)));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const child = spawn(binary, program === 'drachtio' ? ['-f', config] : freeSwitchArguments(folder), {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  const ended = once(child, 'exit');
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      `${binary} listens`,
      () => listens(port),
      (there) => there,
      START_MS,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ host: HOST, port, secret: SECRET, sip: `${HOST}:${sipPort}`, webSocket: `ws://${HOST}:${wsPort}` },
    signal: (name) => void child.kill(name),
    close,
  };
}

function freeSwitchArguments(folder: string): readonly string[] {
  const places = ['conf', 'log', 'db', 'run', 'temp', 'recordings', 'storage', 'cache'];
  const own = places.flatMap((place) => [`-${place}`, folder]);
  return ['-nc', '-nf', '-nonat', '-np', ...own, '-certs', CERTIFICATES];
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    const answer = (there: boolean) => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
