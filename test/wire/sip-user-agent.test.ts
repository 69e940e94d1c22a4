// Calls between two user agents, and against a scripted peer, on real UDP and TCP sockets.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IncomingCall, InviteOutcome, SipDialog, UserAgent } from '../../src/sip/api.js';
import { challenge, digestHa1, parseAnswer, verifyDigest } from '../../src/sip/digest.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { firstEvent } from '../support/sip/events.js';
import { openRawPeer, type RawPeer } from '../support/sip/raw-peer.js';

const OFFER = 'v=0\r\ns=offer\r\n';
const ANSWER = 'v=0\r\ns=answer\r\n';
/** Quick timers, so that what is sent twice is sent twice soon. */
const TIMERS = { t1: 20, t2: 80, t4: 60, transactionLimit: 400, timerD: 100, firstInviteResend: 20 };

let caller: UserAgent;
let callee: UserAgent;
let peer: RawPeer;

beforeEach(async () => {
  const bind = [
    { protocol: 'udp', host: '127.0.0.1', port: 0 },
    { protocol: 'tcp', host: '127.0.0.1', port: 0 },
  ] as const;
  caller = await openUserAgent({
    bind,
    user: 'caller',
    timers: TIMERS,
    credentials: { username: 'u', password: 'p' },
  });
  callee = await openUserAgent({ bind, user: 'callee', timers: TIMERS, userAgent: 'callee/1' });
  peer = await openRawPeer();
});

afterEach(async () => {
  await vi.waitFor(() => {
    for (const agent of [caller, callee]) {
      expect(agent.dialogs()).toEqual([]);
      expect(agent.stack.stats()).toMatchObject({ clientTransactions: 0, serverTransactions: 0 });
    }
  }, 3000);
  await Promise.all([caller.close(), callee.close()]);
  peer.close();
});

const uriOf = (agent: UserAgent, transport = 'udp') =>
  `sip:x@127.0.0.1:${String(agent.stack.locals[0]!.port)}${transport === 'tcp' ? ';transport=tcp' : ''}`;

function answeredBy(agent: UserAgent, body = ANSWER): Promise<SipDialog> {
  return firstEvent((resolve) => {
    agent.onInvite((call) => {
      resolve(call.answer({ body }));
    });
  });
}

function dialogOf(outcome: InviteOutcome): SipDialog {
  if (outcome.kind !== 'answered') throw new Error(outcome.kind);
  return outcome.dialog;
}

describe.each(['udp', 'tcp'])('a call over %s', (transport) => {
  it('is made, changed both ways, asked things, and ended', async () => {
    const answered = answeredBy(callee);
    const mine = dialogOf(await caller.invite({ uri: uriOf(callee, transport), body: OFFER }).outcome);
    const theirs = await answered;
    expect(await theirs.acknowledged).toEqual({ kind: 'ack', body: '' });
    expect([mine.remoteSdp, theirs.remoteSdp]).toEqual([ANSWER, OFFER]);
    theirs.on({
      offer: () => `${ANSWER}2`,
      request: ({ method }) => ({ status: method === 'INFO' ? 200 : 405 }),
    });
    expect(await mine.reinvite({ body: `${OFFER}2` })).toMatchObject({ status: 200, body: `${ANSWER}2` });
    await theirs.acknowledged;
    expect((await mine.request('INFO', { body: 'x' }))?.status).toBe(200);
    expect((await mine.request('MESSAGE'))?.status).toBe(405);
    mine.on({ offer: () => ({ status: 488 }) });
    expect((await theirs.reinvite({ body: ANSWER }))?.status).toBe(488);
    const ended = firstEvent<string>((resolve) => mine.on({ ended: resolve }));
    expect((await theirs.bye())?.status).toBe(200);
    expect(await ended).toBe('remote-bye');
  });

  it('may have its offer in the 200 and its answer in the ACK', async () => {
    const answered = answeredBy(callee, OFFER);
    const mine = dialogOf(
      await caller.invite({ uri: uriOf(callee, transport), answerOffer: () => ANSWER }).outcome,
    );
    expect(await (await answered).acknowledged).toEqual({ kind: 'ack', body: ANSWER });
    await mine.bye();
  });

  it('is rejected', async () => {
    callee.onInvite((call) => {
      call.reject(486, { reason: 'Busy' });
    });
    const outcome = await caller.invite({ uri: uriOf(callee, transport), body: OFFER }).outcome;
    expect(outcome).toMatchObject({ kind: 'failed', response: { status: 486, reason: 'Busy' } });
  });

  it('is cancelled while it rings', async () => {
    const cancelled = firstEvent<string>((resolve) => {
      callee.onInvite((call) => {
        call.onCancel(({ method }) => {
          resolve(method);
        });
        call.ring({ status: 180 });
      });
    });
    const call = caller.invite({
      uri: uriOf(callee, transport),
      body: OFFER,
      onProgress: ({ status }) => (status === 180 ? call.cancel() : undefined),
    });
    expect(await call.outcome).toMatchObject({ kind: 'failed', response: { status: 487 } });
    expect(await cancelled).toBe('CANCEL');
  });
});

