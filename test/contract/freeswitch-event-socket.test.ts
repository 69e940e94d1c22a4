// What controllers other than fsmrf rely on: plain sockets, modesl, and an admin's `fs_cli -x`.
import { Connection } from 'modesl';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBareServer, PASSWORD, type BareServer } from '../support/freeswitch/bare-server.js';
import { offer } from '../support/freeswitch/fsmrf.js';
import { RawEsl } from '../support/freeswitch/raw-esl.js';

let bed: BareServer;
beforeEach(async () => {
  bed = await openBareServer();
});
afterEach(() => bed.close());

describe('an admin', () => {
  it('asks for status, version, channels and what does not exist', async () => {
    expect(await bed.admin.api('status')).toMatch(/^UP 0 years/);
    expect(await bed.admin.api('version')).toContain('1.10.12-release');
    expect(await bed.admin.api('show channels as json')).toBe('{"row_count": 0}\n');
    expect(await bed.admin.api('nonsense')).toBe('-ERR nonsense Command not found!\n');
    expect(await bed.admin.api('expr (2+3)*4')).toBe('20');
  });

  it('sees a channel, shows it as JSON, and kills it', async () => {
    const { dialog, uuid } = await bed.call();
    const ended = new Promise((resolve) => dialog.on({ ended: resolve }));
    const table = JSON.parse(await bed.admin.api('show channels as json')) as {
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
    expect(await bed.admin.api(`uuid_kill ${uuid} USER_BUSY`)).toBe('+OK\n');
    expect(await ended).toBe('remote-bye');
  });

  it('is refused with a wrong password and told goodbye', async () => {
    const stranger = new RawEsl(bed.server.eventSocketPort);
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
    const from = bed.admin.frames.length;
    bed.admin.write(commands.map((command) => `${command}\n\n`).join(''));
    await vi.waitFor(() => expect(bed.admin.frames.length - from).toBe(commands.length));
    const answers = bed.admin.frames.slice(from).map(({ headers, body }) => headers['Reply-Text'] ?? body);
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
    await bed.admin.command('event json CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE');
    const { dialog, uuid } = await bed.call();
    expect(await bed.admin.event('CHANNEL_ANSWER')).toMatchObject({
      'Unique-ID': uuid,
      variable_sip_received_ip: '127.0.0.1',
    });
    await dialog.bye([{ name: 'Reason', value: 'Q.850;cause=17;text="busy"' }]);
    expect(await bed.admin.event('CHANNEL_HANGUP_COMPLETE')).toMatchObject({
      'Hangup-Cause': 'USER_BUSY',
      variable_hangup_cause_q850: '17',
    });
  });
});

describe('the socket of a channel', () => {
  it('that closes while the channel is parked ends the channel', async () => {
    const { dialog } = await bed.call();
    const ended = new Promise((resolve) => dialog.on({ ended: resolve }));
    bed.sockets[0]?.destroy();
    expect(await ended).toBe('remote-bye');
  });

  it('that nobody listens for ends the call', async () => {
    const outcome = await bed.caller.invite({
      uri: `sip:drachtio@127.0.0.1:${bed.server.sipPort}`,
      body: offer(40_000),
      headers: [{ name: 'X-esl-outbound', value: '127.0.0.1:1' }],
    }).outcome;
    expect(outcome.kind).toBe('answered');
    await vi.waitFor(() => expect(bed.server.stats().channels).toBe(0));
  });

  it('is not looked for when the INVITE names none', async () => {
    const outcome = await bed.caller.invite({
      uri: `sip:drachtio@127.0.0.1:${bed.server.sipPort}`,
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
      bed.server.eventSocketPort,
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
