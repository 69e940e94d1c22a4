// srf.proxyRequest of the unmodified drachtio-srf through the look-alike, with user agents of our own SIP room around it.
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import type { DrachtioServer } from '../../src/engine/drachtio/options.js';
import type { IncomingCall, InviteOutcome, UserAgent } from '../../src/sip/api.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { headerOf, headersOf } from '../../src/wire/sip-message.js';
import { openRawPeer } from '../support/sip/raw-peer.js';
import { connectSrf, type ProxyResult, type SrfApp, type SrfRequest } from '../support/sip/srf.js';

const OFFER =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\na=sendrecv\r\n';
const ANSWER = OFFER.replace('40000', '41000');

let server: DrachtioServer;
let app: SrfApp;
let caller: UserAgent;
let first: UserAgent;
let second: UserAgent;

const openAgent = (user: string) =>
  openUserAgent({ bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }], user });
const uriOf = (agent: UserAgent) => `sip:callee@127.0.0.1:${String(agent.stack.locals[0]!.port)}`;
const viaServer = () => `sip:anyone@127.0.0.1:${String(server.sipPort)}`;

beforeEach(async () => {
  server = await openDrachtio({
    adminAddress: '127.0.0.1',
    adminPort: 0,
    secret: 's',
    sip: [{ address: '127.0.0.1', port: 0, protocols: ['udp', 'tcp'] }],
    // 32 s is too long to wait for a dead destination.
    timers: { t1: 50, t2: 400, transactionLimit: 1000 },
  });
  const connection = { host: '127.0.0.1', port: server.adminPort, secret: 's' };
  app = await connectSrf(new Srf() as unknown as SrfApp, connection);
  caller = await openAgent('caller');
  first = await openAgent('first');
  second = await openAgent('second');
});

afterEach(async () => {
  await vi.waitFor(() => {
    const { dialogs, pendingRequests, appTransactions, proxies } = server.stats();
    expect({ dialogs, pendingRequests, appTransactions, proxies }).toEqual({
      dialogs: 0,
      pendingRequests: 0,
      appTransactions: 0,
      proxies: 0,
    });
  }, 5000);
  for (const agent of [caller, first, second]) {
    expect(agent.dialogs()).toEqual([]);
    await agent.close();
  }
  app.disconnect();
  await server.close();
});

/** Proxies the next INVITE, and settles with what drachtio-srf makes of it. */
function proxied(destinations: readonly UserAgent[], options: object = {}): Promise<ProxyResult> {
  return new Promise((resolve, reject) => {
    app.invite((req: SrfRequest) => {
      app.proxyRequest(req, destinations.map(uriOf), options).then(resolve, reject);
    });
  });
}

function next(agent: UserAgent): Promise<IncomingCall> {
  return new Promise((resolve) => {
    agent.onInvite(resolve);
  });
}

const rejecting = (agent: UserAgent, status: number) => {
  agent.onInvite((call) => {
    call.reject(status);
  });
};

async function dialogOf(outcome: Promise<InviteOutcome>) {
  const settled = await outcome;
  if (settled.kind !== 'answered') throw new Error(settled.kind);
  return settled.dialog;
}

const statusOf = async (outcome: Promise<InviteOutcome>) => {
  const settled = await outcome;
  return settled.kind === 'failed' ? settled.response.status : settled.kind;
};

/** In the order of their coming: the library tells destinations apart by an address it reads from the wrong field. */
const statusesOf = (responses: ProxyResult['responses']) =>
  responses.flatMap(({ msgs }) => msgs.map(({ status }) => status));