describe('races', () => {
  it('a 200 that crosses the CANCEL is acknowledged and ended with BYE', async () => {
    const call = caller.invite({ uri: peer.uri, body: OFFER });
    const invite = await peer.next('INVITE');
    peer.answer(invite, 180, { toTag: 't' });
    await vi.waitFor(() => expect(caller.dialogs()).toHaveLength(1));
    call.cancel();
    await peer.next('CANCEL');
    peer.answer(invite, 200, { toTag: 't', body: ANSWER });
    await peer.next('ACK');
    peer.answer(await peer.next('BYE'), 200);
    expect(await call.outcome).toMatchObject({ kind: 'failed', response: { status: 487 } });
  });

  it('of two forks the second to answer is ended', async () => {
    const call = caller.invite({ uri: peer.uri, body: OFFER });
    const invite = await peer.next('INVITE');
    peer.answer(invite, 200, { toTag: 'one', body: ANSWER });
    const dialog = dialogOf(await call.outcome);
    await peer.next('ACK');
    peer.answer(invite, 200, { toTag: 'two', body: ANSWER });
    const bye = await peer.next('BYE');
    expect(headerOf(bye, 'To')).toContain('tag=two');
    peer.answer(bye, 200);
    expect(dialog.state).toBe('confirmed');
    void dialog.bye();
    peer.answer(await peer.next('BYE'), 200);
  });

  it('a repeated 200 gets the same ACK again', async () => {
    const call = caller.invite({ uri: peer.uri, body: OFFER });
    const invite = await peer.next('INVITE');
    peer.answer(invite, 200, { toTag: 'one', body: ANSWER });
    const first = await peer.next('ACK');
    peer.answer(invite, 200, { toTag: 'one', body: ANSWER });
    expect(await peer.next('ACK')).toEqual(first);
    void dialogOf(await call.outcome).bye();
    peer.answer(await peer.next('BYE'), 200);
  });

  it('an ACK that never comes ends the call with BYE', async () => {
    const answered = answeredBy(callee);
    peer.send(callee, peer.request('INVITE', callee, { body: OFFER }));
    const dialog = await answered;
    expect(await dialog.acknowledged).toEqual({ kind: 'timeout' });
    peer.answer(await peer.next('BYE'), 200);
  });

  it('re-INVITEs from both sides are glare: 491', async () => {
    const call = caller.invite({ uri: peer.uri, body: OFFER });
    const invite = await peer.next('INVITE');
    peer.answer(invite, 200, { toTag: 'one', body: ANSWER });
    const dialog = dialogOf(await call.outcome);
    await peer.next('ACK');
    const mine = dialog.reinvite({ body: OFFER });
    const theirs = await peer.next('INVITE');
    peer.send(caller, peer.inDialog(invite, 'INVITE', { seq: 1, toTag: 'one', body: ANSWER }));
    expect((await peer.nextResponse()).status).toBe(491);
    peer.answer(theirs, 491);
    expect((await mine)?.status).toBe(491);
    void dialog.bye();
    peer.answer(await peer.next('BYE'), 200);
  });
});

