// What the recorded traces do not show of the drachtio look-alike, and proof that the replay can fail.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import type { DrachtioServer } from '../../src/engine/drachtio/options.js';
import type { UserAgent } from '../../src/sip/api.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { connectControl, type ControlClient } from '../support/sip/control-client.js';
import { openRawPeer, type RawPeer } from '../support/sip/raw-peer.js';
import { readTrace, type Trace } from '../support/sip/trace.js';
import { replay } from '../support/sip/trace-replay.js';
import { createVirtualClock, type VirtualClock } from '../support/sip/virtual-clock.js';

const SDP = 'v=0\r\ns=-\r\n';

let clock: VirtualClock;
let server: DrachtioServer;
let app: ControlClient;
let peer: RawPeer;
/** Where the peer sends: it only looks at the port. */
let target: UserAgent;

beforeEach(async () => {
  clock = createVirtualClock(Date.UTC(2030, 0, 1));
  const sip = [{ address: '127.0.0.1', port: 0, protocols: ['udp', 'tcp'] as const }];
  server = await openDrachtio({
    adminAddress: '127.0.0.1',
    adminPort: 0,
    secret: 's',
    sip,
    clock,
    externalIp: '203.0.113.9',
    resolve: (host) => Promise.resolve(host === 'trunk.test' ? '127.0.0.1' : undefined),
  });
  target = {
    stack: { locals: [{ protocol: 'udp', host: '127.0.0.1', port: server.sipPort }] },
  } as unknown as UserAgent;
  app = await connectControl(server.adminPort);
  peer = await openRawPeer();
});

afterEach(async () => {
  app.end();
  peer.close();
  await server.close();
  expect(clock.timerCount).toBe(0);
});

const field = (frame: string, at: number) => frame.split('\r\n')[0]!.split('|')[at]!;

async function authenticate(): Promise<void> {
  expect(await app.command('authenticate|s|t1')).toMatch(
    /^OK\|tcp\/203\.0\.113\.9:\d+,udp\/203\.0\.113\.9:\d+\|v0\.9\.10-embedded\|tcp\/127\.0\.0\.1:\d+,udp/,
  );
}

async function ring(): Promise<{ readonly transactionId: string; readonly invite: string }> {
  await app.command('route|invite');
  const invite = peer.request('INVITE', target, { body: SDP });
  peer.send(target, invite);
  return { transactionId: field(await app.frame('sip|network'), 7), invite };
}

describe('the secret', () => {
  it('is asked for before anything else', async () => {
    expect(await app.command('route|invite')).toBe('NO|not authenticated');
    await app.closed;
  });

  it('must be right', async () => {
    expect(await app.command('authenticate|wrong|')).toBe('NO|incorrect secret');
    await app.closed;
  });

  it('is not got around by a frame that is none', async () => {
    const other = await connectControl(server.adminPort);
    void other.command('authenticate|s|').catch(() => undefined);
    other.end();
    await other.closed;
    await vi.waitFor(() => expect(server.stats().clients).toBe(1));
  });
});

describe('requests of an application', () => {
  beforeEach(authenticate);

  it('have localhost replaced, headers of the server dropped, names spelt and the body counted in bytes', async () => {
    const text = [
      `MESSAGE ${peer.uri} SIP/2.0`,
      'from: "A" <sip:100@localhost>',
      'p-asserted-identity: <sip:100@localhost>',
      'record-route: <sip:evil>',
      'via: x',
      'my-own: kept',
      'X-lower: kept',
      'content-type: text/plain',
      'content-length: 7',
      '',
      'Grüße €',
    ].join('\r\n');
    void app.command('sip||', text);
    const sent = await peer.next('MESSAGE');
    expect(headerOf(sent, 'From')).toMatch(
      new RegExp(`^"A" <sip:100@203\\.0\\.113\\.9:${String(server.sipPort)}>;tag=`),
    );
    expect(headerOf(sent, 'P-Asserted-Identity')).toContain('@203.0.113.9');
    expect(headerOf(sent, 'Record-Route')).toBeUndefined();
    expect(headerOf(sent, 'Via')).toContain('SIP/2.0/UDP 203.0.113.9');
    expect(sent.headers.filter(({ value }) => value === 'kept').map(({ name }) => name)).toEqual([
      'My-Own',
      'X-lower',
    ]);
    expect(headerOf(sent, 'Content-Length')).toBe('11');
    expect(sent.body).toBe('Grüße €');
  });

  it('are refused in the words of the real server', async () => {
    expect(await app.command('sip||', 'INVITE tel:+4930 SIP/2.0\r\n\r\n')).toBe(
      'NOK|invalid request-uri: INVITE tel:+4930 SIP/2.0',
    );
    expect(await app.command('sip||x;from-tag=y', 'ACK sip:placeholder SIP/2.0\r\n\r\n')).toMatch(
      /^NOK\|Server error: ACK for non-success/,
    );
    expect(await app.command('sip|x|', 'SIP/2.0 200 OK\r\nCSeq: 1 CANCEL\r\n\r\n')).toMatch(
      /^NOK\|200 OK to incoming CANCEL/,
    );
  });
});

