/** Servers that are down, wrong, silent or broken: the switch says so once, keeps trying, and the process lives. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallId, LegId } from '../../src/domain/values/ids.js';
import type { Switch } from '../../src/app/ports/switch.js';
import { connectSwitch } from '../../src/switch/connect.js';
import type { SwitchOptions } from '../../src/switch/options.js';
import { openBrokenEventSocket } from '../support/switch/broken-event-socket.js';
import { openRelay } from '../support/switch/relay.js';
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

describe.skipIf(missingServers() !== undefined)(`switch faults (${kind})`, () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function servers(): Promise<Servers> {
    const started = await startServers();
    closers.push(() => started.close());
    return started;
  }

  async function connect(options: SwitchOptions): Promise<{ switch: Switch; log: string[] }> {
    const ports = testPorts();
    const connected = await connectSwitch(options, ports);
    closers.push(() => connected.close({ legs: 'end' }));
    return { switch: connected, log: ports.log };
  }

  const originate = (connected: Switch) =>
    connected.originate({
      legId: 'leg' as LegId,
      callId: 'call' as CallId,
      sipCallId: 'faults',
      role: 'operator',
      target: { kind: 'uri', uri: 'sip:x@127.0.0.1:9' },
      ringMs: 1000,
    });

  async function freePort(): Promise<number> {
    const server = await listening();
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address ? address.port : 0;
  }

  function listening(): Promise<Server> {
    const server = createServer();
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
  }

  it('resolves while both servers are down, and connects when they come', async () => {
    const real = await servers();
    const [signallingPort, mediaPort] = [await freePort(), await freePort()];
    const options = testOptions(
      { ...real.signalling, host: '127.0.0.1', port: signallingPort },
      { ...real.media, host: '127.0.0.1', port: mediaPort },
    );
    const { switch: connected, log } = await connect(options);
    expect(connected.status()).toMatchObject({ signalling: 'connecting', media: 'connecting', legs: 0 });
    const leg = originate(connected);
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'system', reason: 'unavailable' });
    const complaints = () => log.filter((line) => line.startsWith('warn') && line.includes('retrying'));
    await until('both complained', () => complaints().length >= 2);
    for (const [port, target] of [
      [signallingPort, real.signalling],
      [mediaPort, real.media],
    ] as const) {
      const relay = await openRelay(target.host, target.port, port);
      closers.splice(1, 0, () => relay.close());
    }
    await until(
      'ready',
      () => connected.status().signalling === 'ready' && connected.status().media === 'ready',
    );
    expect(complaints()).toHaveLength(2);
    expect(log.join()).toContain('originate failed');
    expect(connected.status().signallingVersion).toMatch(/^v0\.9/);
    expect(connected.status().mediaVersion).toMatch(/^1\.10\.12/);
  });

  it('names a wrong secret of either server, once', async () => {
    const real = await servers();
    const { switch: connected, log } = await connect(
      testOptions({ ...real.signalling, secret: 'wrong' }, { ...real.media, secret: 'wrong' }),
    );
    await until('both named', () =>
      ['signalling', 'media'].every((side) =>
        log.some((line) => line.includes(`check switch.${side}.secret`)),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(log.filter((line) => line.includes('secret'))).toHaveLength(2);
    expect(connected.status()).toMatchObject({ signalling: 'connecting', media: 'connecting' });
  });

  it('names a missing SIP profile', async () => {
    const real = await servers();
    const options = testOptions(real.signalling, real.media);
    const { log } = await connect({ ...options, media: { ...real.media, profile: 'nonesuch' } });
    await until('named', () => log.some((line) => line.includes('no running SIP profile')));
  });

  it('names a listen port that is taken', async () => {
    const real = await servers();
    const taken = await listening();
    closers.push(() => new Promise((resolve) => taken.close(() => resolve())));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { log } = await connect({
      ...testOptions(real.signalling, real.media),
      listen: { address: '127.0.0.1', port },
    });
    await until('named', () => log.some((line) => line.includes(`switch.listen 127.0.0.1:${port}`)));
  });

  it('reuses a fixed listen port after a loss', async () => {
    const real = await servers();
    const relay = await openRelay(real.media.host, real.media.port);
    closers.push(() => relay.close());
    const port = await freePort();
    const options = testOptions(real.signalling, { ...real.media, host: '127.0.0.1', port: relay.port });
    const { switch: connected } = await connect({ ...options, listen: { address: '127.0.0.1', port } });
    await until('ready', () => connected.status().media === 'ready');
    relay.cut('once');
    await until('lost', () => connected.status().media === 'lost');
    await until('ready again', () => connected.status().media === 'ready');
  });

  it('gives up on a media server that never answers, and tries again', async () => {
    const real = await servers();
    const silent = await openBrokenEventSocket('silent');
    closers.push(() => silent.close());
    const options = testOptions(real.signalling, { host: '127.0.0.1', port: silent.port, secret: 'x' });
    const { log } = await connect({ ...options, deadlines: { commandMs: 200 } });
    await until('tried twice', () => silent.accepted() >= 2);
    expect(log.filter((line) => line.includes('no answer in time'))).toHaveLength(1);
  });

  it('survives a header that the event-socket library cannot decode', async () => {
    const real = await servers();
    const broken = await openBrokenEventSocket('stray-percent');
    closers.push(() => broken.close());
    const { switch: connected } = await connect(
      testOptions(real.signalling, { host: '127.0.0.1', port: broken.port, secret: 'x' }),
    );
    await until('ready', () => connected.status().media === 'ready');
    await until('lost', () => connected.status().media === 'lost');
    await until('rebuilt', () => broken.accepted() >= 4);
  });
});
