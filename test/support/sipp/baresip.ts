/** baresip, a softphone that shares no code with us, where it is installed: driven through its control connection. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToneStore } from '../../../src/media/tone-store.js';
import { writeWavHeader } from '../../../src/wire/wav-header.js';
import { toneOf } from '../media/scratch.js';

const MODULES = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules'].find((path) =>
  existsSync(path),
);
export const hasBaresip = MODULES !== undefined && spawnSync('baresip', ['-h']).error === undefined;
if (!hasBaresip) console.warn('baresip is not installed: its tests are skipped');

/** Longer than any test: what it says comes from a file that is not repeated. */
const TONE_MS = 60_000;

export interface BaresipOptions {
  readonly user: string;
  readonly password: string;
  /** `host:port`. */
  readonly registrar: string;
  /** Hz of what it says. */
  readonly frequency: number;
}

export interface Baresip {
  /** Settles at the first event of this type, e.g. `CALL_INCOMING`; what happens right after the start is not told. */
  event(type: string): Promise<void>;
  /** A command of its menu: `accept`, `sndcode`, `hold`, `resume`, `hangup`. Rejects when it says no. */
  command(name: string, parameters?: string): Promise<void>;
  /** Ends it and returns the path of what it heard in its only call. */
  heard(): Promise<string>;
  close(): Promise<void>;
}

export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'));
  const port = await freeTcpPort();
  await configure(folder, port, options);
  const child = spawn('baresip', ['-f', folder], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const control = controlOf(await connectSoon(port));
  const stop = async () => {
    control.close();
    child.kill('SIGTERM');
    await exited;
  };
  return {
    event: control.event,
    command: control.command,
    heard: async () => {
      await stop();
      const file = (await readdir(folder)).find((name) => name.endsWith('-dec.wav'));
      if (file === undefined) throw new Error('baresip heard nothing');
      return join(folder, file);
    },
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** g711 comes before account: baresip resolves the codecs of an account when it reads it. */
async function configure(folder: string, control: number, options: BaresipOptions): Promise<void> {
  const microphone = join(folder, 'microphone.wav');
  const tone = new ToneStore().render(toneOf(options.frequency, TONE_MS).spec)?.samples;
  if (!tone) throw new Error('no such tone');
  const header = writeWavHeader({ sampleRate: 8000, channels: 1, dataBytes: tone.byteLength });
  await writeFile(microphone, Buffer.concat([header, Buffer.from(tone.buffer)]));
  const lines = [
    'sip_listen 127.0.0.1:0',
    'net_interface 127.0.0.1',
    `audio_source aufile,${microphone}`,
    `snd_path ${folder}`,
    `ctrl_tcp_listen 127.0.0.1:${String(control)}`,
    `module_path ${MODULES ?? ''}`,
    ...['g711', 'account', 'aufile', 'sndfile', 'menu'].map((name) => `module ${name}.so`),
    'module_app ctrl_tcp.so',
  ];
  const { user, password, registrar } = options;
  const parameters = `auth_user=${user};auth_pass=${password};regint=60;answermode=manual;audio_codecs=PCMU`;
  await writeFile(join(folder, 'config'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'contacts'), '');
  await writeFile(join(folder, 'accounts'), `<sip:${user}@${registrar}>;${parameters}\n`);
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const CONNECT_DEADLINE_MS = 5000;
const CONNECT_RETRY_MS = 50;

/** It says nothing on its own when its control port opens. */
async function connectSoon(port: number): Promise<Socket> {
  const deadline = Date.now() + CONNECT_DEADLINE_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const opened = await new Promise<'yes' | 'no'>((resolve) => {
      socket.once('connect', () => resolve('yes')).once('error', () => resolve('no'));
    });
    if (opened === 'yes') return socket;
    if (Date.now() > deadline) throw new Error('the control port of baresip did not open');
    await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MS));
  }
}

/* ---- the control connection: JSON in netstrings ---- */

interface Message {
  readonly event?: boolean;
  readonly type?: string;
  readonly token?: string;
  readonly ok?: boolean;
  readonly data?: string;
}

function controlOf(socket: Socket): Pick<Baresip, 'event' | 'command'> & { close(): void } {
  const seen = new Set<string>();
  const waiting = new Map<string, (message: Message) => void>();
  let unread = Buffer.alloc(0);
  let commands = 0;
  socket.on('data', (chunk: Buffer) => {
    const read = netstringsIn(Buffer.concat([unread, chunk]));
    unread = Buffer.from(read.rest);
    for (const message of read.messages) {
      const key = message.event ? (message.type ?? '') : (message.token ?? '');
      if (message.event) seen.add(key);
      waiting.get(key)?.(message);
    }
  });
  const next = (key: string) => new Promise<Message>((resolve) => waiting.set(key, resolve));
  return {
    event: async (type) => {
      if (!seen.has(type)) await next(type);
    },
    command: async (name, parameters = '') => {
      commands += 1;
      const token = `command-${String(commands)}`;
      const text = JSON.stringify({ command: name, params: parameters, token });
      const answer = next(token);
      socket.write(`${String(Buffer.byteLength(text))}:${text},`);
      const { ok, data } = await answer;
      waiting.delete(token);
      if (ok !== true) throw new Error(`baresip refused ${name}: ${data ?? ''}`);
    },
    close: () => socket.destroy(),
  };
}

function netstringsIn(buffer: Buffer): { readonly messages: readonly Message[]; readonly rest: Buffer } {
  const messages: Message[] = [];
  let rest = buffer;
  for (;;) {
    const colon = rest.indexOf(':');
    const length = Number(rest.subarray(0, Math.max(colon, 0)).toString());
    const end = colon + 1 + length;
    if (colon < 0 || rest.length <= end) return { messages, rest };
    messages.push(JSON.parse(rest.subarray(colon + 1, end).toString()) as Message);
    rest = rest.subarray(end + 1);
  }
}