describe('one destination', () => {
  it('is reached with our Via, one hop less, its own URI and the headers of the application', async () => {
    const result = proxied([first], { headers: { 'X-Added': 'yes' } });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    const ringing = await next(first);
    expect(ringing.request.uri).toBe(uriOf(first));
    expect(headersOf(ringing.request, 'Via')).toHaveLength(2);
    expect(headerOf(ringing.request, 'Max-Forwards')).toBe('69');
    expect(headerOf(ringing.request, 'X-Added')).toBe('yes');
    expect(headerOf(ringing.request, 'Record-Route')).toBeUndefined();
    const dialog = ringing.answer({ body: ANSWER });
    const mine = await dialogOf(calling.outcome);
    expect(mine.remoteSdp).toBe(ANSWER);
    expect((await dialog.acknowledged).kind).toBe('ack');
    expect(await result).toMatchObject({ connected: true, finalStatus: 200 });
    await mine.bye();
  });

  it('keeps the server in the path of the dialog with remainInDialog: ACK, re-INVITE, INFO and BYE pass', async () => {
    const result = proxied([first], { remainInDialog: true });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    const ringing = await next(first);
    expect(headerOf(ringing.request, 'Record-Route')).toBe(`<sip:127.0.0.1:${String(server.sipPort)};lr>`);
    const theirs = ringing.answer({ body: ANSWER });
    const mine = await dialogOf(calling.outcome);
    expect((await theirs.acknowledged).kind).toBe('ack');
    await result;
    const vias: number[] = [];
    theirs.on({
      offer: (_offer, request) => {
        vias.push(headersOf(request, 'Via').length);
        return ANSWER;
      },
      request: (request) => {
        vias.push(headersOf(request, 'Via').length);
        return { status: 200 };
      },
    });
    expect((await mine.reinvite({ body: OFFER }))?.body).toBe(ANSWER);
    expect((await mine.request('INFO'))?.status).toBe(200);
    expect(vias).toEqual([2, 2]);
    expect((await theirs.bye())?.status).toBe(200);
  });

  it('has its provisional and its refusal passed back', async () => {
    const result = proxied([first]);
    const progress: number[] = [];
    const calling = caller.invite({
      uri: viaServer(),
      body: OFFER,
      onProgress: ({ status }) => void progress.push(status),
    });
    const ringing = await next(first);
    ringing.ring({ status: 180 });
    ringing.reject(486);
    expect(await statusOf(calling.outcome)).toBe(486);
    expect(progress.filter((status) => status > 100)).toEqual([180]);
    expect(await result).toMatchObject({ connected: false, finalStatus: 486 });
  });

  it('is cancelled when the caller gives up', async () => {
    const result = proxied([first]);
    const calling = caller.invite({
      uri: viaServer(),
      body: OFFER,
      onProgress: ({ status }) => {
        if (status === 180) calling.cancel();
      },
    });
    const ringing = await next(first);
    const cancelled = new Promise<void>((resolve) => {
      ringing.onCancel(() => resolve());
    });
    ringing.ring({ status: 180 });
    await cancelled;
    expect(await statusOf(calling.outcome)).toBe(487);
    expect(await result).toMatchObject({ connected: false, finalStatus: 487 });
  });

  it('that is dead gives 408', async () => {
    const dead = await openAgent('dead');
    const gone = dead.stack.locals[0]!.port;
    await dead.close();
    const result = new Promise<ProxyResult>((resolve, reject) => {
      app.invite((req) => {
        app.proxyRequest(req, `sip:x@127.0.0.1:${String(gone)}`, {}).then(resolve, reject);
      });
    });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    expect(await statusOf(calling.outcome)).toBe(408);
    expect(await result).toMatchObject({ connected: false, responses: [] });
  });

  it('that is no address gives 500 and an error', async () => {
    const refused = new Promise<unknown>((resolve, reject) => {
      app.invite((req) => {
        app.proxyRequest(req, 'tel:+4930123', {}).then(reject, resolve);
      });
    });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    expect(await statusOf(calling.outcome)).toBe(500);
    expect(await refused).toMatch(/^error proxying request to/);
  });
});

describe('several destinations', () => {
  it('are tried one after another', async () => {
    rejecting(first, 486);
    const result = proxied([first, second], { forking: 'sequential' });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    (await next(second)).answer({ body: ANSWER });
    await (await dialogOf(calling.outcome)).bye();
    const { responses, connected } = await result;
    expect(connected).toBe(true);
    expect(statusesOf(responses)).toEqual([486, 200]);
  });

  it('ring at once; the loser is cancelled', async () => {
    const result = proxied([first, second], { forking: 'simultaneous' });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    const [loser, winner] = await Promise.all([next(first), next(second)]);
    const cancelled = new Promise<void>((resolve) => {
      loser.onCancel(() => resolve());
    });
    loser.ring({ status: 180 });
    winner.answer({ body: ANSWER });
    await cancelled;
    await (await dialogOf(calling.outcome)).bye();
    expect(await result).toMatchObject({ connected: true, finalStatus: 200 });
  });

  it('that all refuse give the best response', async () => {
    rejecting(first, 503);
    rejecting(second, 404);
    const result = proxied([second, first]);
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    expect(await statusOf(calling.outcome)).toBe(404);
    expect(statusesOf((await result).responses)).toEqual([404, 503]);
  });

  it('go on after a silent one when its provisional time is over', async () => {
    const result = proxied([first, second], { provisionalTimeout: '100ms' });
    // Even the stack of this one is silent: it is not there.
    await first.close();
    rejecting(second, 480);
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    expect(await statusOf(calling.outcome)).toBe(480);
    expect(await result).toMatchObject({ finalStatus: 480 });
  });

  it('come from the Contacts of a redirect with followRedirects', async () => {
    first.onInvite((call) => {
      call.reject(302, { headers: [{ name: 'Contact', value: `<${uriOf(second)}>` }] });
    });
    const result = proxied([first], { followRedirects: true });
    const calling = caller.invite({ uri: viaServer(), body: OFFER });
    (await next(second)).answer({ body: ANSWER });
    await (await dialogOf(calling.outcome)).bye();
    expect(statusesOf((await result).responses)).toEqual([302, 200]);
  });
});

describe('other requests', () => {
  it('are proxied too', async () => {
    const result = new Promise<ProxyResult>((resolve, reject) => {
      app.options((req) => {
        app.proxyRequest(req, uriOf(first), {}).then(resolve, reject);
      });
    });
    const response = await caller.request('OPTIONS', { uri: viaServer() });
    expect(response?.status).toBe(200);
    expect(await result).toMatchObject({ connected: true });
  });

  it('with no hop left are refused with 483', async () => {
    const refused = new Promise<unknown>((resolve, reject) => {
      app.options((req) => {
        app.proxyRequest(req, uriOf(first), {}).then(reject, resolve);
      });
    });
    const raw = await openRawPeer();
    const target = {
      stack: { locals: [{ protocol: 'udp', host: '127.0.0.1', port: server.sipPort }] },
    } as unknown as UserAgent;
    raw.send(target, raw.request('OPTIONS', target, { headers: [{ name: 'Max-Forwards', value: '0' }] }));
    expect((await raw.nextResponse()).status).toBe(483);
    raw.close();
    expect(await refused).toMatch(/^Rejected with 483/);
  });
});
