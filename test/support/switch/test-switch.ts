/**
 * A connected switch for contract tests: against the embedded look-alikes, or with SWITCH=external against real servers
 * named by DRACHTIO=host:port:secret (control port), DRACHTIO_SIP=host:port and FREESWITCH=host:port:secret. More
 * servers, where a test has them, are look-alikes, or genuine ones too with FREESWITCH_BIN and DRACHTIO_BIN (real-process.ts).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { LegId, CallId } from '../../../src/domain/values/ids.js';
import type {
  InboundCall,
  Leg,
  LegSignal,
  OriginateRequest,
  Switch,
  SwitchHandlers,
} from '../../../src/app/ports/switch.js';
import { connectSwitch } from '../../../src/switch/connect.js';
import type { SwitchOptions, SwitchPorts } from '../../../src/switch/options.js';
import type { SipTimers } from '../../../src/sip/api.js';
import { realProgram } from './real-process.js';
import { openRelay, type Relay } from './relay.js';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

export interface Servers {
  readonly signalling: Address;
  readonly media: Address;
  /** `host:port` where the signalling server takes calls. */
  readonly sip: string;
  /** Where browsers connect. */
  readonly webSocket?: string;
  close(): Promise<void>;
}

export const kind = process.env['SWITCH'] ?? 'embedded';

/** Undefined when the tests can run, else why not. */
export function missingServers(): string | undefined {
  if (kind !== 'external') return undefined;
  const absent = ['DRACHTIO', 'FREESWITCH', 'DRACHTIO_SIP'].filter((name) => process.env[name] === undefined);
  if (absent.length === 0) return undefined;
  const why = `SWITCH=external needs ${absent.join(', ')}`;
  console.warn(`switch contract skipped: ${why}`);
  return why;
}

export interface TestSwitch {
  readonly switch: Switch;
  /** Where the signalling server takes calls. */
  readonly sipUri: (user: string) => string;
  readonly webSocket: string | undefined;
  readonly folder: string;
  readonly signallingRelay: Relay;
  readonly mediaRelay: Relay;
  readonly events: string[];
  readonly log: string[];
  nextInbound(): Promise<InboundCall>;
  /** Other handlers for a while; returns a function that gives back the usual ones. */
  listenInstead(handlers: Partial<SwitchHandlers>): () => void;
  originate(request: Partial<OriginateRequest> & Pick<OriginateRequest, 'target'>): Leg;
  /** After a failed test: hang up and kill everything, so that the next one starts clean. */
  cleanUp(): Promise<void>;
  untilNoChannels(): Promise<void>;
  /** For long runs: the bed keeps every leg otherwise. */
  forgetLegs(): void;
  close(): Promise<void>;
}

function addressOf(text: string): Address {
  const [host = '', port = '', ...secret] = text.split(':');
  return { host, port: Number(port), secret: secret.join(':') };
}

/** A genuine FreeSWITCH takes its seconds to start. */
export const FLEET_TEST_MS = kind === 'external' ? 90_000 : 20_000;

/** Beside the first pair. */
export async function startSecondServers(): Promise<Servers> {
  const { startEmbedded } = await import('./embedded-servers.js');
  const { startServerProcess } = await import('./engine-process.js');
  const alike = await startEmbedded();
  const media = realProgram('freeswitch') === undefined ? undefined : await startServerProcess('freeswitch');
  const signalling = realProgram('drachtio') === undefined ? undefined : await startServerProcess('drachtio');
  return {
    signalling: signalling ?? alike.signalling,
    media: media ?? alike.media,
    sip: (signalling ?? alike).sip,
    webSocket: signalling?.webSocket ?? alike.webSocket,
    close: async () => {
      await Promise.all([alike.close(), media?.close(), signalling?.close()]);
    },
  };
}

export async function startServers(timers?: Partial<SipTimers>): Promise<Servers> {
  if (kind === 'external') {
    const close = () => Promise.resolve();
    return {
      signalling: addressOf(process.env['DRACHTIO'] ?? ''),
      media: addressOf(process.env['FREESWITCH'] ?? ''),
      sip: process.env['DRACHTIO_SIP'] ?? '127.0.0.1:5060',
      webSocket: process.env['DRACHTIO_WS'] ?? 'ws://127.0.0.1:5066', // As in config/drachtio.
      close,
    };
  }
  const { startEmbedded } = await import('./embedded-servers.js');
  return startEmbedded(timers);
}

export interface TestPorts extends SwitchPorts {
  readonly log: string[];
}

/** Real time, an id counter, and a log to look at. */
export function testPorts(): TestPorts {
  const log: string[] = [];
  let last = 0;
  const write = (level: string) => (fields: object, text: string) =>
    void log.push(`${level} ${text} ${JSON.stringify(fields)}`);
  const logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  };
  return {
    log,
    clock: { now: () => Date.now(), after: (ms, action) => cancellable(setTimeout(action, ms)) },
    ids: { next: () => `t${process.pid}-${(last += 1)}-${Date.now().toString(36)}` },
    logger,
    metrics: { count: () => undefined, observe: () => undefined },
  };
}

