/** SIP over TLS, WebSocket (RFC 7118) and IPv6, large requests, and requests that come twice: on real sockets. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { SipAddress, SipProtocol, UserAgent, UserAgentOptions } from '../../src/sip/api.js';
import { TlsPeers } from '../../src/sip/tls-peers.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { TEST_TLS } from '../support/sip/certificate.js';
import { firstEvent } from '../support/sip/events.js';
import { openRawPeer } from '../support/sip/raw-peer.js';

const TIMERS = { t1: 20, t2: 80, t4: 60, transactionLimit: 400, timerD: 100, firstInviteResend: 20 };
const SDP = 'v=0\r\ns=x\r\n';

const opened: UserAgent[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((agent) => agent.close()));
});

async function agentOn(
  protocols: readonly SipProtocol[],
  options: Partial<UserAgentOptions> & { readonly host?: string } = {},
): Promise<UserAgent> {
  const { host = '127.0.0.1', ...rest } = options;
  const bind = protocols.map((protocol): SipAddress => ({ protocol, host, port: 0 }));
  const tls = { ...TEST_TLS, ca: TEST_TLS.cert };
  const agent = await openUserAgent({ bind, user: 'x', timers: TIMERS, tls, ...rest });
  opened.push(agent);
  return agent;
}

const portOf = (agent: UserAgent, protocol: SipProtocol) =>
  agent.stack.locals.find((local) => local.protocol === protocol)?.port ?? 0;

async function talk(caller: UserAgent, callee: UserAgent, uri: string): Promise<void> {
  const answered = firstEvent<unknown>((resolve) => {
    callee.onInvite((call) => resolve(call.answer({ body: SDP })));
  });
  const outcome = await caller.invite({ uri, body: SDP }).outcome;
  if (outcome.kind !== 'answered') throw new Error(outcome.kind);
  await answered;
  expect(await outcome.dialog.bye()).toMatchObject({ status: 200 });
}

describe('TLS', () => {
  it('carries a call', async () => {
    const [caller, callee] = [await agentOn(['tls']), await agentOn(['tls'])];
    await talk(caller, callee, `sip:x@127.0.0.1:${portOf(callee, 'tls')};transport=tls`);
    await talk(caller, callee, `sips:x@127.0.0.1:${portOf(callee, 'tls')}`);
  });

  it('goes by the terms of a peer, and by others as soon as they change', async () => {
    const carrier = createServer({
      ...TEST_TLS,
      ca: TEST_TLS.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const shown: string[] = [];
    carrier.on('secureConnection', (socket: TLSSocket) => {
      shown.push(socket.getPeerCertificate().subject.CN as string);
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString().replace(/^OPTIONS .*\r\n/, 'SIP/2.0 200 OK\r\n');
        socket.write(text.replace(/\r\nTo: ([^\r]*)/, '\r\nTo: $1;tag=c'));
      });
    });
    await new Promise<void>((resolve) => carrier.listen(0, '127.0.0.1', resolve));
    const { port } = carrier.address() as AddressInfo;
    const tlsPeers = new TlsPeers();
    const caller = await agentOn(['tls'], { tls: {}, tlsPeers });
    const to = { protocol: 'tls', host: '127.0.0.1', port } as const;
    const statusOf = async (host: string) =>
      (await caller.request('OPTIONS', { uri: `sip:x@${host}:${port};transport=tls`, route: { to } }))
        ?.status;
    const known = { ca: TEST_TLS.cert, cert: TEST_TLS.cert, key: TEST_TLS.key, serverName: 'localhost' };
    expect(await statusOf('sip.example.net')).not.toBe(200);
    tlsPeers.replace([{ host: 'sip.example.net', ca: TEST_TLS.cert, serverName: 'localhost' }]);
    expect(await statusOf('sip.example.net')).not.toBe(200);
    tlsPeers.replace([{ host: 'sip.example.net', port, ...known }, { host: 'sip.example.net' }]);
    expect(await statusOf('sip.example.net')).toBe(200);
    // Inside a dialog its address is all that is told.
    expect(await statusOf('127.0.0.1')).toBe(200);
    expect(shown).toEqual(['dialtrace tests']);
    tlsPeers.replace([{ host: 'sip.example.net', ...known }]);
    expect(await statusOf('sip.example.net')).toBe(200);
    expect(shown).toHaveLength(2);
    await caller.close();
    await new Promise((resolve) => carrier.close(resolve));
  });

  it('asks for a certificate of the name in the URI, whatever address that led to; takes no calls without one', async () => {
    const callee = await agentOn(['tls']);
    const trusting = await agentOn(['tls'], { tls: { ca: TEST_TLS.cert } });
    const port = portOf(callee, 'tls');
    const to = { protocol: 'tls', host: '127.0.0.1', port } as const;
    const statusOf = async (host: string) =>
      (await trusting.request('OPTIONS', { uri: `sip:x@${host}:${port};transport=tls`, route: { to } }))
        ?.status;
    expect(await statusOf('gw.other.example')).not.toBe(200);
    expect(await statusOf('127.0.0.1')).toBe(200);
    const back = `sip:x@127.0.0.1:${portOf(trusting, 'tls')};transport=tls`;
    expect((await callee.invite({ uri: back, body: SDP }).outcome).kind).not.toBe('answered');
  });

  it('fails with a peer whose certificate is not trusted, and with one that speaks no TLS', async () => {
    const callee = await agentOn(['tls', 'tcp']);
    const stranger = await agentOn(['tls'], { tls: TEST_TLS });
    for (const port of [portOf(callee, 'tls'), portOf(callee, 'tcp')]) {
      const uri = `sip:x@127.0.0.1:${port};transport=tls`;
      expect((await stranger.invite({ uri, body: SDP }).outcome).kind).not.toBe('answered');
    }
  });
});

describe('IPv6', () => {
  it.each(['udp', 'tcp'] as const)('carries a call over %s', async (protocol) => {
    const [caller, callee] = [
      await agentOn([protocol], { host: '::1' }),
      await agentOn([protocol], { host: '::1' }),
    ];
    await talk(caller, callee, `sip:x@[::1]:${portOf(callee, protocol)};transport=${protocol}`);
  });
});

describe('a large request', () => {
  const large = `v=0\r\ns=${'x'.repeat(1500)}\r\n`;

  it('goes over TCP, a small one over UDP', async () => {
    const [caller, callee] = [await agentOn(['udp', 'tcp']), await agentOn(['udp', 'tcp'])];
    const seen: string[] = [];
    callee.onInvite((call) => {
      seen.push(call.remote.protocol);
      call.reject(486);
    });
    const uri = `sip:x@127.0.0.1:${portOf(callee, 'udp')}`;
    for (const body of [SDP, large]) await caller.invite({ uri, body }).outcome;
    expect(seen).toEqual(['udp', 'tcp']);
  });

  it('goes over UDP all the same when nobody takes the connection', async () => {
    const [caller, callee] = [await agentOn(['udp', 'tcp']), await agentOn(['udp'])];
    await talk(caller, callee, `sip:x@127.0.0.1:${portOf(callee, 'udp')}`);
    callee.onInvite((call) => call.reject(486));
    const uri = `sip:x@127.0.0.1:${portOf(callee, 'udp')}`;
    expect(await caller.invite({ uri, body: large }).outcome).toMatchObject({ kind: 'failed' });
  });
});

describe('a WebSocket', () => {
  async function browser(agent: UserAgent, subprotocol = 'sip') {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(agent, 'ws')}`, subprotocol);
    const heard: string[] = [];
    socket.on('message', (frame: Buffer) => heard.push(frame.toString()));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return { socket, heard };
  }
  const options = (branch: string) =>
    [
      'OPTIONS sip:x@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/WS abc.invalid;branch=z9hG4bK${branch}`,
      'From: <sip:me@abc.invalid>;tag=1',
      'To: <sip:x@127.0.0.1>',
      `Call-ID: ws-${branch}`,
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');

  it('carries requests, answers and keep-alives of a browser', async () => {
    const agent = await agentOn(['ws']);
    agent.onRequest(() => ({ status: 200 }));
    const { socket, heard } = await browser(agent);
    socket.send('\r\n\r\n');
    socket.send(options('one'));
    await vi.waitFor(() => expect(heard).toHaveLength(2), 2000);
    expect(heard[0]).toBe('\r\n');
    expect(heard[1]).toMatch(/^SIP\/2\.0 200 /);
    socket.close();
    await vi.waitFor(() => expect(agent.stack.stats().connections).toBe(0), 2000);
  });

  it('is refused without the subprotocol sip', async () => {
    const agent = await agentOn(['ws']);
    await expect(browser(agent, 'chat')).rejects.toThrow();
    expect(agent.stack.stats().connections).toBe(0);
  });
});

describe('a merged request', () => {
  it('is refused with 482 while the first one is open', async () => {
    const agent = await agentOn(['udp'], { merged: 'refuse' });
    const peer = await openRawPeer();
    agent.onInvite((call) => call.ring({ status: 180 }));
    const first = peer.request('INVITE', agent);
    peer.sendRaw(agent, first);
    expect(await peer.nextResponse()).toMatchObject({ status: 180 });
    peer.sendRaw(agent, first.replace(/branch=z9hG4bK\w+/, 'branch=z9hG4bKother'));
    expect(await peer.nextResponse()).toMatchObject({ status: 482, reason: 'Request Merged' });
    peer.close();
  });
});
