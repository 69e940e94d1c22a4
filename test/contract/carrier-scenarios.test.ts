/**
 * What carriers do wrong in a call, each with its outcome and its one trace (traces/scenarios), on every kind of switch;
 * docs/carrier-scenarios.md lists them all.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Leg, LegSignal } from '../../src/app/ports/switch.js';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { buildOffer, readAudio } from '../../src/wire/sdp.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { rawCaller } from '../support/scenarios/raw-caller.js';
import { openScribe } from '../support/scenarios/scribe.js';
import { openRawSip } from '../support/switch/raw-sip.js';
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
const DID = { national: '030222', international: '+4930222' };

describe.skipIf(missingServers() !== undefined)(`a carrier that (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;
  let terms: Partial<Trunk> = {};
  const scribe = openScribe();
  const trunkNamed = (name: string): Trunk => ({
    name,
    gateways: [{ host: '127.0.0.1', port: carrier.agent.stack.locals[0]?.port ?? 0, transport: 'udp' }],
    format: 'e164',
    channels: 10,
    callsPerSecond: 10,
    noResponseSeconds: 4,
    ...terms,
  });
  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'carrier', tap: scribe.tap('carrier') });
    bed = await openTestSwitch({
      trunk: (name) => ({ trunk: trunkNamed(name) }),
      trunks: { all: () => [{ trunk: trunkNamed('carrier') }], onChange: () => () => undefined },
    });
  });
  beforeEach(() => {
    terms = {};
    scribe.forget();
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
  const overWithTrace = async (leg: Leg, scenario: string) => {
    await leg.hangup('normal');
    await scribe.expectTrace(scenario);
  };

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
    await overWithTrace(leg, '183-without-sdp');
  });

  it('answers 200 without SDP after a 183 that had one is heard by the session of the 183', async () => {
    const leg = bed.originate({ target: { kind: 'uri', uri: carrier.uri } });
    const incoming = await carrier.nextCall();
    incoming.ring({ status: 183, body: (await carrier.prepare(incoming)).sdp });
    await signalOf(leg, 'early-media');
    incoming.answer({});
    await signalOf(leg, 'answered');
    await overWithTrace(leg, '200-without-sdp-after-183');
  });

  it('answers 200 without any SDP is hung up on', async () => {
    const leg = bed.originate({ target: { kind: 'uri', uri: carrier.uri } });
    (await carrier.nextCall()).answer({});
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'system', reason: 'modify-refused' });
    await scribe.expectTrace('200-without-sdp');
  });

  it('re-INVITEs to another codec is answered with that codec', async () => {
    const { leg, call } = await talk();
    const body = buildOffer({
      ...{ address: '127.0.0.1', port: call.line.port, sessionId: call.line.port, sessionVersion: 2 },
      codecs: ['PCMA'],
    });
    const response = await call.dialog.reinvite({ body });
    expect(response?.status).toBe(200);
    expect(readAudio(response?.body ?? '')?.codecs.map(({ name }) => name)).toEqual(['PCMA']);
    await overWithTrace(leg, 'reinvite-other-codec');
  });

  it('re-INVITEs to 0.0.0.0 puts the leg on hold, and the talk goes on afterwards', async () => {
    const { leg, call } = await talk();
    const held = heldOffer(call.line, 'sendrecv', 2).replace(/^(c=IN IP4 ).*$/m, '$10.0.0.0');
    expect((await call.dialog.reinvite({ body: held }))?.status).toBe(200);
    await signalOf(leg, 'held');
    expect((await call.dialog.reinvite({ body: heldOffer(call.line, 'sendrecv', 3) }))?.status).toBe(200);
    await signalOf(leg, 'resumed');
    await overWithTrace(leg, 'reinvite-to-null-address');
  });

  it('answers a call whose CANCEL it has confirmed is hung up on at once', async () => {
    const raw = await openRawSip({ tap: scribe.tap('carrier') });
    const leg = bed.originate({ target: { kind: 'uri', uri: `sip:raw@127.0.0.1:${raw.port}` } });
    const invite = await raw.request('INVITE');
    const contact = `Contact: <sip:raw@127.0.0.1:${raw.port}>`;
    raw.answer(invite, '180 Ringing', [contact]);
    await signalOf(leg, 'ringing');
    const given = leg.hangup('normal');
    raw.answer(await raw.request('CANCEL'), '200 OK', []);
    const body = buildOffer({ address: '127.0.0.1', port: 9, sessionId: 1, sessionVersion: 1 });
    raw.answer(invite, '200 OK', [contact, 'Content-Type: application/sdp'], body);
    raw.answer(await raw.request('BYE'), '200 OK', []);
    await given;
    expect(bed.switch.status().legs).toBe(0);
    await scribe.expectTrace('answer-to-cancelled');
    raw.close();
  });

  it('answers just when a call is given up is hung up on at once', async () => {
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
    await scribe.expectTrace('bye-twice');
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
    await overWithTrace(leg, 'rtp-from-elsewhere');
  });

  it('sends the same INVITE for a minute has one call, and hears the same answer each time', async () => {
    const raw = await openRawSip({ tap: scribe.tap('carrier') });
    const caller = rawCaller(raw, { uri: bed.sipUri('x') });
    // Timer A doubles from 0.5 s (RFC 3261 §17.1.1.2): a minute has eight of them.
    for (let copy = 0; copy < 4; copy += 1) caller.invite();
    const inbound = await bed.nextInbound();
    await inbound.leg.answer();
    const first = await raw.response('INVITE');
    let again = 0;
    for (let copy = 0; copy < 4; copy += 1) caller.invite();
    await until('each was answered again', () => (again += raw.finals('INVITE').length) >= 4);
    expect(bed.switch.status().legs).toBe(1);
    caller.ack(first);
    const gone = inbound.leg.hangup('normal');
    raw.answer(await raw.request('BYE'), '200 OK', []);
    await gone;
    await scribe.expectTrace('invite-for-a-minute');
    raw.close();
  });

  // drachtio-server 0.9.10 keeps the target of the first INVITE; docs/engine-differences.md.
  it('changes its own address in the talk is answered there, and hung up on', async () => {
    const before = await openRawSip({ tap: scribe.tap('before') });
    const after = await openRawSip({ tap: scribe.tap('after') });
    const caller = rawCaller(before, { uri: bed.sipUri('x') });
    caller.invite();
    const { leg } = await bed.nextInbound();
    await leg.answer();
    const accepted = await before.response('INVITE');
    caller.ack(accepted);
    const dialog = { ...caller.dialog, to: headerOf(accepted, 'To') ?? '', cseq: 2 };
    const moved = rawCaller(after, { uri: bed.sipUri('x'), dialog });
    moved.invite();
    const again = await after.response('INVITE');
    expect(again.status).toBe(200);
    moved.ack(again);
    const gone = leg.hangup('normal');
    const reached = kind === 'external' ? before : after;
    reached.answer(await reached.request('BYE'), '200 OK', []);
    await gone;
    await scribe.expectTrace('moved-in-the-talk');
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
      await overWithTrace(leg, 'keys-in-rtp-and-info');
    },
  );

  it.each([
    ['to', [], `<sip:${DID.international}@us.example>`],
    ['p-called-party-id', [{ name: 'P-Called-Party-ID', value: `<sip:${DID.international}@us.example>` }]],
    ['header:X-DID', [{ name: 'X-DID', value: '0049 30 222' }]],
    ['diversion', [{ name: 'Diversion', value: `<sip:${DID.national}@c.example>;reason=x` }]],
    [
      'history-info',
      [
        {
          name: 'History-Info',
          value: `<sip:${DID.international}@c.example?Reason=SIP%3Bcause%3D302>;index=1, <sip:1234@us.example>;index=1.1;mp=1`,
        },
      ],
    ],
  ] as const)('writes the DID elsewhere is read by didFrom %s', async (didFrom, headers, to?: string) => {
    terms = { didFrom, country: 'DE', numbers: { out: [], in: [{ from: '0049', to: '+49' }] } };
    const incoming = bed.nextInbound();
    const body = buildOffer({ address: '127.0.0.1', port: 9, sessionId: 1, sessionVersion: 1 });
    const more = { headers, ...(to !== undefined && { to }) };
    const call = carrier.agent.invite({ uri: bed.sipUri('trunk-1234'), body, ...more });
    const { dnis, trunk, leg } = await incoming;
    expect({ dnis: dnis.replace(/\s/g, ''), trunk }).toEqual({ dnis: DID.international, trunk: 'carrier' });
    await leg.reject(404);
    await call.outcome;
    await scribe.expectTrace('did-elsewhere');
  });

  it('calls without Contact is refused with 400', async () => {
    const raw = await openRawSip({ tap: scribe.tap('carrier') });
    rawCaller(raw, { uri: bed.sipUri('x'), contact: 'none' }).invite();
    expect((await raw.response('INVITE')).status).toBe(400);
    expect(bed.switch.status().legs).toBe(0);
    await scribe.expectTrace('invite-without-contact');
    raw.close();
  });

  it('answers without Contact ends its leg, and no other gateway is tried', async () => {
    const raw = await openRawSip({ tap: scribe.tap('first') });
    const next = {
      host: '127.0.0.1',
      port: carrier.agent.stack.locals[0]?.port ?? 0,
      transport: 'udp',
    } as const;
    terms = { gateways: [{ ...next, port: raw.port }, next] };
    const leg = bed.originate({ target: { kind: 'trunk', trunk: 't', number: '+4930111' as E164 } });
    raw.answer(await raw.request('INVITE'), '200 OK', []);
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'callee' });
    expect(bed.switch.status()).toMatchObject({ signalling: 'ready', media: 'ready' });
    // The next call shows that no other came before it.
    const other = bed.originate({ target: { kind: 'uri', uri: carrier.uri } });
    const call = await carrier.nextCall();
    expect(call.callId).toBe(other.identity.sipCallId);
    call.reject(486);
    await signalOf(other, 'ended');
    await scribe.expectTrace('200-without-contact');
    raw.close();
  });
});
