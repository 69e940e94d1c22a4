// The unmodified drachtio-srf against the look-alike, with a phone of our own SIP room on the far side, on real sockets.
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import type { DrachtioServer } from '../../src/engine/drachtio/options.js';
import { challenge, digestHa1, parseAnswer, verifyDigest } from '../../src/sip/digest.js';
import type { IncomingCall, SipDialog, UserAgent } from '../../src/sip/api.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { headerOf } from '../../src/wire/sip-message.js';
import {
  connectSrf,
  type SrfApp,
  type SrfDialog,
  type SrfRequest,
  type SrfResponse,
} from '../support/sip/srf.js';
import { firstEvent } from '../support/sip/events.js';

const OFFER =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\na=sendrecv\r\n';
const ANSWER = OFFER.replace('40000', '41000');

let server: DrachtioServer;
let app: SrfApp;
let phone: UserAgent;

beforeEach(async () => {
  server = await openDrachtio({
    adminAddress: '127.0.0.1',
    adminPort: 0,
    secret: 'secret',
    sip: [{ address: '127.0.0.1', port: 0, protocols: ['udp', 'tcp'] }],
    cdrs: 'on',
  });
  app = await connectSrf(new Srf() as unknown as SrfApp, {
    host: '127.0.0.1',
    port: server.adminPort,
    secret: 'secret',
  });
  phone = await openUserAgent({
    bind: [
      { protocol: 'udp', host: '127.0.0.1', port: 0 },
      { protocol: 'tcp', host: '127.0.0.1', port: 0 },
    ],
    user: 'phone',
  });
});

afterEach(async () => {
  await vi.waitFor(() => {
    const { dialogs, pendingRequests, appTransactions } = server.stats();
    expect({ dialogs, pendingRequests, appTransactions }).toEqual({
      dialogs: 0,
      pendingRequests: 0,
      appTransactions: 0,
    });
  });
  expect(phone.dialogs()).toEqual([]);
  app.disconnect();
  await phone.close();
  await server.close();
});

const serverUri = (transport = 'udp') =>
  `sip:app@127.0.0.1:${String(server.sipPort)}${transport === 'tcp' ? ';transport=tcp' : ''}`;
const phoneUri = () => `sip:phone@127.0.0.1:${String(phone.stack.locals[0]!.port)}`;

function ringOnce(): Promise<IncomingCall> {
  return new Promise((resolve) => {
    phone.onInvite(resolve);
  });
}

describe('the application answers', () => {
  for (const transport of ['udp', 'tcp']) {
    it(`takes a call over ${transport} and hangs up`, async () => {
      const answered = new Promise<SrfDialog>((resolve) => {
        app.invite((req: SrfRequest, res: SrfResponse) => {
          void app.createUAS(req, res, { localSdp: ANSWER }).then(resolve);
        });
      });
      const outcome = await phone.invite({ uri: serverUri(transport), body: OFFER }).outcome;
      if (outcome.kind !== 'answered') throw new Error(outcome.kind);
      expect(outcome.dialog.remoteSdp).toBe(ANSWER);
      const far = firstEvent<string>((resolve) => {
        outcome.dialog.on({ ended: resolve });
      });
      await (await answered).destroy();
      expect(await far).toBe('remote-bye');
    });
  }

  it('hears the caller hang up', async () => {
    const destroyed = new Promise<void>((resolve) => {
      app.invite((req: SrfRequest, res: SrfResponse) => {
        void app.createUAS(req, res, { localSdp: ANSWER }).then((dialog) => {
          dialog.on('destroy', () => resolve());
        });
      });
    });
    const outcome = await phone.invite({ uri: serverUri(), body: OFFER }).outcome;
    if (outcome.kind !== 'answered') throw new Error(outcome.kind);
    expect((await outcome.dialog.bye())?.status).toBe(200);
    await destroyed;
  });

  it('hears the caller cancel', async () => {
    const cancelled = new Promise<void>((resolve) => {
      app.invite((req: SrfRequest, res: SrfResponse) => {
        req.on('cancel', () => resolve());
        res.send(180);
      });
    });
    const ringing = firstEvent<number>((resolve) => {
      const call = phone.invite({
        uri: serverUri(),
        body: OFFER,
        onProgress: ({ status }) => {
          if (status !== 180) return;
          call.cancel();
          void call.outcome.then((outcome) =>
            resolve(outcome.kind === 'failed' ? outcome.response.status : 0),
          );
        },
      });
    });
    expect(await ringing).toBe(487);
    await cancelled;
  });

  it('rejects with its own status and reason', async () => {
    app.invite((_req: SrfRequest, res: SrfResponse) => {
      res.send(486, 'On the phone');
    });
    const outcome = await phone.invite({ uri: serverUri(), body: OFFER }).outcome;
    expect(outcome).toMatchObject({ kind: 'failed', response: { status: 486, reason: 'On the phone' } });
  });
});

