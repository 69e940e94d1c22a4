/** What carriers do wrong in a call, each with its outcome; docs/carrier-scenarios.md lists them all. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegSignal } from '../../src/app/ports/switch.js';
import type { GatewayAttempt } from '../../src/domain/signalling/signalling.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { buildOffer, readAudio } from '../../src/wire/sdp.js';
import { headerOf } from '../../src/wire/sip-message.js';
import type { SipResponse } from '../../src/wire/sip-types.js';
import { EXPIRED_CERTIFICATE, EXPIRED_KEY } from '../support/carrier/expired-certificate.js';
import { TEST_TLS } from '../support/sip/certificate.js';
import { openRawSip, type RawSip } from '../support/switch/raw-sip.js';
import { heldOffer, openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const INFO = [{ name: 'Content-Type', value: 'application/dtmf-relay' }];
const TONE = 500;

describe.skipIf(missingServers() !== undefined)(`a carrier that (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;
  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'carrier' });
    bed = await openTestSwitch();
  });
  afterEach(() => bed.cleanUp());
  afterAll(async () => {
    await bed.close();
    await carrier.close();
  });

  async function talk() {
    const leg = bed.originate({ target: { kind: 'uri', uri: carrier.uri } });
    const incoming = await carrier.nextCall();
    const call = await carrier.answer(incoming);
    await signalOf(leg, 'answered');
    const signals: LegSignal[] = [];
    leg.onSignal((signal) => signals.push(signal));
    return { leg, call, incoming, signals };
  }
  const kinds = (signals: readonly LegSignal[]) => signals.map(({ kind: each }) => each);

  it('sends 183 without SDP rings, and is answered as usual', async () => {
    const leg = bed.originate({ target: { kind: 'uri', uri: carrier.uri } });
    const incoming = await carrier.nextCall();
    incoming.ring({ status: 183 });
    expect(await signalOf(leg, 'ringing')).toMatchObject({ sipStatus: 183 });
    await carrier.answer(incoming);
    await signalOf(leg, 'answered');
    const signals: LegSignal[] = [];
    leg.onSignal((signal) => signals.push(signal));
    expect(kinds(signals)).toEqual(['ringing', 'answered']);
  });

  it('re-INVITEs to another codec is answered with that codec', async () => {
    const { call } = await talk();
    const body = buildOffer({
      ...{ address: '127.0.0.1', port: call.line.port, sessionId: call.line.port, sessionVersion: 2 },
      codecs: ['PCMA'],
    });
    const response = await call.dialog.reinvite({ body });
    expect(response?.status).toBe(200);
    expect(readAudio(response?.body ?? '')?.codecs.map(({ name }) => name)).toEqual(['PCMA']);
  });

  it('re-INVITEs to 0.0.0.0 puts the leg on hold, and the talk goes on afterwards', async () => {
    const { leg, call } = await talk();
    const held = heldOffer(call.line, 'sendrecv', 2).replace(/^(c=IN IP4 ).*$/m, '$10.0.0.0');
    expect((await call.dialog.reinvite({ body: held }))?.status).toBe(200);
    await signalOf(leg, 'held');
    expect((await call.dialog.reinvite({ body: heldOffer(call.line, 'sendrecv', 3) }))?.status).toBe(200);
    await signalOf(leg, 'resumed');
  });

  it('answers a call that was given up is hung up on at once', async () => {
    const leg = bed.originate({ target: { kind: 'uri', uri: carrier.uri } });
    const incoming = await carrier.nextCall();
    incoming.ring({ status: 180 });
    await signalOf(leg, 'ringing');
    const { sdp } = await carrier.prepare(incoming);
    const given = leg.hangup('normal');
    const dialog = incoming.answer({ body: sdp });
    const ended = new Promise((resolve) => dialog.on({ ended: resolve }));
    await given;
    expect(await ended).toBe('remote-bye');
    expect(bed.switch.status().legs).toBe(0);
  });

  it('sends BYE twice ends the leg once, and hears an answer to both', async () => {
    const { leg, call, signals } = await talk();
    const bye = call.dialog.request('BYE');
    const again = call.dialog.request('BYE');
    expect([(await bye)?.status, [200, 481].includes((await again)?.status ?? 0)]).toEqual([200, true]);
    await signalOf(leg, 'ended');
    expect(kinds(signals).filter((each) => each === 'ended')).toHaveLength(1);
  });

  it('changes its RTP address in the talk is spoken to at the new one', async () => {
    const { leg, call, incoming } = await talk();
    const moved = await carrier.prepareLine();
    const theirs = readAudio(incoming.request.body);
    call.line.close();
    moved.aim(theirs?.address ?? '', theirs?.port ?? 0, 0);
    moved.say(TONE);
    const echoing = leg.play([{ kind: 'tone', tone: 'ringback' }]);
    await until('it is spoken to at the new address', () => moved.heard.length > 8000, 8000);
    echoing.stop();
  });

  it('sends the same INVITE for a minute has one call, and hears the same answer each time', async () => {
    const raw = await openRawSip();
    const caller = rawCaller(raw, bed);
    // Timer A doubles from 0.5 s (RFC 3261 §17.1.1.2): a minute has eight of them.
    for (let copy = 0; copy < 4; copy += 1) caller.invite();
    const inbound = await bed.nextInbound();
    await inbound.leg.answer();
    const first = await raw.response('INVITE');
    for (let copy = 0; copy < 4; copy += 1) caller.invite();
    await until('it was answered again', () => caller.answers().length >= 2);
    expect(new Set(caller.answers().map((each) => headerOf(each, 'To')))).toEqual(
      new Set([headerOf(first, 'To')]),
    );
    expect(bed.switch.status().legs).toBe(1);
    caller.ack(first);
    const gone = inbound.leg.hangup('normal');
    raw.answer(await raw.request('BYE'), '200 OK', []);
    await gone;
    raw.close();
  });

  // drachtio-server 0.9.10 keeps the target of the first INVITE; docs/engine-differences.md.
  it('changes its own address in the talk is answered there, and hung up on', async () => {
    const [before, after] = [await openRawSip(), await openRawSip()];
    const caller = rawCaller(before, bed);
    caller.invite();
    const { leg } = await bed.nextInbound();
    await leg.answer();
    const accepted = await before.response('INVITE');
    caller.ack(accepted);
    const moved = rawCaller(after, bed, { ...caller.dialog, to: headerOf(accepted, 'To') ?? '', cseq: 2 });
    moved.invite();
    const again = await after.response('INVITE');
    expect(again.status).toBe(200);
    moved.ack(again);
    const gone = leg.hangup('normal');
    const reached = kind === 'external' ? before : after;
    reached.answer(await reached.request('BYE'), '200 OK', []);
    await gone;
    for (const raw of [before, after]) raw.close();
  });

  it.each(['INFO first', 'RTP first'])(
    'sends each key in RTP and by INFO (%s) has it counted once',
    async (order) => {
      const { leg, call, signals } = await talk();
      const byInfo = (digit: string) =>
        call.dialog.request('INFO', { headers: INFO, body: `Signal=${digit}\r\nDuration=100\r\n` });
      for (const digit of ['4', '4', '2']) {
        if (order === 'INFO first') await byInfo(digit);
        await call.line.press(digit);
        if (order === 'RTP first') await byInfo(digit);
      }
      // The last INFO would have waited 400 ms for its twin.
      const since = Date.now();
      await until('every key had its time', () => Date.now() - since > 600);
      const keys = signals.flatMap((signal) => (signal.kind === 'key' ? [signal.digit] : []));
      expect(keys).toEqual(['4', '4', '2']);
      await leg.hangup('normal');
    },
  );
});

/** A caller on a bare socket that repeats itself and never hears a word of RFC 3261. */
function rawCaller(
  raw: RawSip,
  bed: TestSwitch,
  dialog = { callId: randomUUID(), from: '<sip:raw@127.0.0.1>;tag=1', to: `<${bed.sipUri('x')}>`, cseq: 1 },
) {
  const port = Number(/:(\d+)$/.exec(bed.sipUri('x'))?.[1]);
  const seen: SipResponse[] = [];
  const lines = (method: string, branch: string, to: string) => [
    `${method} ${bed.sipUri('x')} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${raw.port};branch=z9hG4bK${branch}`,
    `From: ${dialog.from}`,
    `To: ${to}`,
    `Call-ID: ${dialog.callId}`,
    `CSeq: ${dialog.cseq} ${method}`,
    `Contact: <sip:raw@127.0.0.1:${raw.port}>`,
    'Max-Forwards: 70',
  ];
  const invite = [...lines('INVITE', randomUUID(), dialog.to), 'Content-Type: application/sdp'];
  const body = buildOffer({ address: '127.0.0.1', port: 9, sessionId: 1, sessionVersion: dialog.cseq });
  return {
    dialog,
    invite: () => raw.send(port, invite, body),
    ack: (accepted: SipResponse) =>
      raw.send(port, lines('ACK', randomUUID(), headerOf(accepted, 'To') ?? '')),
    /** Every final answer so far, repeats included. */
    answers: () => {
      seen.push(...raw.finals('INVITE'));
      return seen;
    },
  };
}

