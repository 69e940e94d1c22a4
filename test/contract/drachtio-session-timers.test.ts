/** Session timers (RFC 4028) of the drachtio look-alike, on real sockets with a clock of the test's own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import type { DrachtioServer } from '../../src/engine/drachtio/options.js';
import type { UserAgent } from '../../src/sip/api.js';
import { headerOf } from '../../src/wire/sip-message.js';
import type { SipRequest } from '../../src/wire/sip-types.js';
import { connectControl, type ControlClient } from '../support/sip/control-client.js';
import { openRawPeer, type RawPeer } from '../support/sip/raw-peer.js';
import { createVirtualClock, type VirtualClock } from '../support/sip/virtual-clock.js';

const OFFER = 'v=0\r\ns=offer\r\n';
const ANSWER = 'v=0\r\ns=answer\r\n';
const SPREAD_MS = 5000;

let clock: VirtualClock;
let server: DrachtioServer;
let app: ControlClient;
let peer: RawPeer;
/** Where the peer sends: it only looks at the port. */
let target: UserAgent;

beforeEach(async () => {
  clock = createVirtualClock(Date.UTC(2030, 0, 1));
  server = await openDrachtio({
    adminAddress: '127.0.0.1',
    adminPort: 0,
    secret: 's',
    sip: [{ address: '127.0.0.1', port: 0, protocols: ['udp'] }],
    clock,
    cdrs: 'on',
  });
  target = {
    stack: { locals: [{ protocol: 'udp', host: '127.0.0.1', port: server.sipPort }] },
  } as unknown as UserAgent;
  app = await connectControl(server.adminPort);
  await app.command('authenticate|s|');
  peer = await openRawPeer();
});

afterEach(async () => {
  app.end();
  peer.close();
  await server.close();
  expect(clock.timerCount).toBe(0);
});

const field = (frame: string, at: number) => frame.split('\r\n')[0]!.split('|')[at]!;
const header = (name: string, value: string) => ({ name, value });

interface Answered {
  readonly invite: string;
  /** With our tag. */
  readonly to: string;
  /** What the caller was answered. */
  readonly terms: string | undefined;
}

async function answered(asked: string | undefined, appSays = ''): Promise<Answered> {
  await app.command('route|invite');
  await app.command('route|cdr:stop');
  const headers = asked === undefined ? [] : [header('Session-Expires', asked)];
  const invite = peer.request('INVITE', target, { body: OFFER, headers });
  peer.send(target, invite);
  const transactionId = field(await app.frame('sip|network'), 7);
  await app.command(
    `sip|${transactionId}|`,
    `SIP/2.0 200 OK\r\n${appSays}Content-Type: application/sdp\r\n\r\n${ANSWER}`,
  );
  const response = await peer.nextResponse();
  const to = headerOf(response, 'To') ?? '';
  peer.send(target, inDialog({ invite, to }, 'ACK', 1));
  await app.frame('sip|network');
  return { invite, to, terms: headerOf(response, 'Session-Expires') };
}

function inDialog(
  { invite, to }: Pick<Answered, 'invite' | 'to'>,
  method: string,
  seq: number,
  extra = '',
): string {
  return invite
    .replace('INVITE', method)
    .replace('CSeq: 1 INVITE', `CSeq: ${seq} ${method}`)
    .replace(/branch=\S+/, `branch=z9hG4bK${method}${seq}`)
    .replace(/To: .*/, `To: ${to}`)
    .replace(/Session-Expires: .*\r\n/, '')
    .replace(/\r\n\r\n[^]*/, `\r\n${extra}\r\n`);
}

async function refreshed(ms: number): Promise<SipRequest> {
  clock.advance(ms - SPREAD_MS - 1);
  clock.advance(2 * SPREAD_MS + 1);
  return peer.next('INVITE');
}

async function ended(): Promise<void> {
  const bye = await peer.next('BYE');
  expect(headerOf(bye, 'Reason')).toBe('SIP;cause=200;text="Session timer expired"');
  peer.answer(bye, 200);
  const told = await app.frame('sip|application');
  expect(told).toContain('unsolicited');
  expect(told).toContain('BYE sip:');
  expect(await app.frame('cdr:stop')).toContain('|session-expired');
  expect(server.stats().dialogs).toBe(0);
  clock.advance(40_000);
}

