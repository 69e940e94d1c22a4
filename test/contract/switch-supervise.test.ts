/** A supervisor in a talk: whom he hears, who hears him, and that talk and recording go on. The same on real servers (see test-switch.ts). */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useCallBed, type Talk } from '../support/switch/call-bed.js';
import { usualToneShare } from '../support/switch/rtp-line.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import { kind, missingServers, signalOf, until } from '../support/switch/test-switch.js';

/** anna says 440 Hz, ben 1000 Hz (call-bed.ts). */
const ANNA = 440;
const BEN = 1000;
const CHIEF = 700;
/** Two voices at the same level: each has about half of the sound. */
const MIXED = 0.15;

describe.skipIf(missingServers() !== undefined)(`switch supervision (${kind})`, () => {
  const calls = useCallBed();
  const opened: { chief?: TestPhone } = {};
  beforeAll(async () => {
    opened.chief = await openTestPhone({ user: 'chief' });
  });
  afterAll(() => opened.chief?.close());

  async function supervised() {
    const talk = await calls.bridged();
    if (opened.chief === undefined) throw new Error('no phone');
    const chief = await calls.talk(opened.chief);
    chief.call.line.say(CHIEF);
    return { ...talk, chief };
  }

  const shareOf = ({ call }: Talk, tone: number) => usualToneShare(call.line.heard.slice(-4800), tone);
  const hears = (who: Talk, tone: number) => shareOf(who, tone) > MIXED;
  async function heardBy(expected: { readonly one: boolean; readonly two: boolean }, one: Talk, two: Talk) {
    await until(`anna ${expected.one}, ben ${expected.two}`, () => {
      return hears(one, CHIEF) === expected.one && hears(two, CHIEF) === expected.two;
    });
    // The talk itself goes on.
    expect(shareOf(one, BEN)).toBeGreaterThan(MIXED);
    expect(shareOf(two, ANNA)).toBeGreaterThan(MIXED);
  }

  it('hears both, is heard by whom he wants, leaves, and the recorded talk goes on', async () => {
    const { one, two, chief } = await supervised();
    const recording = one.leg.record({ path: join(calls.bed.folder, 'talk.wav'), startedAt: Date.now() });
    const ear = chief.leg.eavesdrop(one.leg, 'listen');
    await until('the chief hears both', () => hears(chief, ANNA) && hears(chief, BEN));
    await heardBy({ one: false, two: false }, one, two);
    ear.setMode('whisper');
    await heardBy({ one: true, two: false }, one, two);
    ear.setMode('whisper-client');
    await heardBy({ one: false, two: true }, one, two);
    ear.setMode('barge');
    await heardBy({ one: true, two: true }, one, two);
    ear.setMode('listen');
    await heardBy({ one: false, two: false }, one, two);
    ear.stop();
    expect(await ear.outcome).toEqual({ kind: 'ended' });
    const kinds: string[] = [];
    chief.leg.onSignal((signal) => void kinds.push(signal.kind));
    expect(kinds).not.toContain('key');
    recording.stop();
    expect(await recording.outcome).toMatchObject({ kind: 'ready', channels: 2 });
    await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal'), chief.leg.hangup('normal')]);
  });

  it('speaks to the operator from the first word, changes by his own keys, which are told', async () => {
    const { one, two, chief } = await supervised();
    const ear = chief.leg.eavesdrop(one.leg, 'whisper');
    await heardBy({ one: true, two: false }, one, two);
    const pressed = signalOf(chief.leg, 'key');
    await chief.call.line.press('3');
    expect((await pressed).digit).toBe('3');
    await heardBy({ one: true, two: true }, one, two);
    await chief.call.line.press('*');
    expect(await ear.outcome).toEqual({ kind: 'ended' });
    await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal'), chief.leg.hangup('normal')]);
  });

  it('sits with both in a conference, where each may be muted or deafened, and stays when the operator goes', async () => {
    const { one, two, chief, bridge } = await supervised();
    const recording = one.leg.record({ path: join(calls.bed.folder, 'three.wav'), startedAt: Date.now() });
    const ear = chief.leg.eavesdrop(one.leg, 'listen');
    await until('the chief hears both', () => hears(chief, ANNA) && hears(chief, BEN));
    ear.setMode('three-way');
    await heardBy({ one: true, two: true }, one, two);
    await until('the chief hears both again', () => hears(chief, ANNA) && hears(chief, BEN));
    ear.setMember(chief.leg, 'mute');
    await heardBy({ one: false, two: false }, one, two);
    ear.setMember(chief.leg, 'unmute');
    await heardBy({ one: true, two: true }, one, two);
    ear.setMember(two.leg, 'deaf');
    await until('ben hears nobody', () => !hears(two, ANNA) && !hears(two, CHIEF));
    expect(hears(one, BEN)).toBe(true);
    ear.setMember(two.leg, 'undeaf');
    await heardBy({ one: true, two: true }, one, two);
    ear.setMode('listen');
    await heardBy({ one: false, two: false }, one, two);
    ear.setMode('three-way');
    await heardBy({ one: true, two: true }, one, two);
    recording.stop();
    expect(await recording.outcome).toMatchObject({ kind: 'ready', channels: 2 });
    await one.leg.hangup('normal');
    expect(await bridge.outcome).toEqual({ kind: 'leg-ended', legId: one.leg.id });
    ear.stop();
    const taken = chief.leg.bridge(two.leg);
    for (const { call } of [two, chief]) call.line.forget();
    await until('ben hears the chief alone', () => shareOf(two, CHIEF) > 0.8);
    await chief.leg.hangup('normal');
    expect(await taken.outcome).toEqual({ kind: 'leg-ended', legId: chief.leg.id });
    await two.leg.hangup('normal');
  });

  it('leaves two in the conference, who are parted like any talk', async () => {
    const { one, two, chief, bridge } = await supervised();
    const ear = chief.leg.eavesdrop(one.leg, 'three-way');
    await heardBy({ one: true, two: true }, one, two);
    await chief.leg.hangup('normal');
    expect(await ear.outcome).toEqual({ kind: 'ended' });
    await heardBy({ one: false, two: false }, one, two);
    bridge.stop();
    expect(await bridge.outcome).toEqual({ kind: 'stopped' });
    expect(await two.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
    await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal')]);
  });

  it('takes the place of the operator', async () => {
    const { one, two, chief, bridge } = await supervised();
    const ear = chief.leg.eavesdrop(one.leg, 'listen');
    await until('the chief hears both', () => hears(chief, ANNA) && hears(chief, BEN));
    ear.stop();
    bridge.stop();
    const taken = chief.leg.bridge(two.leg);
    await one.leg.hangup('normal');
    for (const { call } of [two, chief]) call.line.forget();
    await until('ben hears the chief', () => shareOf(two, CHIEF) > 0.8);
    await until('the chief hears ben', () => shareOf(chief, BEN) > 0.8);
    await chief.leg.hangup('normal');
    expect(await taken.outcome).toEqual({ kind: 'leg-ended', legId: chief.leg.id });
    await two.leg.hangup('normal');
  });

  it('leaves at once when he hangs up, and is told when the talk is over', async () => {
    const { one, two, chief } = await supervised();
    const ear = chief.leg.eavesdrop(one.leg, 'barge');
    await heardBy({ one: true, two: true }, one, two);
    await one.leg.hangup('normal');
    expect(await ear.outcome).toEqual({ kind: 'ended' });
    await Promise.all([two.leg.hangup('normal'), chief.leg.hangup('normal')]);
  });
});
