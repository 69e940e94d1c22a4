/** The Switch port towards trunks and registered phones: digest both ways, failover, registrar, media address. */
import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import type { IncomingCall } from '../../src/sip/api.js';
import { digestResponse, ha1Of, parseDigest } from '../../src/switch/phones/digest.js';
import type { DigestAlgorithm } from '../../src/switch/options.js';
import { readAudio } from '../../src/wire/sdp.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  leavesNothing,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const missing = missingServers();
const REALM = 'dialtrace.test';

describe.skipIf(missing !== undefined)(`switch routes (${kind})`, () => {
  let bed: TestSwitch;
  let first: TestPhone;
  let second: TestPhone;
  /** Takes everything, answers nothing. */
  const mute = createSocket('udp4');
  const trunks = new Map<string, Trunk>();
  const algorithms = new Set<DigestAlgorithm>(['MD5', 'SHA-256']);

  beforeAll(async () => {
    bed = await openTestSwitch({
      trunk: (name) => {
        const trunk = trunks.get(name);
        return trunk && { trunk, password: 'pass', identity: 'asserted' };
      },
      registrar: {
        realm: REALM,
        credentials: (user, realm, algorithm) =>
          Promise.resolve(
            user === 'anna' && algorithms.has(algorithm)
              ? ha1Of(algorithm, user, realm, 'geheim')
              : undefined,
          ),
        minExpiresSeconds: 1,
      },
    });
    first = await openTestPhone({ user: 'gw1' });
    second = await openTestPhone({ user: 'gw2' });
    const gateways = [first, second].map(({ agent }) => ({
      host: '127.0.0.1',
      port: agent.stack.locals[0]?.port ?? 0,
      transport: 'udp' as const,
    }));
    const trunk: Trunk = {
      name: 'carrier',
      gateways,
      format: 'digits',
      callerId: '+4930555',
      channels: 10,
      callsPerSecond: 10,
      mediaAddress: '203.0.113.7',
      username: 'acme',
      noResponseSeconds: 1,
    };
    trunks.set('carrier', trunk);
    const media = { codecs: ['PCMU', 'PCMA'], dtmf: 'inband', early: 'pass' } as const;
    trunks.set('tones', { ...trunk, mediaAddress: '127.0.0.1', media });
    const [gateway] = gateways;
    await new Promise<void>((resolve) => mute.bind(0, '127.0.0.1', resolve));
    trunks.set('dead-first', {
      ...trunk,
      gateways: [
        { host: '127.0.0.1', port: mute.address().port, transport: 'udp' },
        ...(gateway ? [gateway] : []),
      ],
    });
  });
  afterAll(async () => {
    mute.close();
    await first.close();
    await second.close();
    await bed.close();
  });
  afterEach((test) => leavesNothing(bed, test));

  const dial = (trunk: string) =>
    bed.originate({ role: 'client', target: { kind: 'trunk', trunk, number: '+4930111' as E164 } });
  const header = (call: IncomingCall, name: string) => headerOf(call.request, name) ?? '';

  describe('trunk', () => {
    it('writes numbers, identity and media address as the trunk says', async () => {
      const leg = dial('carrier');
      const call = await first.nextCall();
      expect(call.request.uri).toMatch(/^sip:4930111@127\.0\.0\.1:\d+/);
      expect(header(call, 'From')).toContain('<sip:4930555@127.0.0.1');
      expect(header(call, 'P-Asserted-Identity')).toContain('sip:4930555@127.0.0.1');
      const audio = readAudio(call.request.body);
      expect(audio?.address).toBe('203.0.113.7');
      expect(audio?.codecs.map(({ name }) => name)).toEqual(['PCMU', 'PCMA']);
      expect(call.request.body).toMatch(/^o=.* 203\.0\.113\.7\r$/m);
      call.reject(404);
      expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'callee', sipStatus: 404 });
    });

    it.each(['MD5', 'SHA-256'] as const)('answers a %s challenge', async (algorithm) => {
      const leg = dial('carrier');
      const challenged = await first.nextCall();
      challenged.reject(407, {
        headers: [
          {
            name: 'Proxy-Authenticate',
            value: `Digest realm="carrier", nonce="abc", algorithm=${algorithm}, qop="auth,auth-int"`,
          },
        ],
      });
      const call = await first.nextCall();
      const given = parseDigest(header(call, 'Proxy-Authorization')) ?? {};
      const qop = { name: 'auth', nc: given['nc'] ?? '', cnonce: given['cnonce'] ?? '' };
      const ha1 = ha1Of(algorithm, 'acme', 'carrier', 'pass');
      expect(given['response']).toBe(
        digestResponse({ algorithm, ha1, method: 'INVITE', uri: given['uri'] ?? '', nonce: 'abc', qop }),
      );
      expect(given['uri']).toBe(call.request.uri);
      expect(call.callId).toBe(challenged.callId);
      expect(header(call, 'From')).toBe(header(challenged, 'From'));
      const talk = await first.answer(call);
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
      expect(await talk.ended).toBe('remote-bye');
    });

    it('tries the next gateway after a fault, with a Call-ID of its own', async () => {
      const leg = dial('carrier');
      const failed = await first.nextCall();
      failed.reject(503);
      const call = await second.nextCall();
      expect(call.callId).not.toBe(failed.callId);
      expect(leg.identity.sipCallId).toBe(call.callId);
      await second.answer(call);
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
    });

    it('does not try another gateway after ringing, nor for a busy party', async () => {
      const rung = dial('carrier');
      const ringing = await first.nextCall();
      ringing.ring({ status: 180 });
      await signalOf(rung, 'ringing');
      ringing.reject(503);
      expect((await signalOf(rung, 'ended')).ending).toMatchObject({ sipStatus: 503 });
      const busy = dial('carrier');
      (await first.nextCall()).reject(486);
      expect((await signalOf(busy, 'ended')).ending).toMatchObject({ sipStatus: 486 });
    });

    it('leaves a gateway that is silent, within its time', async () => {
      const startedAt = Date.now();
      const leg = dial('dead-first');
      const call = await first.nextCall();
      expect(Date.now() - startedAt).toBeGreaterThan(900);
      expect(Date.now() - startedAt).toBeLessThan(3000);
      await first.answer(call);
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
    });

    it('waits for a gateway that is slow but answers OPTIONS', async () => {
      const leg = dial('carrier');
      const call = await first.nextCall();
      await new Promise((resolve) => setTimeout(resolve, 1600));
      call.ring({ status: 180 });
      await signalOf(leg, 'ringing');
      await first.answer(call);
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
    });

    it('ends with the last answer when no gateway works', async () => {
      const leg = dial('carrier');
      (await first.nextCall()).reject(500);
      (await second.nextCall()).reject(503);
      expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'callee', sipStatus: 503 });
    });

    it('hears the keys of a carrier that sends them as tones', async () => {
      const leg = dial('tones');
      const incoming = await first.nextCall();
      expect(incoming.request.body).not.toContain('telephone-event');
      const { line } = await first.answer(incoming);
      await signalOf(leg, 'answered');
      const pressed = signalOf(leg, 'key');
      await new Promise((resolve) => setTimeout(resolve, 300));
      line.say(770, 1336);
      await new Promise((resolve) => setTimeout(resolve, 200));
      line.say(0);
      expect(await pressed).toMatchObject({ digit: '5' });
      await leg.hangup('normal');
    });

    it('ends a call on an unknown trunk', async () => {
      expect((await signalOf(dial('none'), 'ended')).ending).toMatchObject({
        by: 'system',
        reason: 'no-trunk',
      });
    });

    it('carries early media of a 183', async () => {
      const leg = dial('carrier');
      const incoming = await first.nextCall();
      const early = await first.prepare(incoming);
      incoming.ring({ status: 183, body: early.sdp });
      expect((await signalOf(leg, 'ringing')).sipStatus).toBe(183);
      await signalOf(leg, 'early-media');
      const call = early.answer();
      await signalOf(leg, 'answered');
      expect(await leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
      await leg.hangup('normal');
      expect(await call.ended).toBe('remote-bye');
    });
  });

  describe('registrar', () => {
    const registrar = () => bed.sipUri('x').replace('x@', '');
    const register = async (user: string, password: string, expiresSeconds = 60) => {
      const phone = await openTestPhone({ user, password });
      const registration = phone.agent.register({
        registrar: registrar(),
        aor: `sip:${user}@${REALM}`,
        expiresSeconds,
      });
      return { phone, registration, status: (await registration.first)?.status };
    };

    it.each([
      ['SHA-256', ['MD5', 'SHA-256']],
      ['MD5', ['MD5']],
    ] as const)('registers with %s and calls the phone back', async (_name, offered) => {
      algorithms.clear();
      for (const each of offered) algorithms.add(each);
      const { phone, registration, status } = await register('anna', 'geheim');
      expect(status).toBe(200);
      expect(bed.switch.registrations()).toMatchObject([{ user: 'anna' }]);
      const leg = bed.originate({ target: { kind: 'registered', user: 'anna' } });
      await phone.answer(await phone.nextCall());
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
      await registration.unregister();
      expect(bed.switch.registrations()).toEqual([]);
      await phone.close();
    });

    it('tells an unknown user the same as a wrong password', async () => {
      const wrong = await register('anna', 'falsch');
      const unknown = await register('nobody', 'x');
      expect([wrong.status, unknown.status]).toEqual([403, 403]);
      await Promise.all([wrong.phone.close(), unknown.phone.close()]);
    });

    it('forgets after the time', async () => {
      const { phone, status } = await register('anna', 'geheim', 1);
      expect(status).toBe(200);
      await phone.close(); // It would renew the registration.
      await until('registration is over', () => bed.switch.registrations().length === 0);
      const leg = bed.originate({ target: { kind: 'registered', user: 'anna' } });
      expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'system', reason: 'no-device' });
    });
  });
});
