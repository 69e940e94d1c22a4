/**
 * Starts the embedded switch: both programs in worker threads, on loopback ports of the system's choice where nothing
 * outside needs to reach them. Only src/main.ts calls it; from there on its addresses are like those of real servers.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { DrachtioStats, SipListener } from '../engine/drachtio/options.js';
import type { FreeSwitchStats } from '../engine/freeswitch/options.js';
import type { SipTls, TlsPeer } from '../sip/api.js';
import { Fault, messageOf } from '../errors.js';
import type { Settings } from '../settings/schema.js';
import type { EngineMessage, EngineRequest } from './engine-worker.js';
import { CHANNEL_VARIABLES, type ProgramStart } from './engine-program.js';

export interface SwitchAddresses {
  readonly signalling: { readonly host: string; readonly port: number; readonly secret: string };
  readonly media: {
    readonly host: string;
    readonly port: number;
    readonly secret: string;
    readonly profile: string;
  };
}

export interface EmbeddedSwitch extends SwitchAddresses {
  /** SIP port that phones and carriers reach. */
  readonly sipPort: number;
  /** Where browsers connect, when that is set up. */
  readonly webSocketPort: number | undefined;
  /** Carriers with certificates of their own, instead of those before; for the next connections to them. */
  trust(peers: readonly TlsPeer[]): void;
  stats(): Promise<{ readonly drachtio: DrachtioStats; readonly freeswitch: FreeSwitchStats }>;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** As rtcp-audio-interval-msec in config/freeswitch (RFC 3550 §6.2). */
const RTCP_INTERVAL_MS = 5000;
const CLOSE_DEADLINE_MS = 3000;
/**
 * Of each thread. Live data is about 50 MB at hundreds of calls; without a limit V8 lets garbage grow with the memory of
 * the machine (700 MB after 2000 calls where it had 24 GB).
 */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** The compiled entry, also when this file itself runs from TypeScript sources (tests). */
function workerFile(): URL {
  const own = new URL('./engine-worker.js', import.meta.url);
  return import.meta.url.endsWith('.ts') ? new URL(own.href.replace('/src/main/', '/dist/main/')) : own;
}

interface Program {
  readonly controlPort: number;
  readonly sipPort: number;
  readonly webSocketPort: number | undefined;
  stats(): Promise<unknown>;
  send(request: EngineRequest): void;
  close(): Promise<void>;
}

function nextMessage<K extends EngineMessage['kind']>(
  worker: Worker,
  kind: K,
): Promise<Extract<EngineMessage, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onMessage = (message: EngineMessage): void => {
      if (message.kind === kind) done(() => resolve(message as Extract<EngineMessage, { kind: K }>));
      else if (message.kind === 'failed')
        done(() => reject(new Fault('port-in-use', `the embedded switch did not start: ${message.why}`)));
    };
    const onError = (error: Error): void => done(() => reject(error));
    const onExit = (): void =>
      done(() => reject(new Fault('switch-unavailable', 'a program of the embedded switch ended')));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

async function startThread(start: ProgramStart): Promise<Program> {
  const worker = new Worker(workerFile(), { workerData: start, name: start.program, resourceLimits: HEAP });
  const { controlPort, sipPort, webSocketPort } = await nextMessage(worker, 'ready');
  // Without a listener an error of the thread would end the process; its connections close and the switch room sees that.
  worker.on('error', () => undefined);
  const ask = <K extends EngineMessage['kind']>(request: EngineRequest, kind: K) => {
    const answer = nextMessage(worker, kind);
    worker.postMessage(request);
    return answer;
  };
  return {
    controlPort,
    sipPort,
    webSocketPort,
    stats: async () => (await ask('stats', 'stats')).stats,
    send: (request) => worker.postMessage(request),
    close: async () => {
      const deadline = AbortSignal.timeout(CLOSE_DEADLINE_MS);
      const late = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve()));
      await Promise.race([ask('close', 'closed').catch(() => undefined), late]);
      await worker.terminate();
    },
  };
}

type SipSettings = Settings['switch']['sip'];

function listenersOf({ address, port, tls, webSocket }: SipSettings): readonly SipListener[] {
  const browsers = webSocket?.secure === 'yes' ? 'wss' : 'ws';
  return [
    { address, port, protocols: ['udp', 'tcp'] },
    ...(tls === undefined ? [] : [{ address, port: tls.port, protocols: ['tls'] as const }]),
    ...(webSocket === undefined ? [] : [{ address, port: webSocket.port, protocols: [browsers] as const }]),
  ];
}

/** Throws Fault `settings-invalid` when a file cannot be read. */
async function certificateOf({ tls }: SipSettings): Promise<{ readonly tls?: SipTls }> {
  if (tls === undefined) return {};
  try {
    const [cert, key] = await Promise.all([readFile(tls.certificate, 'utf8'), readFile(tls.key, 'utf8')]);
    return { tls: { cert, key } };
  } catch (thrown) {
    throw new Fault('settings-invalid', `switch.sip.tls: ${messageOf(thrown)}`, { cause: thrown });
  }
}

async function drachtioStart({ sip }: Settings['switch'], secret: string): Promise<ProgramStart> {
  return {
    program: 'drachtio',
    options: {
      adminAddress: LOOPBACK,
      adminPort: 0,
      secret,
      cdrs: 'on',
      sip: listenersOf(sip),
      ...(await certificateOf(sip)),
      ...(sip.externalAddress === undefined ? {} : { externalIp: sip.externalAddress }),
    },
  };
}

function freeSwitchStart({ rtp }: Settings['switch'], password: string): ProgramStart {
  return {
    program: 'freeswitch',
    options: {
      eventSocket: { address: LOOPBACK, port: 0, password, allow: [LOOPBACK] },
      sip: { address: LOOPBACK, port: 0, profile: 'drachtio_mrf' },
      rtp: { address: rtp.address, portRange: { first: rtp.firstPort, last: rtp.lastPort } },
      variables: CHANNEL_VARIABLES,
      rtcpIntervalMs: RTCP_INTERVAL_MS,
    },
  };
}

/** Throws Fault `port-in-use` when the SIP port is taken. */
export async function startEmbeddedSwitch(settings: Settings['switch']): Promise<EmbeddedSwitch> {
  const secrets = { drachtio: randomBytes(24).toString('hex'), freeswitch: randomBytes(24).toString('hex') };
  const drachtio = await startThread(await drachtioStart(settings, secrets.drachtio));
  const freeswitch = await startThread(freeSwitchStart(settings, secrets.freeswitch));
  return {
    signalling: { host: LOOPBACK, port: drachtio.controlPort, secret: secrets.drachtio },
    media: {
      host: LOOPBACK,
      port: freeswitch.controlPort,
      secret: secrets.freeswitch,
      profile: 'drachtio_mrf',
    },
    sipPort: drachtio.sipPort,
    webSocketPort: drachtio.webSocketPort,
    trust: (peers) => drachtio.send({ trust: peers }),
    stats: async () => ({
      drachtio: (await drachtio.stats()) as DrachtioStats,
      freeswitch: (await freeswitch.stats()) as FreeSwitchStats,
    }),
    close: async () => {
      await Promise.all([drachtio.close(), freeswitch.close()]);
    },
  };
}