describe('reliable provisionals (RFC 3262)', () => {
  it('are acknowledged with PRACK, and the 200 waits for it', async () => {
    callee.onInvite((call) => {
      call.ring({ status: 183, body: ANSWER, delivery: 'reliable' });
      call.answer({ body: ANSWER });
    });
    const seen: number[] = [];
    const outcome = await caller.invite({
      uri: uriOf(callee),
      body: OFFER,
      headers: [{ name: 'Supported', value: '100rel' }],
      onProgress: ({ status }) => seen.push(status),
    }).outcome;
    expect(seen).toEqual([100, 183]);
    await dialogOf(outcome).bye();
  });

  it('are repeated until the PRACK, and without one the call is refused', async () => {
    callee.onInvite((call) => {
      call.ring({ status: 183, body: ANSWER, delivery: 'reliable' });
    });
    peer.send(
      callee,
      peer.request('INVITE', callee, { body: OFFER, headers: [{ name: 'Supported', value: '100rel' }] }),
    );
    const statuses: number[] = [];
    while (statuses.at(-1) !== 504) statuses.push((await peer.nextResponse()).status);
    expect(statuses.filter((status) => status === 183).length).toBeGreaterThan(2);
  });

  it('are sent plainly to a caller that does not know them', async () => {
    callee.onInvite((call: IncomingCall) => {
      call.ring({ status: 183, delivery: 'reliable' });
      call.reject(480);
    });
    const seen: (string | undefined)[] = [];
    await caller.invite({
      uri: uriOf(callee),
      body: OFFER,
      onProgress: (response) => seen.push(headerOf(response, 'RSeq')),
    }).outcome;
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe('digest', () => {
  it.each(['MD5', 'SHA-256'] as const)('a challenged INVITE is repeated with %s', async (algorithm) => {
    const ha1 = digestHa1({ username: 'u', password: 'p', realm: 'r', algorithm });
    callee.onInvite((call) => {
      const answer = parseAnswer(headerOf(call.request, 'Authorization') ?? '');
      const isRight = answer !== undefined && verifyDigest(answer, { ha1, method: 'INVITE' });
      const value = challenge({ realm: 'r', nonce: 'n', algorithm, qop: 'auth', stale: 'no' });
      if (isRight) call.answer({ body: ANSWER });
      else call.reject(401, { headers: [{ name: 'WWW-Authenticate', value }] });
    });
    await dialogOf(await caller.invite({ uri: uriOf(callee), body: OFFER }).outcome).bye();
  });

  it('is answered once only', async () => {
    const value = challenge({ realm: 'r', nonce: 'n', algorithm: 'MD5', qop: 'auth', stale: 'no' });
    let asked = 0;
    callee.onRequest(() => {
      asked += 1;
      return { status: 407, headers: [{ name: 'Proxy-Authenticate', value }] };
    });
    expect((await caller.request('OPTIONS', { uri: uriOf(callee) }))?.status).toBe(407);
    expect(asked).toBe(2);
  });
});

describe('other requests', () => {
  it('outside a dialog are answered by the owner, by default OPTIONS only', async () => {
    expect((await caller.request('OPTIONS', { uri: uriOf(callee) }))?.status).toBe(200);
    expect((await caller.request('PUBLISH', { uri: uriOf(callee) }))?.status).toBe(501);
    expect((await caller.request('BYE', { uri: uriOf(callee) }))?.status).toBe(481);
    expect(
      (await caller.request('OPTIONS', { uri: uriOf(callee), headers: [{ name: 'Require', value: 'foo' }] }))
        ?.status,
    ).toBe(420);
  });

  it('that nobody answers end in time', async () => {
    expect(await caller.request('OPTIONS', { uri: peer.uri })).toBeUndefined();
    expect(await caller.invite({ uri: peer.uri, body: OFFER }).outcome).toEqual({ kind: 'timeout' });
  });

  it('to nowhere say so', async () => {
    expect(await caller.invite({ uri: 'sip:x@example.com', body: OFFER }).outcome).toMatchObject({
      kind: 'unreachable',
    });
    const gone = await openUserAgent({ bind: [{ protocol: 'tcp', host: '127.0.0.1', port: 0 }] });
    const uri = uriOf(gone, 'tcp');
    await gone.close();
    expect(await caller.invite({ uri, body: OFFER }).outcome).toMatchObject({ kind: 'unreachable' });
  });

  it('go to where the peer is when its Contact names no address', async () => {
    const answered = answeredBy(callee);
    const invite = peer
      .request('INVITE', callee, { body: OFFER })
      .replace(/Contact: .*\r\n/, 'Contact: <sip:raw@pbx.local>\r\n');
    peer.send(callee, invite);
    const dialog = await answered;
    peer.send(
      callee,
      invite
        .replaceAll('INVITE', 'ACK')
        .replace('To: <sip:x@x>', `To: <sip:x@x>;tag=${dialog.localTag}`)
        .replace('z9hG4bKraw', 'z9hG4bKack'),
    );
    expect((await dialog.acknowledged).kind).toBe('ack');
    const ending = dialog.bye();
    peer.answer(await peer.next('BYE'), 200);
    expect((await ending)?.status).toBe(200);
    expect(await caller.request('OPTIONS', { uri: 'sip:x@pbx.local' })).toBeUndefined();
  });

  it('that are malformed get 400 when they can be answered', async () => {
    peer.sendRaw(callee, peer.request('OPTIONS', callee).replace('CSeq: 1 OPTIONS', 'CSeq: 1 INFO'));
    expect((await peer.nextResponse()).status).toBe(400);
    peer.sendRaw(callee, 'nonsense');
    await vi.waitFor(() => expect(callee.stack.stats().dropped['malformed']).toBe(2));
  });
});

describe('a registration', () => {
  it('is made with credentials, kept fresh and taken back', async () => {
    const seen: (string | undefined)[] = [];
    callee.onRequest((request) => {
      seen.push(headerOf(request, 'Expires'));
      return {
        status: 200,
        headers: [{ name: 'Contact', value: `${headerOf(request, 'Contact') ?? ''};expires=1` }],
      };
    });
    const registration = caller.register({ registrar: uriOf(callee), aor: 'sip:u@x', expiresSeconds: 60 });
    expect((await registration.first)?.status).toBe(200);
    expect(registration.state).toBe('registered');
    await vi.waitFor(() => expect(seen).toEqual(['60', '60']), 3000);
    await registration.unregister();
    expect(seen.at(-1)).toBe('0');
    expect(registration.state).toBe('unregistered');
  });
});