describe('a session timer', () => {
  it('that we were asked to keep is refreshed half-way by a re-INVITE with our session, again and again', async () => {
    const { terms } = await answered('120;refresher=uas');
    expect(terms).toBe('120;refresher=uas');
    for (let round = 0; round < 2; round += 1) {
      const again = await refreshed(60_000);
      expect(again.body).toBe(ANSWER);
      expect(headerOf(again, 'Session-Expires')).toBe('120;refresher=uac');
      expect(headerOf(again, 'Min-SE')).toBe('90');
      peer.answer(again, 200, { headers: [header('Session-Expires', '120;refresher=uac')], body: OFFER });
      expect((await peer.next('ACK')).headers.find(({ name }) => name === 'CSeq')?.value).toMatch(/ACK$/);
    }
    const last = await refreshed(60_000);
    peer.answer(last, 481);
    await ended();
  });

  it('is asked for again after both sides asked at once', async () => {
    await answered('120;refresher=uas');
    peer.answer(await refreshed(60_000), 491);
    await peer.next('ACK');
    peer.answer(await refreshed(60_000), 481);
    await ended();
  });

  it('that the caller keeps ends the call when he does not, and goes on when he does', async () => {
    const call = await answered('120;refresher=uac');
    expect(call.terms).toBe('120;refresher=uac');
    clock.advance(119_000);
    peer.send(target, inDialog(call, 'UPDATE', 2, 'Session-Expires: 120;refresher=uac\r\n'));
    const update = await app.frame('sip|network');
    await app.command(`sip|${field(update, 7)}|`, 'SIP/2.0 200 OK\r\n\r\n');
    expect((await peer.nextResponse()).status).toBe(200);
    clock.advance(119_000);
    expect(server.stats().dialogs).toBe(1);
    clock.advance(1000);
    await ended();
  });

  it('shorter than 90 s is refused in a re-INVITE, and lengthened in the first INVITE', async () => {
    const call = await answered('30;refresher=uac');
    expect(call.terms).toBe('90;refresher=uac');
    peer.send(target, inDialog(call, 'INVITE', 2, 'Session-Expires: 30\r\n'));
    const refusal = await peer.nextResponse();
    expect([refusal.status, headerOf(refusal, 'Min-SE')]).toEqual([422, '90']);
    // The timer is off since then, as with the real server.
    clock.advance(200_000);
    expect(server.stats().dialogs).toBe(1);
  });

  it('is not kept when nobody says who refreshes, unless the application does', async () => {
    expect((await answered('120')).terms).toBeUndefined();
    const other = await answered('120', 'Session-Expires: 180;refresher=uac\r\n');
    expect(other.terms).toBe('180;refresher=uac');
    clock.advance(180_000);
    const bye = await peer.next('BYE');
    expect(headerOf(bye, 'Call-ID')).toBe(/Call-ID: (\S+)/.exec(other.invite)?.[1]);
    peer.answer(bye, 200);
    clock.advance(40_000);
    expect(server.stats().dialogs).toBe(1);
  });

  it('of a call that the application makes is the called party’s to keep, when he says so', async () => {
    await app.command('route|cdr:stop');
    const sent = app.command(
      'sip||',
      `INVITE ${peer.uri} SIP/2.0\r\nSession-Expires: 90;refresher=uas\r\nContent-Type: application/sdp\r\n\r\n${OFFER}`,
    );
    const invite = await peer.next('INVITE');
    await sent;
    peer.answer(invite, 200, {
      toTag: 'far',
      headers: [header('Session-Expires', '90;refresher=uas')],
      body: ANSWER,
    });
    const frame = await app.frame('sip|network');
    await app.command(`sip||${field(frame, 8)}`, 'ACK sip:placeholder SIP/2.0\r\n\r\n');
    await peer.next('ACK');
    clock.advance(90_000);
    await ended();
  });
});