describe('the application calls', () => {
  async function call(options: object = {}): Promise<{ app: SrfDialog; phone: SipDialog }> {
    const ringing = ringOnce();
    const calling = app.createUAC(phoneUri(), { localSdp: OFFER, ...options });
    const dialog = (await ringing).answer({ body: ANSWER });
    return { app: await calling, phone: dialog };
  }

  it('is answered and hangs up', async () => {
    const up = await call();
    expect(up.app.remote.sdp).toBe(ANSWER);
    expect((await up.phone.acknowledged).kind).toBe('ack');
    const ended = firstEvent<string>((resolve) => {
      up.phone.on({ ended: resolve });
    });
    await up.app.destroy();
    expect(await ended).toBe('remote-bye');
  });

  it('hears the phone hang up', async () => {
    const up = await call();
    const destroyed = new Promise<void>((resolve) => {
      up.app.on('destroy', () => resolve());
    });
    await up.phone.bye();
    await destroyed;
  });

  it('re-INVITEs both ways', async () => {
    const up = await call();
    up.phone.on({ offer: () => ANSWER.replace('41000', '41002') });
    await up.app.modify(OFFER.replace('40000', '40002'));
    expect(up.phone.remoteSdp).toContain('40002');
    await up.phone.acknowledged;
    up.app.on('modify', ((_req: SrfRequest, res: SrfResponse) => {
      res.send(200, { body: OFFER.replace('40000', '40004') });
    }) as never);
    const response = await up.phone.reinvite({ body: ANSWER.replace('41000', '41004') });
    expect(response?.status).toBe(200);
    expect(response?.body).toContain('40004');
    await up.app.destroy();
  });

  it('cancels', async () => {
    const ringing = ringOnce();
    const outcome = firstEvent<number>((resolve) => {
      void app
        .createUAC(
          phoneUri(),
          { localSdp: OFFER },
          {
            cbRequest: (_error: unknown, req: SrfRequest) =>
              void ringing.then((incoming) => {
                incoming.onCancel(() => undefined);
                incoming.ring({ status: 180 });
                req.cancel();
              }),
          },
        )
        .catch((error: unknown) => {
          resolve((error as { readonly status: number }).status);
        });
    });
    expect(await outcome).toBe(487);
  });

  it('answers a digest challenge', async () => {
    const ha1 = digestHa1({ username: 'u1', realm: 'example.test', password: 'p1', algorithm: 'MD5' });
    const seen: string[] = [];
    phone.onInvite((incoming) => {
      const value = headerOf(incoming.request, 'Authorization');
      const answer = value === undefined ? undefined : parseAnswer(value);
      seen.push(answer ? String(verifyDigest(answer, { ha1, method: 'INVITE' })) : 'none');
      if (answer) incoming.answer({ body: ANSWER });
      else {
        const value = challenge({
          realm: 'example.test',
          nonce: 'n1',
          algorithm: 'MD5',
          qop: 'auth',
          stale: 'no',
        });
        incoming.reject(401, { headers: [{ name: 'WWW-Authenticate', value }] });
      }
    });
    const dialog = await app.createUAC(phoneUri(), {
      localSdp: OFFER,
      auth: { username: 'u1', password: 'p1' },
    });
    expect(seen).toEqual(['none', 'true']);
    await dialog.destroy();
  });
});

describe('the application connects two phones', () => {
  it('as a B2BUA, and ends the second leg when the first hangs up', async () => {
    app.invite((req: SrfRequest, res: SrfResponse) => {
      void app.createB2BUA(req, res, phoneUri()).then(({ uas, uac }) => {
        uas.on('destroy', () => void uac.destroy());
        uac.on('destroy', () => void uas.destroy());
      });
    });
    const caller = await openUserAgent({
      bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
      user: 'caller',
    });
    const ringing = ringOnce();
    const calling = caller.invite({ uri: serverUri(), body: OFFER });
    const callee = (await ringing).answer({ body: ANSWER });
    const outcome = await calling.outcome;
    if (outcome.kind !== 'answered') throw new Error(outcome.kind);
    expect(outcome.dialog.remoteSdp).toBe(ANSWER);
    const ended = firstEvent<string>((resolve) => {
      callee.on({ ended: resolve });
    });
    await outcome.dialog.bye();
    expect(await ended).toBe('remote-bye');
    await caller.close();
  });
});
