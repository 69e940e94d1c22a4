// The look-alike between drachtio-srf and SIPp, which shares no code with src/sip. Skipped where SIPp is not installed.
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import type { DrachtioServer } from '../../src/engine/drachtio/options.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { hasSipp, startSipp } from '../support/sip/sipp.js';
import { connectSrf, type SrfApp } from '../support/sip/srf.js';

const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n';
const CALLS = 300;
const UDP_AND_TCP = [
  { protocol: 'udp', host: '127.0.0.1', port: 0 },
  { protocol: 'tcp', host: '127.0.0.1', port: 0 },
] as const;

describe.skipIf(!hasSipp)('drachtio with SIPp', () => {
  let server: DrachtioServer;
  let app: SrfApp;

  beforeEach(async () => {
    const sip = [{ address: '127.0.0.1', port: 0, protocols: ['udp', 'tcp'] as const }];
    server = await openDrachtio({ adminAddress: '127.0.0.1', adminPort: 0, secret: 's', sip });
    app = await connectSrf(new Srf() as unknown as SrfApp, {
      host: '127.0.0.1',
      port: server.adminPort,
      secret: 's',
    });
  });

  afterEach(async () => {
    await vi.waitFor(() => {
      expect(server.stats()).toMatchObject({ dialogs: 0, pendingRequests: 0, appTransactions: 0 });
    }, 3000);
    app.disconnect();
    await server.close();
  });

  it.each(['u1', 't1'])('takes calls from it (transport %s)', async (transport) => {
    app.invite((req, res) => {
      res.send(180);
      void app.createUAS(req, res, { localSdp: SDP });
    });
    const target = `127.0.0.1:${String(server.sipPort)}`;
    const sipp = await startSipp('uac', [
      target,
      '-t',
      transport,
      '-m',
      String(CALLS),
      '-r',
      '150',
      '-d',
      '100',
    ]);
    expect(await sipp.done).toEqual({ successful: CALLS, failed: 0 });
  });

  it('calls it', async () => {
    const sipp = await startSipp('uas', ['-m', '50']);
    const uri = `sip:sipp@127.0.0.1:${String(sipp.port)}`;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const dialog = await app.createUAC(uri, { localSdp: SDP });
        await dialog.destroy();
      }),
    );
    expect(await sipp.done).toEqual({ successful: 50, failed: 0 });
  });
});

describe.skipIf(!hasSipp)('our user agent with SIPp', () => {
  it.each(['u1', 't1'])('takes calls from it (transport %s)', async (transport) => {
    const agent = await openUserAgent({ bind: UDP_AND_TCP });
    agent.onInvite((call) => {
      call.ring({ status: 180 });
      call.answer({ body: SDP });
    });
    const target = `127.0.0.1:${String(agent.stack.locals[0]!.port)}`;
    const sipp = await startSipp('uac', [
      target,
      '-t',
      transport,
      '-m',
      String(CALLS),
      '-r',
      '150',
      '-d',
      '100',
    ]);
    expect(await sipp.done).toEqual({ successful: CALLS, failed: 0 });
    expect(agent.dialogs()).toEqual([]);
    await agent.close();
  });

  it('calls it', async () => {
    const agent = await openUserAgent({ bind: UDP_AND_TCP });
    const sipp = await startSipp('uas', ['-m', '50']);
    const uri = `sip:sipp@127.0.0.1:${String(sipp.port)}`;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => agent.invite({ uri, body: SDP }).outcome),
    );
    const dialogs = outcomes.flatMap((outcome) => (outcome.kind === 'answered' ? [outcome.dialog] : []));
    await Promise.all(dialogs.map((dialog) => dialog.bye()));
    expect(await sipp.done).toEqual({ successful: 50, failed: 0 });
    await agent.close();
  });
});
