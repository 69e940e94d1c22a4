/** What carriers do wrong in a call, each with its outcome; docs/carrier-scenarios.md lists them all. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LegSignal } from '../../src/app/ports/switch.js';
import { buildOffer, readAudio } from '../../src/wire/sdp.js';
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
