/**
 * Several servers of each side under one controller: calls are spread, stay together, drain, and outlive the loss of a
 * server they are not on. The first pair is the one of every contract test (SWITCH=external: the real servers), the second
 * our own look-alikes; the servers that die are processes.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import { openPhone } from '../../src/phone/open-phone.js';
import { ha1Of } from '../../src/switch/phones/digest.js';
import type { RegistrarOptions } from '../../src/switch/options.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { openWsPhone } from '../support/sip/ws-phone.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { startEmbedded } from '../support/switch/embedded-servers.js';
import { startServerProcess } from '../support/switch/engine-process.js';
import {
  areAlike,
  named,
  openFleet,
  openPairs,
  placeOf,
  ring,
  ringOn,
  talk,
  talkOn,
} from '../support/switch/fleet-bed.js';
import { endingOf } from '../support/switch/call-bed.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { writeTone } from '../support/switch/tone-file.js';
import { openTestPhone, type PhoneCall, type TestPhone } from '../support/switch/test-phone.js';
import {
  FLEET_TEST_MS,
  kind,
  missingServers,
  signalOf,
  startServers,
  until,
} from '../support/switch/test-switch.js';

const REALM = 'dialtrace.test';
const PASSWORD = 'geheim';
const oneForAll: RegistrarOptions['credentials'] = (user, realm, algorithm) =>
  Promise.resolve(ha1Of(algorithm, user, realm, PASSWORD));
const ELSEWHERE_WITHIN_MS = 2000;
/** A frozen server is given up after twice this. */
const HASTY = { deadlines: { commandMs: 400 } };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.skipIf(missingServers() !== undefined)(
  `several servers (${kind})`,
  { timeout: FLEET_TEST_MS },
  () => {
    const phones: { anna?: TestPhone } = {};
    beforeEach(async () => {
      const anna = await openTestPhone({ user: 'anna' });
      phones.anna = anna;
      closers.push(() => anna.close());
    });
    const anna = () => phones.anna!;

    it('spreads calls over both sides', async () => {
      const bed = await openPairs(closers);
      const talks: Awaited<ReturnType<typeof talk>>[] = [];
      for (let call = 0; call < 4; call += 1) talks.push(await talk(bed, anna()));
      const signalling = talks.map(({ leg }) => placeOf(bed, leg, 'signallingNode'));
      expect(signalling).toEqual(['sip-a', 'sip-b', 'sip-a', 'sip-b']);
      const media = talks.map(({ leg }) => placeOf(bed, leg, 'mediaNode'));
      if (areAlike(bed)) expect(media).toEqual(['fs-a', 'fs-b', 'fs-a', 'fs-b']);
      for (const { leg } of talks) await leg.hangup('normal');
    });

    it('keeps the legs of a call together', async () => {
      const bed = await openPairs(closers);
      const { leg, call } = await talkOn(bed, anna(), 'fs-b'); // The next call would be fs-a's.
      const second = await talk(bed, anna(), ring(bed, anna(), { besideLeg: leg.id }));
      expect(placeOf(bed, second.leg, 'mediaNode')).toBe('fs-b');
      const bridge = leg.bridge(second.leg);
      second.call.line.say(440);
      await until('the talk is heard', () => call.line.heard.length > 4000);
      bridge.stop();
      expect(await bridge.outcome).toEqual({ kind: 'stopped' });
    });

    it('brings who is to hear a talk to its server', async () => {
      const bed = await openPairs(closers);
      const two = await talkOn(bed, anna(), 'fs-b'); // The next call would be fs-a's.
      const visitor = await anna().dial(`sip:+4930@${bed.sip[0]!}`);
      await until('the visitor came', () => bed.inbound.length === 1);
      const { leg } = bed.inbound[0]!;
      leg.joinHome(two.leg.id);
      expect(await leg.answer()).toBe('answered');
      expect(placeOf(bed, leg, 'mediaNode')).toBe('fs-b');
      const ear = leg.eavesdrop(two.leg, 'listen');
      two.call.line.say(440);
      const { line } = (await visitor.talk) as PhoneCall;
      await until('the talk is heard', () => toneShare(line.heard, 440) > 0.8);
      ear.stop();
      await leg.hangup('normal');
    });

    it('names files to each server as that one sees them', async () => {
      const [folder, mount] = [
        await mkdtemp(join(tmpdir(), 'here-')),
        await mkdtemp(join(tmpdir(), 'there-')),
      ];
      closers.push(() => Promise.all([folder, mount].map((path) => rm(path, { recursive: true }))));
      const files = { mode: 'shared', controllerPath: folder, switchPath: mount } as const;
      const [a, b] = [await startServers(), await startEmbedded()];
      closers.push(
        () => a.close(),
        () => b.close(),
      );
      const media = [named('same', a.media), { ...named('mounted', b.media), files }];
      const bed = await openFleet(closers, { signalling: a.signalling, media });
      const path = join(folder, 'tone.wav');
      await writeTone(path, 440, 0.3);
      const items = [{ kind: 'file', path }] as const;
      const same = await talkOn(bed, anna(), 'same');
      expect(await same.leg.play(items).outcome).toMatchObject({ kind: 'played' });
      const { leg } = await talkOn(bed, anna(), 'mounted');
      expect(await leg.play(items).outcome).toEqual({ kind: 'file-missing', path });
      await copyFile(path, join(mount, 'tone.wav'));
      expect(await leg.play(items).outcome).toMatchObject({ kind: 'played' });
      const recording = leg.record({ path: join(folder, 'talk.wav'), startedAt: Date.now() });
      await until('it is recorded there', () => existsSync(join(mount, 'talk.wav')));
      recording.stop();
      expect(await recording.outcome).toMatchObject({ kind: 'failed' }); // It never came here.
    });

    it('gives a drained server no calls, lets those on it go on, and gives it calls again', async () => {
      const bed = await openPairs(closers);
      const before = await talkOn(bed, anna(), 'fs-a', 'sip-a');
      expect(placeOf(bed, before.leg, 'mediaNode')).toBe('fs-a');
      bed.switch.drain(new Set(['fs-a', 'sip-a']));
      const during = [await talk(bed, anna()), await talk(bed, anna())];
      expect(during.map(({ leg }) => placeOf(bed, leg, 'mediaNode'))).toEqual(['fs-b', 'fs-b']);
      expect(during.map(({ leg }) => placeOf(bed, leg, 'signallingNode'))).toEqual(['sip-b', 'sip-b']);
      const beside = await talk(bed, anna(), ring(bed, anna(), { besideLeg: before.leg.id }));
      expect(placeOf(bed, beside.leg, 'mediaNode')).toBe('fs-a');
      expect(await before.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({
        kind: 'played',
      });
      expect(bed.switch.servers().map(({ name, standing, legs }) => [name, standing, legs])).toEqual([
        ['sip-a', 'draining', 2],
        ['sip-b', 'taking', 2],
        ['fs-a', 'draining', 2],
        ['fs-b', 'taking', 2],
      ]);
      bed.switch.drain(new Set(['fs-a', 'fs-b']));
      expect(bed.switch.status()).toMatchObject({ signalling: 'ready', media: 'ready', overload: 'servers' });
      expect(await endingOf(ring(bed, anna()))).toMatchObject({ by: 'system', reason: 'unavailable' });
      bed.switch.drain(new Set());
      for (const { leg } of [before, beside]) await leg.hangup('normal');
      expect(placeOf(bed, (await talkOn(bed, anna(), 'fs-a')).leg, 'mediaNode')).toBe('fs-a');
    });

    it('takes calls from every signalling server that is not drained', async () => {
      const bed = await openPairs(closers);
      for (const [index, sip] of bed.sip.entries()) {
        const dialled = await anna().dial(`sip:+4930@${sip}`);
        await until('the call came', () => bed.inbound.length === index + 1);
        const { leg } = bed.inbound[index]!;
        expect(placeOf(bed, leg, 'signallingNode')).toBe(['sip-a', 'sip-b'][index]);
        expect(await leg.answer()).toBe('answered');
        await leg.hangup('normal');
        await dialled.talk;
      }
      bed.switch.drain(new Set(['sip-b']));
      expect(await (await anna().dial(`sip:+4930@${bed.sip[1]!}`)).talk).toBe(503);
      expect(bed.inbound).toHaveLength(2);
    });

    it('calls a phone on a connection over the server that it registered with, and asks it there', async () => {
      const bed = await openPairs(closers, {
        registrar: { realm: REALM, credentials: oneForAll, keepAliveSeconds: 0.3 },
      });
      const browser = await openWsPhone(bed.webSocket ?? '', REALM);
      closers.push(() => browser.close());
      expect(await browser.register('wanda', PASSWORD)).toBe(200);
      for (let call = 0; call < 2; call += 1) {
        const leg = ring(bed, anna(), { target: { kind: 'registered', user: 'wanda' } });
        expect(placeOf(bed, leg, 'signallingNode')).toBe('sip-b');
        browser.answer(await browser.nextRequest('INVITE'), 486);
        expect(await endingOf(leg)).toMatchObject({ sipStatus: 486 });
      }
      browser.answer(await browser.nextRequest('OPTIONS'), 200);
      const [phone] = bed.switch.registrations();
      expect(bed.switch.servers().find(({ node }) => node === phone?.signallingNode)?.name).toBe('sip-b');
    });

    it('sends phones of a drained server away once, and follows them; one that knows no other is kept', async () => {
      const bed = await openPairs(closers, { registrar: { realm: REALM, credentials: oneForAll } });
      const open = async (user: string) => {
        const agent = await openUserAgent({
          bind: [{ protocol: 'tcp', host: '127.0.0.1', port: 0 }],
          user,
          credentials: { username: user, password: PASSWORD },
        });
        closers.push(() => agent.close());
        agent.onInvite((call) => call.reject(486));
        return async (server: 0 | 1) => {
          const registrar = `sip:${bed.sip[server]};transport=tcp`;
          const registering = agent.register({ registrar, aor: `sip:${user}@${REALM}`, expiresSeconds: 600 });
          return (await registering.first)!;
        };
      };
      // Names of their own: a genuine drachtio goes on sending what is for mira@127.0.0.1 to this connection till it expires.
      const [mira, miron] = [await open('mira'), await open('miron')];
      const viaOf = (user: string) =>
        placeOf(bed, ring(bed, anna(), { target: { kind: 'registered', user } }), 'signallingNode');
      const phones = () => bed.switch.servers().flatMap(({ phones: left }) => left ?? []);
      for (const register of [mira, miron]) expect((await register(0)).status).toBe(200);
      expect(phones()).toEqual([2, 0]);

      bed.switch.drain(new Set(['sip-a']));
      for (const register of [mira, miron]) {
        const sent = await register(0);
        expect([sent.status, headerOf(sent, 'Retry-After')]).toEqual([503, '10']);
      }
      expect([viaOf('mira'), viaOf('miron'), ...phones()]).toEqual(['sip-a', 'sip-a', 2, 0]);
      expect((await mira(1)).status).toBe(200);
      expect([viaOf('mira'), ...phones()]).toEqual(['sip-b', 1, 1]);
      const kept = await miron(0);
      expect([kept.status, headerOf(kept, 'Expires')]).toEqual([200, '60']);
      expect(viaOf('miron')).toBe('sip-a');

      bed.switch.drain(new Set(['sip-a', 'sip-b']));
      expect((await mira(0)).status).toBe(200);
      bed.switch.drain(new Set());
      expect(headerOf(await miron(0), 'Expires')).toBe('600');
      await until('no leg is left', () => bed.switch.status().legs === 0);
    });

    it('loses a killed media server with its calls only; a new call is elsewhere within 2 s', async () => {
      const [a, dying] = [await startServers(), await startServerProcess('freeswitch')];
      closers.push(
        () => a.close(),
        () => dying.close(),
      );
      const bed = await openFleet(closers, {
        signalling: a.signalling,
        media: [named('dying', dying), named('other', a.media)],
      });
      const doomed = await talkOn(bed, anna(), 'dying');
      const safe = await talkOn(bed, anna(), 'other');
      expect([doomed, safe].map(({ leg }) => placeOf(bed, leg, 'mediaNode'))).toEqual(['dying', 'other']);

      const killedAt = Date.now();
      dying.signal('SIGKILL');
      const during = ringOn(bed, anna(), 'dying');
      const invited = await anna().nextCall();
      expect(Date.now() - killedAt).toBeLessThan(ELSEWHERE_WITHIN_MS);
      await anna().answer(invited);
      await signalOf(during, 'answered');
      expect(placeOf(bed, during, 'mediaNode')).toBe('other');

      expect(await endingOf(doomed.leg)).toMatchObject({ by: 'unknown', reason: 'lost' });
      expect(await doomed.call.ended).toBe('remote-bye');
      expect(await safe.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
      expect(bed.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
    });

    it('takes a media server that hangs for dead: its calls end, a new one is elsewhere within 2 s', async () => {
      const [a, hanging] = [await startServers(), await startServerProcess('freeswitch')];
      closers.push(
        () => a.close(),
        () => hanging.close(),
      );
      const media = [named('hanging', hanging), named('other', a.media)];
      const bed = await openFleet(closers, { signalling: a.signalling, media, ...HASTY });
      const doomed = await talkOn(bed, anna(), 'hanging');
      expect(placeOf(bed, doomed.leg, 'mediaNode')).toBe('hanging');
      const safe = await talkOn(bed, anna(), 'other');

      const hangsSince = Date.now();
      hanging.signal('SIGSTOP');
      const during = ringOn(bed, anna(), 'hanging');
      const invited = await anna().nextCall();
      expect(Date.now() - hangsSince).toBeLessThan(ELSEWHERE_WITHIN_MS);
      await anna().answer(invited);
      await signalOf(during, 'answered');
      expect(placeOf(bed, during, 'mediaNode')).toBe('other');
      expect(await endingOf(doomed.leg)).toMatchObject({ by: 'unknown', reason: 'lost' });
      expect(await doomed.call.ended).toBe('remote-bye');
      await safe.leg.hangup('normal');
    });

    it('moves a registration with a carrier when its server is drained, and when it is lost', async () => {
      const carrier = await openTestPhone({ user: 'carrier' });
      closers.push(() => carrier.close());
      const bound = new Map<string, string>();
      carrier.agent.onRequest((request) => {
        const contact = headerOf(request, 'Contact') ?? '';
        if (request.method !== 'REGISTER') return { status: 200 };
        const expires = headerOf(request, 'Expires') ?? '';
        bound.set(/@127\.0\.0\.1:\d+/.exec(contact)?.[0] ?? contact, expires);
        return { status: 200, headers: [{ name: 'Contact', value: `${contact};expires=${expires}` }] };
      });
      const [near, dying] = [await startServers(), await startServerProcess('drachtio')];
      closers.push(
        () => near.close(),
        () => dying.close(),
      );
      const port = carrier.agent.stack.locals[0]?.port ?? 0;
      const trunk: Trunk = {
        name: 'carrier',
        gateways: [{ host: '127.0.0.1', port, transport: 'udp' }],
        ...{ format: 'e164', channels: 10, callsPerSecond: 10, noResponseSeconds: 1, username: 'acme' },
        registration: { expiresSeconds: 600 },
      };
      const bed = await openFleet(closers, {
        signalling: [named('near', near.signalling), named('dying', dying)],
        media: near.media,
        trunks: { all: () => [{ trunk }], onChange: () => () => undefined },
      });
      const [atNear, atDying] = [near.sip, dying.sip].map((sip) => `@${sip}`) as [string, string];
      await until('one is registered', () => bound.size === 1);
      bed.switch.drain(new Set(['near']));
      await until('the other is', () => bound.get(atDying) === '600');
      await until('the drained one is not', () => (bound.get(atNear) ?? '0') === '0');
      bed.switch.drain(new Set());
      const killedAt = Date.now();
      dying.signal('SIGKILL');
      await until('the first is again', () => bound.get(atNear) === '600');
      expect(Date.now() - killedAt).toBeLessThan(ELSEWHERE_WITHIN_MS);
    });

    it('loses a killed signalling server with its calls only', async () => {
      const [a, dying] = [await startServers(), await startServerProcess('drachtio')];
      closers.push(
        () => a.close(),
        () => dying.close(),
      );
      const bed = await openFleet(closers, {
        signalling: [named('dying', dying), named('other', a.signalling)],
        media: a.media,
        registrar: { realm: REALM, credentials: oneForAll },
      });
      for (const [user, sip] of [
        ['olga', dying.sip],
        ['oleg', a.sip],
      ] as const) {
        const phone = await openPhone({
          user,
          bind: [{ protocol: 'tcp', host: '127.0.0.1', port: 0 }],
          credentials: { username: user, password: PASSWORD },
          account: { registrar: `sip:${sip};transport=tcp`, aor: `sip:${user}@${REALM}` },
        });
        closers.push(() => phone.close());
        expect(await phone.registered).toBe(200);
      }
      const reachable = () => bed.switch.registrations().map(({ user }) => user);
      expect(reachable()).toEqual(['olga', 'oleg']);
      const doomed = await talk(bed, anna());
      const safe = await talk(bed, anna());
      expect([doomed, safe].map(({ leg }) => placeOf(bed, leg, 'signallingNode'))).toEqual([
        'dying',
        'other',
      ]);
      const killedAt = Date.now();
      dying.signal('SIGKILL');
      expect(await endingOf(doomed.leg)).toMatchObject({ by: 'unknown', reason: 'lost' });
      expect(reachable()).toEqual(['oleg']);
      const during = ring(bed, anna());
      await anna().answer(await anna().nextCall());
      expect(Date.now() - killedAt).toBeLessThan(ELSEWHERE_WITHIN_MS);
      await signalOf(during, 'answered');
      expect(placeOf(bed, during, 'signallingNode')).toBe('other');
      expect(await bed.switch.endStored(doomed.leg.identity)).toBe('ended'); // Its channel; nobody is left to send a BYE.
      await safe.leg.hangup('normal');
      expect(await safe.call.ended).toBe('remote-bye');
    });
  },
);
