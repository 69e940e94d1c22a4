/** Operators' phones at the registrar: several of one user, guessers, restarts, browsers, star codes (see test-switch.ts). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { summaryOf, type LooseTrace } from '../../src/domain/signalling/signalling.js';
import type { Registered } from '../../src/app/ports/switch.js';
import { ha1Of } from '../../src/switch/phones/digest.js';
import type { RegistrarOptions } from '../../src/switch/options.js';
import { openWsPhone } from '../support/sip/ws-phone.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const REALM = 'dialtrace.test';
const PASSWORDS: Readonly<Record<string, string>> = { anna: 'geheim', olga: 'sekret', wanda: 'browser' };

describe.skipIf(missingServers() !== undefined)(`switch registrar (${kind})`, () => {
  let bed: TestSwitch;
  const phones: TestPhone[] = [];
  const kept = new Map<string, Registered>();
  const registrar: RegistrarOptions = {
    realm: REALM,
    credentials: (user, realm, algorithm) => {
      const password = PASSWORDS[user];
      return Promise.resolve(password === undefined ? undefined : ha1Of(algorithm, user, realm, password));
    },
    minExpiresSeconds: 1,
    keepAliveSeconds: 0.5,
    lockOut: { failures: 3, windowSeconds: 60, lockSeconds: 1 },
    keeper: {
      load: () => Promise.resolve([...kept.values()]),
      save: (one) => Promise.resolve(void kept.set(one.contact, one)),
      remove: (one) => Promise.resolve(void kept.delete(one.contact)),
    },
  };

  beforeAll(async () => {
    bed = await openTestSwitch({ registrar });
  });
  afterAll(() => bed.close());
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await bed.cleanUp();
    await Promise.all(phones.splice(0).map((phone) => phone.close()));
    await until('no leg is left over', () => bed.switch.status().legs === 0);
    await bed.untilNoChannels();
  });

  async function register(user: string, password = PASSWORDS[user] ?? '') {
    const phone = await openTestPhone({ user, password });
    phones.push(phone);
    const registration = phone.agent.register({
      registrar: bed.sipUri('x').replace('x@', ''),
      aor: `sip:${user}@${REALM}`,
      expiresSeconds: 60,
    });
    return { phone, registration, status: (await registration.first)?.status };
  }

  it('tells the messages of registrations and probes, without secrets', async () => {
    const told: LooseTrace[] = [];
    const usual = bed.listenInstead({ tracedBeside: (message) => void told.push(message) });
    const { phone, registration } = await register('anna');
    const options = await phone.agent.request('OPTIONS', { uri: bed.sipUri('x') });
    expect(options?.status).toBeDefined();
    const line = ({ text, direction }: LooseTrace) => `${direction} ${summaryOf(text)}`;
    await registration.unregister();
    usual();
    const ofRegister = told.filter(({ text }) => /^CSeq: \d+ REGISTER/im.test(text)).map(line);
    expect(ofRegister.slice(0, 4)).toEqual([
      'in REGISTER',
      'out 401 Unauthorized',
      'in REGISTER',
      'out 200 OK',
    ]);
    expect(told.map(line)).toContain('in OPTIONS');
    const answers = told.flatMap(
      ({ text }) => /^Authorization: .*response="([^"]*)"/im.exec(text)?.[1] ?? [],
    );
    expect(new Set(answers)).toEqual(new Set(['(removed)']));
  });

  it('rings each of the phones of one user, and lets them go one by one', async () => {
    const told: string[] = [];
    const usual = bed.listenInstead({ phone: ({ user }, change) => void told.push(`${user} ${change}`) });
    const [desk, laptop] = [await register('anna'), await register('anna')];
    const contacts = bed.switch.registrations().map(({ contact }) => contact);
    expect(contacts).toHaveLength(2);
    expect(bed.switch.registrations()).toMatchObject([{ transport: 'udp' }, { transport: 'udp' }]);
    for (const [index, { phone }] of [desk, laptop].entries()) {
      const contact = contacts[index] ?? '';
      const leg = bed.originate({ target: { kind: 'registered', user: 'anna', contact } });
      (await phone.nextCall()).reject(486);
      expect((await signalOf(leg, 'ended')).ending).toMatchObject({ sipStatus: 486 });
    }
    await desk.registration.unregister();
    expect(bed.switch.registrations().map(({ contact }) => contact)).toEqual([contacts[1]]);
    await laptop.registration.unregister();
    expect(bed.switch.registrations()).toEqual([]);
    expect(kept.size).toBe(0);
    usual();
    expect(told).toEqual(['anna registered', 'anna registered', 'anna unregistered', 'anna unregistered']);
  });

  it('locks a guesser out, also from the right password, for a while', async () => {
    for (let guess = 0; guess < 3; guess += 1) expect((await register('anna', 'falsch')).status).toBe(403);
    expect((await register('anna')).status).toBe(403);
    expect(bed.switch.registrations()).toEqual([]);
    expect(bed.log.some((line) => line.includes('locked out'))).toBe(true);
    await expect
      .poll(async () => (await register('anna')).status, { timeout: 4000, interval: 300 })
      .toBe(200);
    kept.clear();
  });

  it('knows its phones after a restart', async () => {
    const { phone, registration } = await register('olga');
    const again = await openTestSwitch({ registrar });
    try {
      expect(again.switch.registrations()).toMatchObject([{ user: 'olga' }]);
      const leg = again.originate({ target: { kind: 'registered', user: 'olga' } });
      (await phone.nextCall()).reject(480);
      await signalOf(leg, 'ended');
      await until('no leg is left over', () => again.switch.status().legs === 0);
    } finally {
      await again.close();
      await registration.unregister();
    }
  });

  it('asks who dials a star code for the password, and says who it was', async () => {
    const { phone, registration } = await register('olga');
    const taken = bed.nextInbound();
    const { talk } = await phone.dial(bed.sipUri('*71anna'));
    const call = await taken;
    expect(call).toMatchObject({ authenticatedAs: 'olga', dnis: '*71anna' });
    await call.leg.reject(480);
    expect(await talk).toBe(480);
    const stranger = await openTestPhone({ user: 'olga', password: 'falsch' });
    phones.push(stranger);
    expect(await (await stranger.dial(bed.sipUri('*71anna'))).talk).toBe(403);
    await registration.unregister();
  });

  it('asks whoever calls from the address of a phone for a password', async () => {
    const { registration } = await register('olga');
    const neighbour = await openTestPhone({ user: 'olga' });
    phones.push(neighbour);
    expect(await (await neighbour.dial(bed.sipUri('+4930999'))).talk).toBe(401);
    expect(bed.switch.status().legs).toBe(0);
    await registration.unregister();
  });

  it('calls a browser over the connection it registered on', async () => {
    const browser = await openWsPhone(bed.webSocket ?? '', REALM);
    expect(await browser.register('wanda', 'browser')).toBe(200);
    expect(bed.switch.registrations()).toContainEqual(
      expect.objectContaining({ user: 'wanda', transport: 'ws' }),
    );
    const leg = bed.originate({ target: { kind: 'registered', user: 'wanda' } });
    const invite = await browser.nextRequest('INVITE');
    expect(invite.uri).toBe('sip:wanda@browser.invalid;transport=ws');
    // It is asked again and again whether it is still there.
    for (let round = 0; round < 2; round += 1) browser.answer(await browser.nextRequest('OPTIONS'), 200);
    browser.answer(invite, 486);
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ sipStatus: 486 });
    await browser.nextRequest('ACK');
    for (const [session, reason] of [
      ['', 'garbled-answer'],
      [
        'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n',
        'unavailable',
      ],
    ] as const) {
      const useless = bed.originate({ target: { kind: 'registered', user: 'wanda' } });
      browser.answer(await browser.nextRequest('INVITE'), 200, session);
      expect((await signalOf(useless, 'ended')).ending).toMatchObject({ reason });
      await browser.nextRequest('ACK');
      browser.answer(await browser.nextRequest('BYE'), 200);
    }
    await browser.close();
    await until('the browser is forgotten', () =>
      bed.switch.registrations().every(({ user }) => user !== 'wanda'),
    );
    const gone = bed.originate({ target: { kind: 'registered', user: 'wanda' } });
    expect((await signalOf(gone, 'ended')).ending).toMatchObject({ reason: 'no-device' });
  });
});
