/**
 * Talks whose parties are on different media servers: bridged, recorded, supervised, parted over a tie line, and nothing of
 * it left. Which servers: see test-switch.ts; with FREESWITCH_BIN both media servers are genuine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallId } from '../../src/domain/values/ids.js';
import type { Leg } from '../../src/app/ports/switch.js';
import type { RegistrarOptions } from '../../src/switch/options.js';
import { ha1Of } from '../../src/switch/phones/digest.js';
import { noChromium, openBrowser } from '../support/http/chromium.js';
import { openBrowserPhone, SOFTPHONE_FLAGS } from '../support/switch/browser-phone.js';
import {
  named,
  openFleet,
  openPairs,
  placeOf,
  ring,
  talkOn,
  type FleetBed,
} from '../support/switch/fleet-bed.js';
import { endingOf } from '../support/switch/call-bed.js';
import { startServerProcess } from '../support/switch/engine-process.js';
import { usualToneShare } from '../support/switch/rtp-line.js';
import { heldOffer, openTestPhone } from '../support/switch/test-phone.js';
import {
  eventually,
  FLEET_TEST_MS,
  kind,
  missingServers,
  signalOf,
  startServers,
  until,
} from '../support/switch/test-switch.js';

const ANNA = 440;
const BEN = 1000;
const CHIEF = 700;
/** Two voices at the same level: each has about half of the sound. */
const MIXED = 0.15;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Talk = Awaited<ReturnType<typeof talkOn>>;

async function sitting(
  bed: FleetBed,
  user: string,
  tone: number,
  ...places: readonly string[]
): Promise<Talk> {
  const phone = await openTestPhone({ user });
  closers.push(() => phone.close());
  const talk = await talkOn(bed, phone, ...places);
  talk.call.line.say(tone);
  return talk;
}

const shareOf = ({ call }: Talk, tone: number) => usualToneShare(call.line.heard.slice(-4800), tone);
const hears = (who: Talk, tone: number) => shareOf(who, tone) > MIXED;

async function bridged(bed: FleetBed) {
  const one = await sitting(bed, 'anna', ANNA, 'fs-a', 'sip-a');
  const two = await sitting(bed, 'ben', BEN, 'fs-b', 'sip-b');
  expect([one, two].map(({ leg }) => placeOf(bed, leg, 'mediaNode'))).toEqual(['fs-a', 'fs-b']);
  const bridge = one.leg.bridge(two.leg);
  await until('anna hears ben', () => shareOf(one, BEN) > 0.8);
  await until('ben hears anna', () => shareOf(two, ANNA) > 0.8);
  return { one, two, bridge };
}

/** The media server lists a channel a little after it made it. */
const endsOf = async ({ switch: telephoneSwitch }: FleetBed, { leg }: Talk) =>
  (await telephoneSwitch.liveChannels()).filter(({ tie }) => tie === leg.identity.channelUuid);

/** Of these legs; a tie line's channels are those that name it. */
async function untilNothingIsLeft(
  { switch: telephoneSwitch }: FleetBed,
  ...legs: readonly Leg[]
): Promise<void> {
  const own = new Set(legs.map(({ identity }) => identity.channelUuid));
  await eventually(
    'no channel is left',
    () => telephoneSwitch.liveChannels(),
    (channels) => channels.every(({ uuid, tie }) => tie === undefined && !own.has(uuid)),
  );
}

