/**
 * The whole program on loopback for end-to-end tests with foreign user agents: settings as `dialtrace start` reads them,
 * the embedded switch or servers named by the test, and a look at what was left behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import type { CallRecord, RecordingRecord } from '../../../src/domain/calls/call.js';
import type { EventName, TimelineEvent } from '../../../src/domain/calls/events.js';
import { parseDialplan } from '../../../src/domain/dialplan/schema.js';
import type { Plans } from '../../../src/domain/dialplan/session.js';
import type { CallId } from '../../../src/domain/values/ids.js';
import { setSipPassword } from '../../../src/main/sip-password.js';
import { settleSwitch } from '../../../src/cli/settle-switch.js';
import { startDialtrace, type Dialtrace } from '../../../src/main.js';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import { settingsSchema } from '../../../src/settings/schema.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import type { ReadTls } from '../../../src/settings/trunk-tls.js';
import { present } from '../../../src/domain/values/present.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import { kind, startServers } from '../switch/test-switch.js';

const REALM = 'dialtrace';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/** One, or several by name. */
export type ServersOfSide = ServerAddress | Readonly<Record<string, ServerAddress>>;

export interface ProgramOptions {
  /** As in telephony.yaml. */
  readonly telephony: object;
  /** Certificates of its trunks, as read with it. */
  readonly trunkTls?: ReadTls['tls'];
  /** Steps of the plan of inbound calls, the first one first. */
  readonly inbound?: Readonly<Record<string, object>>;
  /** Merged into the settings, section by section. */
  readonly settings?: object;
  /** Besides those that are shipped. */
  readonly plans?: Plans;
  /** As in dialtrace.yaml. */
  readonly speech?: object;
  /** Instead of those of every test: the embedded switch, or real servers by SWITCH=external (test-switch.ts). */
  readonly servers?: {
    readonly signalling: ServersOfSide;
    readonly media: ServersOfSide;
    /** `host:port` where calls are taken. */
    readonly sip?: string;
  };
}

export interface FinishedCall {
  readonly call: CallRecord;
  readonly recordings: readonly RecordingRecord[];
  readonly events: readonly TimelineEvent[];
}

export interface Program {
  readonly dialtrace: Dialtrace;
  /** `host:port` where calls are taken, when `servers` that were given say so. */
  readonly sip: string;
  readonly storePath: string;
  /** The next call that ends, with its recording judged. */
  readonly nextFinished: () => Promise<FinishedCall>;
  nextEvent(name: EventName): Promise<TimelineEvent>;
  /** Sets the SIP password of an operator for these algorithms (default: all) and returns it. */
  passwordOf(operator: string, algorithms?: readonly ('MD5' | 'SHA-256')[]): Promise<string>;
  /** No leg, registration excepted, no channel, dialog or transaction of the embedded switch is left. */
  untilNothingIsLeft(): Promise<void>;
  close(): Promise<void>;
}