describe('host names', () => {
  beforeEach(authenticate);

  it('in a Request-URI are resolved, and stay in it', async () => {
    const uri = peer.uri.replace('127.0.0.1', 'trunk.test');
    void app.command('sip||', `OPTIONS ${uri} SIP/2.0\r\n\r\n`);
    const options = await peer.next('OPTIONS');
    expect(options.uri).toBe(uri);
    peer.answer(options, 200);
    expect(await app.frame('sip|network')).toContain('SIP/2.0 200 OK');
    clock.advance(40_000);
  });

  it('that have no address are refused', async () => {
    const reply = await app.command('sip||', 'OPTIONS sip:a@nowhere.test SIP/2.0\r\n\r\n');
    expect(reply).toBe('NOK|requested protocol/transport not available');
  });
});

describe('an incoming call', () => {
  beforeEach(authenticate);

  it('that the application never answers is let go after 64 s, without a word', async () => {
    await ring();
    expect(server.stats().pendingRequests).toBe(1);
    clock.advance(63_999);
    expect(server.stats().pendingRequests).toBe(1);
    clock.advance(1);
    expect(server.stats()).toMatchObject({ pendingRequests: 0, sip: { serverTransactions: 0 } });
  });

  it('takes one UPDATE before the answer, under the transaction id of the INVITE', async () => {
    const { transactionId, invite } = await ring();
    await app.command(`sip|${transactionId}|`, 'SIP/2.0 183 Session Progress\r\n\r\n');
    const { headers } = await peer.nextResponse();
    const update = (seq: number) =>
      invite
        .replaceAll('INVITE', 'UPDATE')
        .replace('CSeq: 1', `CSeq: ${String(seq)}`)
        .replace(/branch=\S+/, `branch=z9hG4bKupdate${String(seq)}`)
        .replace(/To: .*/, `To: ${headerOf({ headers }, 'To')!}`);
    peer.send(target, update(2));
    const frame = await app.frame('sip|network');
    expect(frame).toContain('UPDATE');
    expect(field(frame, 7)).toBe(transactionId);
    peer.send(target, update(3));
    expect((await peer.nextResponse()).status).toBe(500);
    await app.command(`sip|${transactionId}|`, 'SIP/2.0 200 OK\r\nCSeq: 2 UPDATE\r\n\r\n');
    expect((await peer.nextResponse()).headers.find(({ name }) => name === 'CSeq')?.value).toBe('2 UPDATE');
    await app.command(`sip|${transactionId}|`, 'SIP/2.0 486 Busy Here\r\n\r\n');
    clock.advance(40_000);
    expect(server.stats()).toMatchObject({ pendingRequests: 0, dialogs: 0, sip: { serverTransactions: 0 } });
  });

  it('without a Contact or a From tag is refused with 400', async () => {
    await app.command('route|invite');
    peer.sendRaw(target, peer.request('INVITE', target).replace(/Contact: .*\r\n/, ''));
    expect((await peer.nextResponse()).status).toBe(400);
    peer.sendRaw(target, peer.request('INVITE', target).replace(';tag=raw', ''));
    expect((await peer.nextResponse()).status).toBe(400);
  });

  it('of a phone behind a NAT is hung up at the address its packets come from', async () => {
    await app.command('route|invite');
    const invite = peer.request('INVITE', target, { body: SDP });
    peer.sendRaw(target, invite.replace(/Contact: .*\r\n/, 'Contact: <sip:raw@192.0.2.1:5060>\r\n'));
    const frame = await app.frame('sip|network');
    const reply = await app.command(`sip|${field(frame, 7)}|`, `SIP/2.0 200 OK\r\n\r\n${SDP}`);
    void app.command(`sip||${field(reply, 8)}`, 'BYE sip:placeholder SIP/2.0\r\n\r\n');
    const bye = await peer.next('BYE');
    expect(bye.uri).toBe('sip:raw@192.0.2.1:5060');
    peer.answer(bye, 200);
    await app.frame('sip|network');
    expect(server.stats().dialogs).toBe(0);
    clock.advance(40_000);
  });
});