describe.skipIf(missingServers() !== undefined)(`tie lines (${kind})`, { timeout: FLEET_TEST_MS }, () => {
  it('joins two legs on two media servers, records both, parts and joins them anew', async () => {
    const bed = await openPairs(closers);
    const folder = await mkdtemp(join(tmpdir(), 'tie-'));
    closers.push(() => rm(folder, { recursive: true }));
    const { one, two, bridge } = await bridged(bed);
    const recording = one.leg.record({ path: join(folder, 'talk.wav'), startedAt: Date.now() });
    await one.call.line.press('5');
    await until('ben hears her key', () => two.call.line.heardKeys.join('') === '5');
    const parties = [one, two].map(({ leg }) => leg.identity.channelUuid).sort();
    await eventually(
      'each end of the line is bridged with a party',
      () => endsOf(bed, one),
      (ends) =>
        ends
          .map(({ bridgedTo }) => bridgedTo)
          .sort()
          .join() === parties.join(),
    );
    await until('some of it is recorded', () => one.call.line.heard.length > 8000);
    recording.stop();
    expect(await recording.outcome).toMatchObject({ kind: 'ready', channels: 2 });
    for (const [direction, version] of [
      ['sendonly', 2],
      ['sendrecv', 3],
    ] as const)
      expect(
        (await one.call.dialog.reinvite({ body: heldOffer(one.call.line, direction, version) }))?.status,
      ).toBe(200);
    one.call.line.forget();
    await until('anna hears ben after her hold', () => shareOf(one, BEN) > 0.8);
    bridge.stop();
    const again = two.leg.bridge(one.leg);
    expect(await bridge.outcome).toEqual({ kind: 'stopped' });
    for (const { call } of [one, two]) call.line.forget();
    await until('anna hears ben again', () => shareOf(one, BEN) > 0.8);
    await until('ben hears anna again', () => shareOf(two, ANNA) > 0.8);
    await two.leg.hangup('normal');
    expect(await again.outcome).toEqual({ kind: 'leg-ended', legId: two.leg.id });
    expect(await one.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
    await one.leg.hangup('normal');
    await untilNothingIsLeft(bed, one.leg, two.leg);
  });

  it('lets a supervisor on another server hear, speak, sit in, change it by his keys, and leave', async () => {
    const bed = await openPairs(closers);
    const one = await sitting(bed, 'anna', ANNA, 'fs-a');
    const two = await sitting(bed, 'ben', BEN, 'fs-a');
    const chief = await sitting(bed, 'chief', CHIEF, 'fs-b');
    const bridge = one.leg.bridge(two.leg);
    await until('ben hears anna', () => shareOf(two, ANNA) > 0.8);
    const ear = chief.leg.eavesdrop(one.leg, 'whisper');
    await until('the chief hears both', () => hears(chief, ANNA) && hears(chief, BEN));
    await until('anna alone hears him', () => hears(one, CHIEF) && !hears(two, CHIEF));
    await chief.call.line.press('3');
    await until('both hear him', () => hears(one, CHIEF) && hears(two, CHIEF));
    ear.setMode('three-way');
    for (const { call } of [one, two, chief]) call.line.forget();
    await until('each hears two', () => hears(one, CHIEF) && hears(two, CHIEF) && hears(chief, ANNA));
    ear.setMember(chief.leg, 'mute');
    await until('nobody hears him', () => !hears(one, CHIEF) && !hears(two, CHIEF) && hears(one, BEN));
    ear.stop();
    expect(await ear.outcome).toEqual({ kind: 'ended' });
    expect(await chief.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
    for (const { leg } of [chief, one]) await leg.hangup('normal');
    expect(await bridge.outcome).toEqual({ kind: 'leg-ended', legId: one.leg.id });
    await two.leg.hangup('normal');
    await untilNothingIsLeft(bed, one.leg, two.leg, chief.leg);
  });

  it('needs no further line for a supervisor of a talk that reaches his server, and lets him take over', async () => {
    const bed = await openPairs(closers);
    const { one, two, bridge } = await bridged(bed);
    const chief = await sitting(bed, 'chief', CHIEF, 'fs-b');
    const ear = chief.leg.eavesdrop(one.leg, 'listen');
    await until('the chief hears both', () => hears(chief, ANNA) && hears(chief, BEN));
    ear.setMode('whisper');
    await until('anna alone hears him', () => hears(one, CHIEF) && !hears(two, CHIEF));
    expect(await endsOf(bed, one)).toHaveLength(2);
    ear.setMode('three-way');
    await until('both hear him', () => hears(one, CHIEF) && hears(two, CHIEF));
    ear.setMember(one.leg, 'deaf');
    await until('anna hears nobody', () => !hears(one, CHIEF) && !hears(one, BEN) && hears(two, ANNA));
    ear.stop();
    bridge.stop();
    const taken = chief.leg.bridge(one.leg);
    await two.leg.hangup('normal');
    for (const { call } of [one, chief]) call.line.forget();
    await until('anna hears the chief alone', () => shareOf(one, CHIEF) > 0.8);
    await chief.leg.hangup('normal');
    expect(await taken.outcome).toEqual({ kind: 'leg-ended', legId: chief.leg.id });
    await one.leg.hangup('normal');
    await untilNothingIsLeft(bed, one.leg, two.leg, chief.leg);
  });

  it('is adopted with its talk, and ends with it', async () => {
    const servers = await startServers();
    const dying = await startServerProcess('freeswitch');
    closers.push(
      () => servers.close(),
      () => dying.close(),
    );
    const places = {
      signalling: named('sip-a', servers.signalling),
      media: [named('fs-a', servers.media), named('fs-b', dying)],
    };
    const before = await openFleet(closers, places);
    const one = await sitting(before, 'anna', ANNA, 'fs-a');
    const two = await sitting(before, 'ben', BEN, 'fs-b');
    one.leg.bridge(two.leg);
    await until('ben hears anna', () => shareOf(two, ANNA) > 0.8);
    await before.switch.close({ legs: 'leave' });
    const after = await openFleet(closers, places);
    const ties = (await endsOf(after, one)).map(({ uuid }) => uuid);
    expect(ties).toHaveLength(2);
    const legs = [one.leg, two.leg].map(({ id, role, identity }) => ({ legId: id, role, identity }));
    const adopted = after.switch.adopt({ callId: 'adopted' as CallId, ties, legs });
    for (const { call } of [one, two]) call.line.forget();
    await until('the talk goes on', () => shareOf(one, BEN) > 0.8 && shareOf(two, ANNA) > 0.8);
    await two.call.dialog.bye();
    expect(await adopted.outcome).toMatchObject({ kind: 'ended', endedLeg: two.leg.id });
    expect(await one.call.ended).toBe('remote-bye');
    await untilNothingIsLeft(after, one.leg, two.leg);
  });

  it('ends a talk whose far server dies, and only that leg', async () => {
    const [servers, dying] = [await startServers(), await startServerProcess('freeswitch')];
    closers.push(
      () => servers.close(),
      () => dying.close(),
    );
    const bed = await openFleet(closers, {
      signalling: named('sip-a', servers.signalling),
      media: [named('fs-a', servers.media), named('fs-b', dying)],
    });
    const one = await sitting(bed, 'anna', ANNA, 'fs-a');
    const two = await sitting(bed, 'ben', BEN, 'fs-b');
    const bridge = one.leg.bridge(two.leg);
    await until('ben hears anna', () => shareOf(two, ANNA) > 0.8);
    dying.signal('SIGKILL');
    expect(await endingOf(two.leg)).toMatchObject({ by: 'unknown', reason: 'lost' });
    expect(await bridge.outcome).toEqual({ kind: 'leg-ended', legId: two.leg.id });
    expect(await one.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
    const unreachable = one.leg.bridge(two.leg);
    expect(await unreachable.outcome).toMatchObject({ kind: 'failed' });
    await one.leg.hangup('normal');
    await untilNothingIsLeft(bed, one.leg);
  });

  it('lets a talk go on whose supervisor dies with his server, and lets him go when the talk does', async () => {
    const servers = await startServers();
    closers.push(() => servers.close());
    const under = async (places: readonly [talk: string, chief: string]) => {
      const dying = await startServerProcess('freeswitch');
      closers.push(() => dying.close());
      const bed = await openFleet(closers, {
        signalling: named('sip-a', servers.signalling),
        media: [named('fs-a', servers.media), named('dying', dying)],
      });
      const [talk, chiefs] = places;
      const one = await sitting(bed, 'anna', ANNA, talk);
      const two = await sitting(bed, 'ben', BEN, talk);
      const chief = await sitting(bed, 'chief', CHIEF, chiefs);
      const bridge = one.leg.bridge(two.leg);
      await until('ben hears anna', () => shareOf(two, ANNA) > 0.8);
      return { bed, dying, one, two, chief, bridge };
    };
    const first = await under(['fs-a', 'dying']);
    const inRoom = first.chief.leg.eavesdrop(first.one.leg, 'three-way');
    await until('both hear him', () => hears(first.one, CHIEF) && hears(first.two, CHIEF));
    first.dying.signal('SIGKILL');
    expect(await endingOf(first.chief.leg)).toMatchObject({ reason: 'lost' });
    await inRoom.outcome;
    for (const { call } of [first.one, first.two]) call.line.forget();
    await until('the two talk on', () => shareOf(first.one, BEN) > 0.8 && shareOf(first.two, ANNA) > 0.8);
    first.bridge.stop();
    expect(await first.bridge.outcome).toEqual({ kind: 'stopped' });
    for (const { leg } of [first.one, first.two]) await leg.hangup('normal');
    await untilNothingIsLeft(first.bed, first.one.leg, first.two.leg);

    const second = await under(['dying', 'fs-a']);
    const ear = second.chief.leg.eavesdrop(second.one.leg, 'listen');
    await until('he hears them', () => hears(second.chief, ANNA));
    second.dying.signal('SIGKILL');
    expect(await endingOf(second.one.leg)).toMatchObject({ reason: 'lost' });
    await ear.outcome;
    const beep = second.chief.leg.play([{ kind: 'tone', tone: 'beep' }]);
    expect(await beep.outcome).toMatchObject({ kind: 'played' });
    await second.chief.leg.hangup('normal');
    await untilNothingIsLeft(second.bed, second.chief.leg);
  });

  it.skipIf(noChromium !== undefined)(
    `joins a browser with a phone elsewhere ${noChromium ?? ''}`,
    async () => {
      const credentials: RegistrarOptions['credentials'] = (user, realm, algorithm) =>
        Promise.resolve(ha1Of(algorithm, user, realm, 'browser'));
      const bed = await openPairs(closers, { registrar: { realm: 'dialtrace.test', credentials } });
      const chromium = await openBrowser(SOFTPHONE_FLAGS);
      closers.push(() => chromium.close());
      const account = { user: 'wanda', password: 'browser', realm: 'dialtrace.test' };
      const browser = await openBrowserPhone(chromium, { url: bed.webSocket ?? '', ...account });
      closers.push(() => browser.close());
      bed.switch.drain(new Set(['fs-b']));
      const leg = ring(bed, { uri: '' }, { target: { kind: 'registered', user: 'wanda' } });
      await browser.reaches('incoming');
      await browser.answer();
      await browser.reaches('confirmed');
      await signalOf(leg, 'answered');
      bed.switch.drain(new Set());
      const two = await sitting(bed, 'ben', BEN, 'fs-b');
      expect([leg, two.leg].map((one) => placeOf(bed, one, 'mediaNode'))).toEqual(['fs-a', 'fs-b']);
      const bridge = leg.bridge(two.leg);
      await browser.hears(BEN);
      const loud = (sample: number) => Math.abs(sample) > 3000;
      await until('her microphone is heard', () => two.call.line.heard.some(loud));
      await browser.session('terminate()');
      expect(await bridge.outcome).toEqual({ kind: 'leg-ended', legId: leg.id });
      await two.leg.hangup('normal');
      await untilNothingIsLeft(bed, leg, two.leg);
    },
  );
});