/** Options for these addresses, with all folders shared. */
export function testOptions(signalling: Address, media: Address): SwitchOptions {
  return {
    signalling,
    media,
    listen: { address: '127.0.0.1', port: 0 },
    files: { mode: 'shared', controllerPath: '/', switchPath: '/' },
    trunk: () => undefined,
  };
}

interface BedOptions extends Partial<SwitchOptions> {
  /** Of the embedded signalling server. */
  readonly sipTimers?: Partial<SipTimers>;
  /** Instead of those of every test; closed with the switch. */
  readonly servers?: Servers;
}

export async function openTestSwitch({
  sipTimers,
  servers: given,
  ...overrides
}: BedOptions = {}): Promise<TestSwitch> {
  const servers = given ?? (await startServers(sipTimers));
  const signallingRelay = await openRelay(servers.signalling.host, servers.signalling.port);
  const mediaRelay = await openRelay(servers.media.host, servers.media.port);
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-switch-'));
  const ports = testPorts();
  const near = (relay: Relay, secret: string) => ({ host: '127.0.0.1', port: relay.port, secret });
  const options = testOptions(
    near(signallingRelay, servers.signalling.secret),
    near(mediaRelay, servers.media.secret),
  );
  const connected = await connectSwitch({ ...options, ...overrides }, ports);
  const inbound: InboundCall[] = [];
  const takers: ((call: InboundCall) => void)[] = [];
  const events: string[] = [];
  const legs: Leg[] = [];
  const handlers: SwitchHandlers = {
    inbound: (call) => {
      legs.push(call.leg);
      const taker = takers.shift();
      if (taker) taker(call);
      else inbound.push(call);
    },
    regained: (what) => void events.push(`regained ${what}`),
    lost: (what) => void events.push(`lost ${what}`),
  };
  connected.listen(handlers);
  await until(
    'switch ready',
    () => connected.status().signalling === 'ready' && connected.status().media === 'ready',
  );
  return {
    switch: connected,
    sipUri: (user) => `sip:${user}@${servers.sip}`,
    webSocket: servers.webSocket,
    folder,
    signallingRelay,
    mediaRelay,
    events,
    log: ports.log,
    nextInbound: () =>
      new Promise((resolve) => {
        const call = inbound.shift();
        if (call) resolve(call);
        else takers.push(resolve);
      }),
    listenInstead: (instead) => {
      connected.listen({ ...handlers, ...instead });
      return () => connected.listen(handlers);
    },
    originate: (request) => {
      const names = {
        legId: ports.ids.next() as LegId,
        callId: ports.ids.next() as CallId,
        sipCallId: ports.ids.next(),
      };
      const leg = connected.originate({ ...names, role: 'operator', ringMs: 10_000, ...request });
      legs.push(leg);
      return leg;
    },
    cleanUp: async () => {
      for (const leg of legs.splice(0)) {
        await leg.hangup('normal');
        await connected.endStored(leg.identity);
      }
    },
    forgetLegs: () => void legs.splice(0),
    untilNoChannels: async () => {
      const deadline = Date.now() + 3000;
      const ours = new Set(legs.map((leg) => leg.identity.channelUuid));
      while ((await connected.liveChannels()).some(({ uuid }) => ours.has(uuid))) {
        if (Date.now() > deadline) throw new Error('channels are left over on the media server');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: async () => {
      await connected.close({ legs: 'end' });
      await Promise.all([signallingRelay.close(), mediaRelay.close()]);
      await servers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function cancellable(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer);
}

/** Looks every 10 ms; fails with a readable text. */
export async function until(what: string, condition: () => boolean, ms = 5000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Asks until the answer is good, and returns it. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  ms = 5000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The first signal of this kind, also one that came before. */
export function signalOf<K extends LegSignal['kind']>(
  leg: Leg,
  wanted: K,
  ms = 8000,
): Promise<Extract<LegSignal, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no signal ${wanted} of leg ${leg.id} within ${ms} ms`)),
      ms,
    );
    leg.onSignal((signal) => {
      if (signal.kind !== wanted) return;
      clearTimeout(timer);
      resolve(signal as Extract<LegSignal, { kind: K }>);
    });
  });
}

/** After each test: what a failed one left is cleaned up; a leg or channel that a passed one left is a failure. */
export async function leavesNothing(bed: TestSwitch, { task }: TestContext): Promise<void> {
  if (task.result?.state === 'fail') await bed.cleanUp();
  await until('no leg is left over', () => bed.switch.status().legs === 0);
  await bed.untilNoChannels();
}
