/** Careless and hostile SIP parties: each harms at most its own call. The same against the look-alikes and real servers. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ha1Of } from '../../src/switch/phones/digest.js';
import { headerOf } from '../../src/wire/sip-message.js';
import type { SipResponse } from '../../src/wire/sip-types.js';
import { authorisation, contactOf, sendRegister } from '../support/scenarios/raw-register.js';
import { openRawSip, type RawSip } from '../support/switch/raw-sip.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { heldOffer, openTestPhone, type PhoneCall, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  leavesNothing,
  missingServers,
  openTestSwitch,
  signalOf,
  type TestSwitch,
} from '../support/switch/test-switch.js';
import { writeTone } from '../support/switch/tone-file.js';

const REALM = 'dialtrace.test';

describe.skipIf(missingServers() !== undefined)(`switch, hostile parties (${kind})`, () => {
  let bed: TestSwitch;
  let anna: TestPhone;
  let ben: TestPhone;
  let raw: RawSip;

  beforeAll(async () => {
    raw = await openRawSip();
    anna = await openTestPhone({ user: 'anna' });
    ben = await openTestPhone({ user: 'ben' });
    bed = await openTestSwitch({
      registrar: {
        realm: REALM,
        credentials: (user, realm, algorithm) =>
          Promise.resolve(user === 'anna' ? ha1Of(algorithm, user, realm, 'geheim') : undefined),
      },
    });
  });
  afterAll(async () => {
    raw.close();
    await anna.close();
    await ben.close();
    await bed.close();
  });
  afterEach(async (test) => {
    await leavesNothing(bed, test);
    expect(bed.events).not.toContain('lost signalling');
  });

  const serverPort = () => Number(/:(\d+)$/.exec(bed.sipUri('x'))?.[1]);
  const dialIn = async () => {
    const dialled = await ben.dial(bed.sipUri('+4930999'));
    return { ...dialled, inbound: await bed.nextInbound() };
  };

  describe('calls in', () => {
    it('are refused, and forgotten, when the application fails to take them', async () => {
      const giveBack = bed.listenInstead({
        inbound: () => {
          throw new Error('application fault');
        },
      });
      const { talk } = await ben.dial(bed.sipUri('x'));
      expect(await talk).toBe(500);
      expect(bed.switch.status().legs).toBe(0);
      giveBack();
    });

    it('that are hung up at any moment of the answer are over for the caller too', async () => {
      for (let delayMs = 0; delayMs <= 30; delayMs += 1) {
        const { inbound, talk } = await dialIn();
        const answering = inbound.leg.answer();
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        await inbound.leg.hangup('normal');
        await answering;
        const reached = await talk;
        if (typeof reached !== 'number')
          expect(await within(reached.ended, `answered, then hung up after ${delayMs} ms`)).toBe(
            'remote-bye',
          );
      }
    });

    it('put us on hold by UPDATE as well', async () => {
      const { inbound, talk, line } = await dialIn();
      await inbound.leg.answer();
      const call = (await talk) as PhoneCall;
      const update = (direction: 'sendonly' | 'sendrecv', version: number) =>
        call.dialog.request('UPDATE', {
          body: heldOffer(line, direction, version),
          headers: [{ name: 'Content-Type', value: 'application/sdp' }],
        });
      const held = await update('sendonly', 2);
      expect(held).toMatchObject({ status: 200 });
      expect(held?.body).toContain('a=recvonly');
      await signalOf(inbound.leg, 'held');
      expect(await update('sendrecv', 3)).toMatchObject({ status: 200 });
      await signalOf(inbound.leg, 'resumed');
      expect(await call.dialog.request('UPDATE')).toMatchObject({ status: 200 });
      await inbound.leg.hangup('normal');
    });
  });

  describe('registrations', () => {
    const account = () => ({ user: 'anna', realm: REALM, password: 'geheim', port: serverPort() });
    const register = (party: RawSip, lines: readonly string[]) => sendRegister(party, account(), lines);
    const authorise = (challenge: SipResponse, nc: string, qop: 'qop' | 'plain' = 'qop') =>
      authorisation(challenge, account(), { nc, qop });
    const contact = (party: RawSip, seconds = 600) => contactOf(party, account(), seconds);

    it.each(['qop', 'plain'] as const)('cannot be taken over by an overheard REGISTER (%s)', async (qop) => {
      const thief = await openRawSip();
      const overheard = authorise(await register(raw, [contact(raw)]), '00000001', qop);
      expect((await register(raw, [contact(raw), overheard])).status).toBe(200);
      const replayed = await register(thief, [contact(thief), overheard]);
      expect(replayed.status).toBe(401);
      expect(headerOf(replayed, 'WWW-Authenticate')).toContain('stale=true');
      expect(bed.switch.registrations()).toMatchObject([{ source: `127.0.0.1:${raw.port}` }]);
      thief.close();
    });

    it('take the same nonce again when its count grows', async () => {
      const challenge = await register(raw, [contact(raw)]);
      expect((await register(raw, [contact(raw), authorise(challenge, '00000001')])).status).toBe(200);
      expect((await register(raw, [contact(raw), authorise(challenge, '00000002')])).status).toBe(200);
      expect((await register(raw, [contact(raw), authorise(challenge, '00000002')])).status).toBe(401);
    });

    it('are not removed by the old phone of the same user', async () => {
      const old = await openRawSip();
      const add = authorise(await register(raw, [contact(raw)]), '00000001');
      expect((await register(raw, [contact(raw), add])).status).toBe(200);
      const remove = authorise(await register(old, [contact(old, 0)]), '00000001');
      expect((await register(old, [contact(old, 0), remove])).status).toBe(200);
      expect(bed.switch.registrations()).toMatchObject([{ source: `127.0.0.1:${raw.port}` }]);
      old.close();
      const all = authorise(await register(raw, ['Contact: *', 'Expires: 0']), '00000001');
      expect((await register(raw, ['Contact: *', 'Expires: 0', all])).status).toBe(200);
      expect(bed.switch.registrations()).toEqual([]);
    });
  });

  describe('folders', () => {
    it('may have a space in their name', async () => {
      const folder = join(bed.folder, 'my calls');
      await mkdir(folder);
      const tone = join(folder, 'tone 1.wav');
      await writeTone(tone, 700, 0.5);
      const leg = bed.originate({ target: { kind: 'uri', uri: anna.uri } });
      const call = await anna.answer(await anna.nextCall());
      await signalOf(leg, 'answered');
      const recording = leg.record({ path: join(folder, 'talk.wav'), startedAt: Date.now() });
      expect(await leg.play([{ kind: 'file', path: tone }]).outcome).toMatchObject({ kind: 'played' });
      call.line.forget();
      const gathering = leg.gather({
        items: [{ kind: 'file', path: tone }],
        minDigits: 1,
        maxDigits: 1,
        timeoutMs: 1000,
        interDigitMs: 1000,
        terminators: '',
      });
      expect(await gathering.outcome).toEqual({ kind: 'no-input' });
      expect(toneShare(call.line.heard.slice(0, 5000), 700)).toBeGreaterThan(0.5);
      recording.stop();
      expect(await recording.outcome).toMatchObject({ kind: 'ready' });
      await leg.hangup('normal');
    });
  });

  describe('a bridge', () => {
    it.each([0, 20, 45, 80])('stopped after %i ms leaves both legs usable', async (delayMs) => {
      const legs = [anna, ben].map((phone) => bed.originate({ target: { kind: 'uri', uri: phone.uri } }));
      await anna.answer(await anna.nextCall());
      await ben.answer(await ben.nextCall());
      const [one, two] = legs;
      if (!one || !two) throw new Error('two legs');
      await Promise.all(legs.map((leg) => signalOf(leg, 'answered')));
      const bridge = one.bridge(two);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      bridge.stop();
      expect(await bridge.outcome).toEqual({ kind: 'stopped' });
      for (const leg of legs)
        expect(await leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
      await Promise.all(legs.map((leg) => leg.hangup('normal')));
    });
  });
});

function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_resolve, reject) =>
      setTimeout(() => reject(new Error(`not within 3 s: ${what}`)), 3000),
    ),
  ]);
}