describe('routes', () => {
  beforeEach(authenticate);

  it('go round, and only over clients that are there', async () => {
    const other = await connectControl(server.adminPort);
    await other.command('authenticate|s|');
    for (const client of [app, app, other]) await client.command('route|options');
    const got: string[] = [];
    for (const [name, client] of [
      ['app', app],
      ['other', other],
      ['app', app],
    ] as const) {
      peer.send(target, peer.request('OPTIONS', target));
      const frame = await client.frame('sip|network');
      got.push(name);
      await client.command(`sip|${field(frame, 7)}|`, 'SIP/2.0 200 OK\r\n\r\n');
      await peer.nextResponse();
    }
    expect(got).toEqual(['app', 'other', 'app']);
    other.end();
    await other.closed;
    await vi.waitFor(() => expect(server.stats().clients).toBe(1));
    peer.send(target, peer.request('OPTIONS', target));
    await app.frame('sip|network');
    clock.advance(70_000);
  });
});

describe('opening', () => {
  it('says which port is taken, and leaves nothing open', async () => {
    const options = {
      adminAddress: '127.0.0.1',
      adminPort: server.adminPort,
      secret: 's',
      sip: [{ address: '127.0.0.1', port: 0, protocols: ['udp'] as const }],
    };
    await expect(openDrachtio(options)).rejects.toMatchObject({ code: 'port-in-use' });
    const sip = [{ address: '127.0.0.1', port: server.sipPort, protocols: ['udp'] as const }];
    await expect(
      openUserAgent({ bind: [{ protocol: 'udp', host: '127.0.0.1', port: server.sipPort }] }),
    ).rejects.toMatchObject({ code: 'port-in-use' });
    await expect(openDrachtio({ ...options, adminPort: 0, sip })).rejects.toMatchObject({
      code: 'port-in-use',
    });
  });
});

describe('the replay of recorded traces', () => {
  const trace = readTrace('drachtio-uas-answer-far-bye');
  const changed = (from: string, to: string): Trace => ({
    ...trace,
    entries: trace.entries.map((entry) =>
      entry.dir === 's>c' ? { ...entry, text: entry.text.replaceAll(from, to) } : entry,
    ),
  });

  it.each([
    ['a status', '200 OK', '202 OK'],
    ['a header', 'X-App: one', 'X-App: two'],
    [
      'the order of headers',
      'Contact: <sip:127.0.0.1:5070>\r\nContent-Type: application/sdp',
      'Content-Type: application/sdp\r\nContact: <sip:127.0.0.1:5070>',
    ],
    ['a frame field', '|udp|', '|tcp|'],
    ['a dialog id', 'from-tag=far2', 'from-tag=far3'],
    ['a port', 'rport=5608', 'rport=5609'],
  ])('sees a difference in %s', async (_what, from, to) => {
    expect(trace.entries.some(({ text }) => text.includes(from))).toBe(true);
    expect(await replay(changed(from, to), 50)).not.toEqual([]);
  });

  it('sees a message that is missing, and one too many', async () => {
    const bye = trace.entries.findLastIndex(({ conn, dir }) => conn === 'sip' && dir === 's>c');
    const less = { ...trace, entries: trace.entries.filter((_, at) => at !== bye) };
    const more = { ...trace, entries: trace.entries.toSpliced(bye, 0, trace.entries[bye]!) };
    expect((await replay(less, 50)).join()).toContain('unexpected');
    expect((await replay(more, 50)).join()).toContain('missing');
  });
});
