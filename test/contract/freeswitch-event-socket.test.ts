// What controllers other than fsmrf rely on: plain sockets, modesl, and an admin's `fs_cli -x`.
import { createServer, type Server, type Socket } from 'node:net';
import { Connection } from 'modesl';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openFreeSwitch } from '../../src/engine/freeswitch/server.js';
import type { FreeSwitchServer } from '../../src/engine/freeswitch/options.js';
import type { SipDialog, UserAgent } from '../../src/sip/api.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { offer } from '../support/freeswitch/fsmrf.js';
import { RawEsl } from '../support/freeswitch/raw-esl.js';

const PASSWORD = 'event-socket-test';
let server: FreeSwitchServer;
let admin: RawEsl;
let controller: Server;
let caller: UserAgent;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = await openFreeSwitch({
    eventSocket: { address: '127.0.0.1', port: 0, password: PASSWORD },
    sip: { address: '127.0.0.1', port: 0 },
    rtp: { address: '127.0.0.1' },
  });
  admin = await RawEsl.authorised(server.eventSocketPort, PASSWORD);
  controller = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  await new Promise<void>((resolve) => controller.listen(0, '127.0.0.1', resolve));
  caller = await openUserAgent({ bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] });
});

afterEach(async () => {
  await caller.close();
  admin.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
  expect(server.stats()).toMatchObject({ channels: 0, outboundConnections: 0, rtpPorts: 0 });
  await new Promise((resolve) => controller.close(resolve));
});

async function call(): Promise<{ readonly dialog: SipDialog; readonly uuid: string }> {
  const address = controller.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const outcome = await caller.invite({
    uri: `sip:drachtio@127.0.0.1:${server.sipPort}`,
    body: offer(40_000),
    headers: [{ name: 'X-esl-outbound', value: `127.0.0.1:${port}` }],
  }).outcome;
  if (outcome.kind !== 'answered') throw new Error(outcome.kind);
  await vi.waitFor(() => expect(server.stats().outboundConnections).toBe(1));
  const uuid = (await admin.api('show channels')).split('\n')[1]?.split(',')[0] ?? '';
  return { dialog: outcome.dialog, uuid };
}

describe('an admin', () => {
  it('asks for status, version, channels and what does not exist', async () => {
    expect(await admin.api('status')).toMatch(/^UP 0 years/);
    expect(await admin.api('version')).toContain('1.10.12-release');
    expect(await admin.api('show channels as json')).toBe('{"row_count": 0}\n');
    expect(await admin.api('nonsense')).toBe('-ERR nonsense Command not found!\n');
    expect(await admin.api('expr (2+3)*4')).toBe('20');
  });

  it('sees a channel, shows it as JSON, and kills it', async () => {
    const { dialog, uuid } = await call();
    const ended = new Promise((resolve) => dialog.on({ ended: resolve }));
    const table = JSON.parse(await admin.api('show channels as json')) as {
      readonly row_count: number;
      readonly rows: readonly Record<string, string>[];
    };
    expect(table.rows[0]).toMatchObject({
      uuid,
      state: 'CS_EXECUTE',
      callstate: 'ACTIVE',
      dest: 'drachtio',
      read_codec: 'PCMU',
    });
    expect(await admin.api(`uuid_kill ${uuid} USER_BUSY`)).toBe('+OK\n');
    expect(await ended).toBe('remote-bye');
  });

  it('is refused with a wrong password and told goodbye', async () => {
    const stranger = new RawEsl(server.eventSocketPort);
    await stranger.next(({ headers }) => headers['Content-Type'] === 'auth/request');
    expect((await stranger.command('api status')).headers['Reply-Text']).toBe('-ERR command not found');
    expect((await stranger.command('auth wrong')).headers['Reply-Text']).toBe('-ERR invalid');
    await vi.waitFor(() => expect(stranger.closed).toBe(true));
  });
});

describe('answers', () => {
  it('come once for each command and in order, however they arrive', async () => {
    const commands = [
      'filter Unique-ID x',
      'api status',
      'event plain HEARTBEAT',
      'bgapi status',
      'nonsense',
      'api expr 1+1',
      'nixevent HEARTBEAT',
      'log 3',
      'nolog',
      'noevents',
    ];
    const from = admin.frames.length;
    admin.write(commands.map((command) => `${command}\n\n`).join(''));
    await vi.waitFor(() => expect(admin.frames.length - from).toBe(commands.length));
    const answers = admin.frames.slice(from).map(({ headers, body }) => headers['Reply-Text'] ?? body);
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual([
      '+OK filter a',
      'UP 0 years, ',
      '+OK event li',
      '+OK Job-UUID',
      '-ERR command',
      '2',
      '+OK events n',
      '+OK log leve',
      '+OK no longe',
      '+OK no longe',
    ]);
  });

  it('keep events from an unfiltered subscription apart by channel', async () => {
    await admin.command('event json CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE');
    const { dialog, uuid } = await call();
    expect(await admin.event('CHANNEL_ANSWER')).toMatchObject({
      'Unique-ID': uuid,
      variable_sip_received_ip: '127.0.0.1',
    });
    await dialog.bye([{ name: 'Reason', value: 'Q.850;cause=17;text="busy"' }]);
    expect(await admin.event('CHANNEL_HANGUP_COMPLETE')).toMatchObject({
      'Hangup-Cause': 'USER_BUSY',
      variable_hangup_cause_q850: '17',
    });
  });
});

describe('the socket of a channel', () => {
  it('that closes while the channel is parked ends the channel', async () => {
    const { dialog } = await call();
    const ended = new Promise((resolve) => dialog.on({ ended: resolve }));
    sockets[0]?.destroy();
    expect(await ended).toBe('remote-bye');
  });

  it('that nobody listens for ends the call', async () => {
    const outcome = await caller.invite({
      uri: `sip:drachtio@127.0.0.1:${server.sipPort}`,
      body: offer(40_000),
      headers: [{ name: 'X-esl-outbound', value: '127.0.0.1:1' }],
    }).outcome;
    expect(outcome.kind).toBe('answered');
    await vi.waitFor(() => expect(server.stats().channels).toBe(0));
  });

  it('is not looked for when the INVITE names none', async () => {
    const outcome = await caller.invite({
      uri: `sip:drachtio@127.0.0.1:${server.sipPort}`,
      body: offer(40_000),
    }).outcome;
    expect(outcome).toMatchObject({ kind: 'failed', response: { status: 404 } });
  });
});

interface Modesl {
  api(command: string, action: (answer: { getBody(): string }) => void): void;
  disconnect(): void;
}

it('modesl connects and asks', async () => {
  const client = await new Promise<Modesl>((resolve) => {
    const connection = new (Connection as unknown as new (...parts: unknown[]) => Modesl)(
      '127.0.0.1',
      server.eventSocketPort,
      PASSWORD,
      () => {
        resolve(connection);
      },
    );
  });
  const body = await new Promise<string>((resolve) => {
    client.api('hostname', (answer) => resolve(answer.getBody()));
  });
  expect(body).toBe('freeswitch');
  client.disconnect();
});
