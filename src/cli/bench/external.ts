/**
 * Part `external`: answer, dial, bridge, record on given real servers, by Dialtrace and by a floor program, one after the
 * other under the same load. Set-up is from the caller's INVITE to CHANNEL_BRIDGE of the media server.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../errors.js';
import { systemClock } from '../../sip/system.js';
import { channelCount, type EventSocketAddress } from '../chaos/event-socket.js';
import { pass, poll } from '../chaos/within.js';
import { DID } from './call-load.js';
import { watchBridges } from './bridge-watch.js';
import { startDialtrace, startFloor, type Contestant, type Servers } from './contestant.js';
import { atMost, figure, percentile, type Figure, type Figures } from './figures.js';
import { openLoadPhone, type LoadPhone } from './load-phone.js';
import type { BenchOptions } from './part.js';
import { cpuMs } from './process-usage.js';

/** Where the floor program dials. */
const CALLEE_PORT = 5090;
const TALK_MS = 2000;
const WARM_UP_CALLS = 20;
const FIRST_MEDIA_PORT = 30_000;
const FIRST_CALLER = 79_160_000_000;
/** No channel outlives its call by this. */
const GONE = { everyMs: 250, deadlineMs: 10_000 } as const;

interface Run {
  readonly calls: number;
  readonly setupsMs: readonly number[];
  readonly cpuMsPerCall: number;
  readonly channelsLeft: number;
}

function address(environment: BenchOptions['environment'], name: string): EventSocketAddress {
  const [host, port, secret] = (environment[name] ?? '').split(':');
  if (host === undefined || port === undefined || secret === undefined)
    throw new Fault('settings-invalid', `set ${name}=host:port:secret for the external part`);
  return { host, port: Number(port), secret };
}

export async function external(options: BenchOptions): Promise<Figures> {
  const { environment, floor, directory, say } = options;
  const servers: Servers = {
    drachtio: address(environment, 'DRACHTIO'),
    freeswitch: address(environment, 'FREESWITCH'),
    sipPort: Number(environment['DRACHTIO_SIP_PORT'] ?? 5060),
  };
  const folders = { floor: join(directory, 'floor'), ours: join(directory, 'ours') };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  say(`external: ${options.rate} calls a second for ${options.seconds} s`);
  const theirs =
    floor === undefined ? undefined : await run(options, servers, () => startFloor(folders.floor, floor));
  const ours = await run(options, servers, () => startDialtrace(folders.ours, servers, CALLEE_PORT));
  return figuresOf(ours, theirs);
}

async function run(options: BenchOptions, servers: Servers, start: () => Promise<Contestant>): Promise<Run> {
  const callee = await openLoadPhone({
    user: 'callee',
    port: CALLEE_PORT,
    script: { ringMs: 0, then: { kind: 'answer' } },
  });
  const caller = await openLoadPhone({ user: 'caller' });
  try {
    const contestant = await start();
    try {
      await placeCalls(caller, servers, { first: 0, calls: WARM_UP_CALLS, rate: options.rate });
      return await measured(caller, servers, contestant, options);
    } finally {
      await contestant.close();
    }
  } finally {
    await Promise.all([caller.close(), callee.close()]);
  }
}

async function measured(
  caller: LoadPhone,
  servers: Servers,
  { pid }: Contestant,
  { rate, seconds }: BenchOptions,
): Promise<Run> {
  const calls = rate * seconds;
  const watch = await watchBridges(servers.freeswitch);
  const cpuBefore = (await cpuMs(pid)) ?? Number.NaN;
  const invited = await placeCalls(caller, servers, { first: WARM_UP_CALLS, calls, rate });
  const cpu = ((await cpuMs(pid)) ?? Number.NaN) - cpuBefore;
  const channelsLeft = await poll(
    () => channelCount(servers.freeswitch),
    (count) => count === 0,
    GONE,
  );
  watch.close();
  const setupsMs = [...invited].flatMap(([port, at]) => {
    const bridgedAt = watch.bridgedAt.get(port);
    return bridgedAt === undefined ? [] : [bridgedAt - at];
  });
  return { calls, setupsMs, cpuMsPerCall: cpu / calls, channelsLeft };
}

interface Offered {
  readonly first: number;
  readonly calls: number;
  readonly rate: number;
}

/** At even distances, whatever becomes of them; each names a media port of its own. Answers when each was placed. */
async function placeCalls(
  caller: LoadPhone,
  { sipPort }: Servers,
  { first, calls, rate }: Offered,
): Promise<Map<number, number>> {
  const invited = new Map<number, number>();
  const going: Promise<void>[] = [];
  const startedAt = systemClock.now();
  for (let n = first; n < first + calls; n += 1) {
    await pass(Math.max(0, startedAt + ((n - first) * 1000) / rate - systemClock.now()));
    const mediaPort = FIRST_MEDIA_PORT + 2 * n;
    invited.set(mediaPort, systemClock.now());
    going.push(placeCall(caller, sipPort, { from: `+${FIRST_CALLER + n}`, mediaPort }));
  }
  await Promise.all(going);
  return invited;
}

async function placeCall(
  caller: LoadPhone,
  port: number,
  call: { readonly from: string; readonly mediaPort: number },
): Promise<void> {
  const outcome = await caller.call({ number: DID, port, ...call });
  if (outcome.kind !== 'answered') return;
  await pass(TALK_MS);
  await outcome.dialog.bye();
}

function figuresOf(ours: Run, theirs: Run | undefined): Figures {
  const setup = (part: number): Figure =>
    comparison(ours, theirs, 'ms', ({ setupsMs }) => percentile(setupsMs, part));
  const cpu = comparison(ours, theirs, 'ms', ({ cpuMsPerCall }) => cpuMsPerCall);
  return {
    calls: ours.calls,
    not_bridged: ours.calls - ours.setupsMs.length,
    ...(theirs && { not_bridged_by_floor: theirs.calls - theirs.setupsMs.length }),
    setup_p50: setup(0.5),
    setup_p99: setup(0.99),
    controller_cpu_per_call: cpu,
    ...(theirs && {
      setup_p50_ratio: ratio(setup(0.5)),
      cpu_ratio: ratio(cpu),
      channels_left_by_floor: theirs.channelsLeft,
    }),
    channels_left: ours.channelsLeft,
  };
}

function comparison(
  ours: Run,
  theirs: Run | undefined,
  unit: Figure['unit'],
  of: (run: Run) => number,
): Figure {
  return figure({
    value: of(ours),
    unit,
    ...(theirs && { beside: { what: 'the floor program', value: of(theirs) } }),
  });
}

function ratio({ ratio: value = Number.NaN }: Figure): Figure {
  return figure({ value, unit: 'x', budget: atMost(1) });
}
