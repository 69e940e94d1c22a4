/** How a switch ends, and how it loses its servers without a word: nothing is left over, nothing is written to stdout. */
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallId, LegId } from '../../src/domain/values/ids.js';
import type { Leg, Switch } from '../../src/app/ports/switch.js';
import { connectSwitch } from '../../src/switch/connect.js';
import type { SwitchOptions, SwitchPorts } from '../../src/switch/options.js';
import { openBrokenEventSocket } from '../support/switch/broken-event-socket.js';
import { openRelay, type Relay } from '../support/switch/relay.js';
import { watchLibrary } from '../support/switch/library-inside.js';
import { openTestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  signalOf,
  startServers,
  testOptions,
  testPorts,
  until,
  type Servers,
} from '../support/switch/test-switch.js';

describe.skipIf(missingServers() !== undefined)(`switch ends (${kind})`, () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    vi.restoreAllMocks();
  });

  async function servers(): Promise<Servers> {
    const started = await startServers();
    closers.push(() => started.close());
    return started;
  }

  async function relayTo({ host, port }: { host: string; port: number }): Promise<Relay> {
    const relay = await openRelay(host, port);
    closers.push(() => relay.close());
    return relay;
  }

  async function connect(options: SwitchOptions, ports: SwitchPorts = testPorts()): Promise<Switch> {
    const connected = await connectSwitch(options, ports);
    closers.push(() => connected.close({ legs: 'end' }));
    return connected;
  }

  const isReady = (connected: Switch) => () =>
    connected.status().signalling === 'ready' && connected.status().media === 'ready';

  let serial = 0;
  const originate = (connected: Switch, uri: string): Leg => {
    serial += 1;
    return connected.originate({
      legId: `leg${serial}` as LegId,
      callId: 'call' as CallId,
      sipCallId: `ends-${process.pid}-${serial}-${Date.now()}`,
      role: 'operator',
      target: { kind: 'uri', uri },
      ringMs: 5000,
    });
  };

  function consoleWords(): string[] {
    const words: string[] = [];
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation(
        (...values) => void words.push(`${method} ${values.join(' ')}`),
      );
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      words.push(`stdout ${String(text)}`);
      return true;
    });
    return words;
  }

  it('says nothing on the console when it is closed, at once or later', async () => {
    const real = await servers();
    const words = consoleWords();
    for (const waitMs of [0, 5, 10, 15, 20, 30, 40, 60, 100]) {
      const connected = await connectSwitch(testOptions(real.signalling, real.media), testPorts());
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await connected.close({ legs: 'end' });
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(words).toEqual([]);
  });

  it('says nothing on the console when the media server hangs up while it connects', async () => {
    const real = await servers();
    const broken = await openBrokenEventSocket('hangs-up');
    closers.push(() => broken.close());
    const words = consoleWords();
    await connect(testOptions(real.signalling, { host: '127.0.0.1', port: broken.port, secret: 'x' }));
    await until('tried again', () => broken.accepted() >= 4);
    expect(words).toEqual([]);
  });

  it('says nothing on the console when the media server is lost', async () => {
    const real = await servers();
    const relay = await relayTo(real.media);
    const words = consoleWords();
    const connected = await connect(
      testOptions(real.signalling, { ...real.media, host: '127.0.0.1', port: relay.port }),
    );
    await until('ready', isReady(connected));
    relay.cut('once');
    await until('lost', () => connected.status().media === 'lost');
    await until('ready again', isReady(connected));
    expect(words).toEqual([]);
  });

  it('does not connect once it is closed', async () => {
    const real = await servers();
    const relay = await relayTo(real.signalling);
    const connected = await connect(
      testOptions({ ...real.signalling, host: '127.0.0.1', port: relay.port }, real.media),
    );
    await until('ready', isReady(connected));
    relay.cut('refuse');
    await until('lost', () => connected.status().signalling === 'lost');
    relay.restore();
    const { accepted } = relay;
    await connected.close({ legs: 'end' });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(relay.accepted).toBe(accepted);
  });

  it('lets go of a server that never says a word, when it is closed', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => silent.close(resolve)));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const nowhere = { host: '127.0.0.1', port, secret: 'x' };
    const connected = await connect(testOptions(nowhere, nowhere));
    await until('both connected', () => sockets.size === 2);
    const open = () => process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length;
    const before = open();
    await connected.close({ legs: 'end' });
    await until('our ends are closed', () => open() <= before - 2, 4000);
    for (const socket of sockets) socket.destroy();
  });

  it('ends a leg that is made while it closes', async () => {
    const real = await servers();
    const phone = await openTestPhone();
    closers.push(() => phone.close());
    const connected = await connect(testOptions(real.signalling, real.media));
    await until('ready', isReady(connected));
    const first = originate(connected, phone.uri);
    await phone.answer(await phone.nextCall());
    await signalOf(first, 'answered');
    const closing = connected.close({ legs: 'end' });
    const late = originate(connected, phone.uri);
    const ended = signalOf(late, 'ended');
    await closing;
    expect((await ended).ending).toMatchObject({ by: expect.stringMatching(/unknown|system/) as string });
    expect(connected.status().legs).toBe(0);
  });

  it('notices a signalling server that is stopped', async () => {
    const real = await servers();
    const relay = await relayTo(real.signalling);
    const ports = testPorts();
    const hurried = {
      ...ports.clock,
      after: (ms: number, action: () => void) => ports.clock.after(ms === 10_000 ? 150 : ms, action),
    };
    const connected = await connect(
      testOptions({ ...real.signalling, host: '127.0.0.1', port: relay.port }, real.media),
      { ...ports, clock: hurried },
    );
    await until('ready', isReady(connected));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(ports.log.filter((line) => line.includes('lost'))).toEqual([]);
    relay.freeze();
    await until('lost', () => connected.status().signalling !== 'ready', 2000);
  });

  it.skipIf(kind === 'external')('keeps nothing of the legs of a media server that died', async () => {
    const { openFreeSwitch } = await import('../../src/engine/freeswitch/server.js');
    const real = await servers();
    const seen = watchLibrary();
    const phone = await openTestPhone();
    closers.push(() => phone.close());
    const dying = await openFreeSwitch({
      eventSocket: { address: '127.0.0.1', port: 0, password: 'x' },
      sip: { address: '127.0.0.1', port: 0 },
      rtp: { address: '127.0.0.1' },
    });
    const relay = await relayTo({ host: '127.0.0.1', port: dying.eventSocketPort });
    const connected = await connect(
      testOptions(real.signalling, { host: '127.0.0.1', port: relay.port, secret: 'x' }),
    );
    await until('ready', isReady(connected));
    const leg = originate(connected, phone.uri);
    await phone.answer(await phone.nextCall());
    await signalOf(leg, 'answered');
    await dying.close();
    await signalOf(leg, 'ended');
    await until('no leg', () => connected.status().legs === 0);
    await until('no dialog', () => seen.every(({ _dialogs }) => _dialogs.size === 0));
  });
});
