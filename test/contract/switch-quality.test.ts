/**
 * How a party was heard, by packets really lost on their way and counted by the media server; and how it heard us, by the
 * reports of its end. Told when the leg is over.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LegQuality } from '../../src/domain/calls/quality.js';
import { openRtcpLine } from '../support/switch/rtcp-line.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

describe.skipIf(missingServers() !== undefined)(`quality of a leg (${kind})`, () => {
  let bed: TestSwitch;
  let phone: TestPhone;
  beforeAll(async () => {
    phone = await openTestPhone();
    bed = await openTestSwitch();
  });
  afterAll(async () => {
    await bed.close();
    await phone.close();
  });

  /** Two seconds of talk of which every so many-th packet is lost. */
  async function talk(loseEvery: number): Promise<LegQuality> {
    const told: LegQuality[] = [];
    const undo = bed.listenInstead({ measured: (quality) => told.push(quality) });
    const leg = bed.originate({ target: { kind: 'uri', uri: phone.uri } });
    const call = await phone.answer(await phone.nextCall());
    await signalOf(leg, 'answered');
    call.line.lose(loseEvery);
    call.line.say(500);
    call.line.forget();
    await until('two seconds were heard', () => call.line.heard.length > 16_000);
    await leg.hangup('normal');
    await until('it was measured', () => told.length > 0);
    undo();
    expect(told).toHaveLength(1);
    expect(told[0]?.legId).toBe(leg.id);
    return told[0]!;
  }

  it('is good when every packet comes', async () => {
    const quality = await talk(0);
    expect(quality).toMatchObject({ lost: 0 });
    expect(quality.packets).toBeGreaterThan(80);
    expect(quality.mos).toBeGreaterThan(4);
  });

  it('is bad when a fifth is lost', async () => {
    const { packets, lost, mos } = await talk(5);
    expect(lost / (packets + lost)).toBeGreaterThan(0.12);
    expect(lost / (packets + lost)).toBeLessThan(0.25);
    expect(mos).toBeLessThan(2);
  });

  it('has what the far end reports: its loss in the MOS of that direction, and the round trip', async () => {
    const far = await openRtcpLine({ fractionLost: 51, jitterMs: 10, roundTripMs: 200 });
    const told: LegQuality[] = [];
    const undo = bed.listenInstead({ measured: (quality) => told.push(quality) });
    const leg = bed.originate({ target: { kind: 'uri', uri: phone.uri } });
    const ringing = await phone.nextCall();
    const call = await phone.answer(ringing, { rewrite: (answer) => answer + far.attribute });
    await signalOf(leg, 'answered');
    far.greet(ringing.request.body);
    await until('the switch has reported, and been answered', () => far.answered > 0, 10_000);
    call.line.forget();
    await until('the talk goes on', () => call.line.heard.length > 4000);
    await leg.hangup('normal');
    await until('it was measured', () => told.length > 0);
    undo();
    far.close();
    expect(told[0]).toMatchObject({ lost: 0, farEndLossPercent: 19.92, farEndJitterMs: 10 });
    expect(told[0]?.roundTripMs).toBeGreaterThan(190);
    expect(told[0]?.roundTripMs).toBeLessThan(320);
    expect(told[0]?.farEndMos).toBeLessThan(2);
    expect(told[0]?.mos).toBeGreaterThan(4);
    const [report] = far.reports.filter(({ sender }) => sender !== undefined);
    expect(report?.sender?.packets).toBeGreaterThan(10);
  }, 20_000);

  it('is not told of a leg that was never answered', async () => {
    const told: LegQuality[] = [];
    const undo = bed.listenInstead({ measured: (quality) => told.push(quality) });
    const leg = bed.originate({ target: { kind: 'uri', uri: phone.uri } });
    (await phone.nextCall()).reject(486);
    await signalOf(leg, 'ended');
    await bed.untilNoChannels();
    expect(told).toEqual([]);
    undo();
  });
});