describe.skipIf(kind === 'external')('a caller whose ACKs are lost (embedded, timers shortened)', () => {
  it('hears the answer again and again, then BYE; its leg ends for that reason', async () => {
    const bed = await openTestSwitch({ sipTimers: { t1: 20, t2: 100, transactionLimit: 600 } });
    const raw = await openRawSip();
    const caller = rawCaller(raw, bed);
    caller.invite();
    const { leg } = await bed.nextInbound();
    await leg.answer();
    const { ending } = await signalOf(leg, 'ended');
    expect(ending).toMatchObject({ by: 'unknown', reason: 'ACK timeout' });
    expect(caller.answers().length).toBeGreaterThan(3);
    raw.close();
    await bed.close();
  });
});

describe.skipIf(kind === 'external')('a gateway over TLS (embedded)', () => {
  it.each([
    ['whose certificate has expired', { cert: EXPIRED_CERTIFICATE, key: EXPIRED_KEY }, 503],
    ['whose certificate is trusted', TEST_TLS, 486],
  ])('%s: the next one is tried when it cannot be spoken to', async (_what, tls, status) => {
    const gateway = await openUserAgent({
      bind: [{ protocol: 'tls', host: '127.0.0.1', port: 0 }],
      user: 'gw',
      tls,
    });
    gateway.onInvite((call) => call.reject(486));
    const phone = await openTestPhone({ user: 'second' });
    const gateways = [
      { host: '127.0.0.1', port: gateway.stack.locals[0]?.port ?? 0, transport: 'tls' },
      { host: '127.0.0.1', port: phone.agent.stack.locals[0]?.port ?? 0, transport: 'udp' },
    ] as const;
    const terms = { format: 'e164', channels: 1, callsPerSecond: 1, noResponseSeconds: 4 } as const;
    const bed = await openTestSwitch({ trunk: () => ({ trunk: { name: 'carrier', gateways, ...terms } }) });
    const attempts: GatewayAttempt[] = [];
    bed.listenInstead({ attempted: (attempt) => attempts.push(attempt) });
    const target = { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } as const;
    const leg = bed.originate({ target });
    if (status === 503) (await phone.nextCall()).reject(603);
    await signalOf(leg, 'ended');
    expect(attempts.map(({ sipStatus }) => sipStatus)).toEqual(status === 503 ? [503, 603] : [486]);
    await bed.close();
    await Promise.all([gateway.close(), phone.close()]);
  });
});