export async function startProgram(given: ProgramOptions): Promise<Program> {
  const servers = given.servers ?? (kind === 'external' ? await startServers() : undefined);
  const options = { ...given, ...(servers && { servers }) };
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-e2e-'));
  const dialtrace = await startDialtrace({
    configuration: {
      settings: settingsOf(folder, options),
      telephony: buildTelephony(telephonySchema.parse(options.telephony), present({ tls: options.trunkTls })),
      plans: await plansOf(options),
    },
    environment: secretsOf(options),
  });
  expect(await settleSwitch(dialtrace.switch, dialtrace.services.clock)).toMatchObject({
    signalling: 'ready',
    media: 'ready',
  });
  const finished = followCalls(dialtrace);
  return {
    dialtrace,
    sip: servers?.sip ?? `127.0.0.1:${String(dialtrace.embedded?.sipPort)}`,
    storePath: storeIn(folder),
    nextFinished: finished.next,
    nextEvent: (name) => nextEvent(dialtrace, name),
    passwordOf: (operator, algorithms = ['MD5', 'SHA-256']) => setPassword(dialtrace, operator, algorithms),
    untilNothingIsLeft: () => untilNothingIsLeft(dialtrace),
    close: async () => {
      finished.stop();
      await dialtrace.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const storeIn = (folder: string): string => join(folder, 'dialtrace.sqlite');

function settingsOf(folder: string, { servers, inbound, settings, speech }: ProgramOptions) {
  const external = servers && { kind: 'external', servers: writtenIn(servers) };
  return settingsSchema.parse({
    switch: external ?? { sip: { address: '127.0.0.1', port: 0 }, rtp: { address: '127.0.0.1' } },
    http: { port: 0, access: 'open-on-loopback' },
    store: { path: storeIn(folder) },
    recordings: { directory: join(folder, 'recordings') },
    speech: { cacheDirectory: join(folder, 'speech'), ...speech },
    logging: { level: 'silent' },
    calls: { drainSeconds: 1, ...(inbound && { inboundPlan: 'inbound-test' }) },
    paths: {
      dialplans: resolve('dialplans'),
      prompts: resolve('prompts'),
      ownPrompts: join(folder, 'prompts'),
    },
    ...settings,
  });
}

type Servers = NonNullable<ProgramOptions['servers']>;

function listOf(side: ServersOfSide, name: string): readonly (readonly [string, ServerAddress])[] {
  return isOne(side) ? [[name, side]] : Object.entries(side);
}

function isOne(side: ServersOfSide): side is ServerAddress {
  return typeof side['port'] === 'number';
}

const secretName = (server: string): string => `TEST_${server.toUpperCase().replace(/\W/g, '_')}`;

function writtenIn(servers: Servers) {
  return Object.fromEntries(
    (['signalling', 'media'] as const).map((side) => [
      side,
      listOf(servers[side], side).map(([name, { host, port }]) => {
        return { name, host, port, secret: `env:${secretName(name)}` };
      }),
    ]),
  );
}

function secretsOf({ servers }: ProgramOptions): Readonly<Record<string, string>> {
  if (servers === undefined) return {};
  const all = [...listOf(servers.signalling, 'signalling'), ...listOf(servers.media, 'media')];
  return Object.fromEntries(all.map(([name, { secret }]) => [secretName(name), secret]));
}

async function plansOf({ inbound, plans = {} }: ProgramOptions): Promise<Plans> {
  const shipped = await loadDialplans(resolve('dialplans'));
  if (!shipped.ok) throw new Error(JSON.stringify(shipped.problems));
  if (!inbound) return { ...shipped.plans, ...plans };
  const own = parseDialplan({ name: 'inbound-test', start: Object.keys(inbound)[0], steps: inbound });
  if (!own.ok) throw new Error(JSON.stringify(own.problems));
  return { ...shipped.plans, ...plans, 'inbound-test': own.plan };
}

async function setPassword(
  { services }: Dialtrace,
  operator: string,
  algorithms: readonly ('MD5' | 'SHA-256')[],
): Promise<string> {
  const password = randomBytes(12).toString('hex');
  await setSipPassword(services.store, { user: operator, realm: REALM, password, algorithms });
  return password;
}

/* ---- calls as they end ---- */

interface Followed {
  state: 'running' | 'ended';
  recording: 'none' | 'started' | 'judged';
}

/** A call is finished when it has ended and a recording that it began was judged, in whatever order that is told. */
function followCalls({ services }: Dialtrace) {
  const running = new Map<CallId, Followed>();
  const ended: CallId[] = [];
  const takers: ((call: CallId) => void)[] = [];
  const stop = services.events.subscribe(({ name, callId }) => {
    if (callId === undefined) return;
    const call = running.get(callId) ?? { state: 'running', recording: 'none' };
    if (name === 'recording.started') call.recording = 'started';
    if (name === 'recording.ready' || name === 'recording.failed') call.recording = 'judged';
    if (name === 'call.ended') call.state = 'ended';
    running.set(callId, call);
    if (call.state !== 'ended' || call.recording === 'started') return;
    running.delete(callId);
    const taker = takers.shift();
    if (taker) taker(callId);
    else ended.push(callId);
  });
  const nextId = () =>
    new Promise<CallId>((found) => {
      const first = ended.shift();
      if (first === undefined) takers.push(found);
      else found(first);
    });
  return { stop, next: async () => detailOf(services.store, await nextId()) };
}

function nextEvent({ services }: Dialtrace, name: EventName): Promise<TimelineEvent> {
  return new Promise((happened) => {
    const stop = services.events.subscribe((event) => {
      if (event.name !== name) return;
      stop();
      happened(event);
    });
  });
}

async function detailOf(store: Dialtrace['services']['store'], id: CallId): Promise<FinishedCall> {
  const call = await store.calls.byId(id);
  if (!call) throw new Error(`the call ${id} is not in the store`);
  return { call, recordings: await store.recordings.ofCall(id), events: await store.events.ofCall(id) };
}

/* ---- what is left ---- */

async function untilNothingIsLeft({ switch: connection, embedded, app }: Dialtrace): Promise<void> {
  await expect
    .poll(
      async () => ({
        calls: app.liveCalls().length,
        legs: connection.status().legs,
        channels: (await connection.liveChannels()).length,
        ...(embedded && leftIn(await embedded.stats())),
      }),
      { timeout: 10_000 },
    )
    .toEqual({ calls: 0, legs: 0, channels: 0, ...(embedded && NOTHING) });
}

const NOTHING = { dialogs: 0, pendingRequests: 0, appTransactions: 0, rtpPorts: 0 };

function leftIn(stats: Readonly<Record<'drachtio' | 'freeswitch', unknown>>): typeof NOTHING {
  const all = { ...(stats.drachtio as object), ...(stats.freeswitch as object) } as typeof NOTHING;
  const { dialogs, pendingRequests, appTransactions, rtpPorts } = all;
  return { dialogs, pendingRequests, appTransactions, rtpPorts };
}
