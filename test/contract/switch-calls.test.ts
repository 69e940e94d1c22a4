/** Calls out and in: every way they begin and end. The same against the look-alikes and against real servers (see test-switch.ts). */
import { join } from 'node:path';
import type { InboundText, TextVerdict } from '../../src/app/ports/switch.js';
import { describe, expect, it } from 'vitest';
import { endingOf, useCallBed } from '../support/switch/call-bed.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { type PhoneCall, type TestPhone } from '../support/switch/test-phone.js';
import { eventually, kind, missingServers, signalOf, until } from '../support/switch/test-switch.js';
import { writeTone } from '../support/switch/tone-file.js';

describe.skipIf(missingServers() !== undefined)(`switch calls (${kind})`, () => {
  const calls = useCallBed();

  describe('originate', () => {
    it('rings, is answered, reports its identity and hangs up', async () => {
      const leg = calls.ring(calls.anna);
      const identities: string[] = [];
      leg.onIdentity((identity) => identities.push(Object.keys(identity).sort().join()));
      const incoming = await calls.anna.nextCall();
      expect(incoming.callId).toBe(leg.identity.sipCallId);
      expect(incoming.request.headers.find(({ name }) => name === 'From')?.value).toMatch(
        /"Lead desk" <sip:\+4930123@127\.0\.0\.1/,
      );
      incoming.ring({ status: 180 });
      expect((await signalOf(leg, 'ringing')).sipStatus).toBe(180);
      const call = await calls.anna.answer(incoming);
      await signalOf(leg, 'answered');
      expect(leg.identity).toMatchObject({
        dialogId: `${leg.identity.sipCallId};from-tag=${call.dialog.remoteTag}`,
      });
      expect(identities.at(-1)).toBe('channelUuid,dialogId,mediaNode,signallingNode,sipCallId,transactionId');
      await leg.hangup('normal');
      expect(await call.ended).toBe('remote-bye');
      expect(await endingOf(leg)).toMatchObject({ by: 'system', reason: 'normal' });
    });

    /** A file that ran before may have left channels that the media server has not closed yet. */
    const expectLeg = async (): Promise<string> => {
      const uuids = async () => (await calls.bed.switch.liveChannels()).map(({ uuid }) => uuid);
      const before = await uuids();
      calls.bed.switch.expectLeg();
      const begun = async () => (await uuids()).filter((uuid) => !before.includes(uuid));
      const [uuid = ''] = await eventually('a channel is begun', begun, (some) => some.length === 1);
      return uuid;
    };

    it('takes the channel that was begun when the leg was expected', async () => {
      const begun = await expectLeg();
      const leg = calls.ring(calls.anna);
      (await calls.anna.nextCall()).reject(486);
      await endingOf(leg);
      expect(leg.identity.channelUuid).toBe(begun);
    });

    it('lets the channel of a leg go that never came', async () => {
      const begun = await expectLeg();
      const live = async () => (await calls.bed.switch.liveChannels()).some(({ uuid }) => uuid === begun);
      await eventually('it is gone', live, (isLive) => !isLive);
    });

    it('reports a busy phone', async () => {
      const leg = calls.ring(calls.anna);
      (await calls.anna.nextCall()).reject(486);
      expect(await endingOf(leg)).toMatchObject({ by: 'callee', sipStatus: 486 });
    });

    it('reports a rejected call with its Q.850 cause', async () => {
      const leg = calls.ring(calls.anna);
      (await calls.anna.nextCall()).reject(603, { headers: [{ name: 'Reason', value: 'Q.850;cause=21' }] });
      expect(await endingOf(leg)).toMatchObject({ by: 'callee', sipStatus: 603, q850: 21 });
    });

    it('cancels when nobody answers in time', async () => {
      const leg = calls.ring(calls.anna, { ringMs: 600 });
      const incoming = await calls.anna.nextCall();
      // For the far end to know by itself, should we be gone before.
      expect(incoming.request.headers.find(({ name }) => name === 'Expires')?.value).toBe('6');
      incoming.ring({ status: 180 });
      const cancelled = new Promise<void>((resolve) => incoming.onCancel(() => resolve()));
      expect(await endingOf(leg)).toMatchObject({ by: 'system', reason: 'no-answer' });
      await cancelled;
    });

    it('cancels on hang-up while ringing, with the reason', async () => {
      const leg = calls.ring(calls.anna);
      const incoming = await calls.anna.nextCall();
      incoming.ring({ status: 180 });
      const reason = new Promise<string>((resolve) =>
        incoming.onCancel((cancel) =>
          resolve(cancel.headers.find(({ name }) => name === 'Reason')?.value ?? ''),
        ),
      );
      await signalOf(leg, 'ringing');
      await leg.hangup('completed-elsewhere');
      expect(await reason).toContain('SIP;cause=200');
      expect(await endingOf(leg)).toMatchObject({ by: 'system', reason: 'completed-elsewhere' });
    });

    it('hangs up at once, before anything was sent', async () => {
      const leg = calls.ring(calls.anna);
      await leg.hangup('normal');
      expect(await endingOf(leg)).toMatchObject({ by: 'system', reason: 'normal' });
    });

    it('takes PCMA as well', async () => {
      const leg = calls.ring(calls.anna);
      const call = await calls.anna.answer(await calls.anna.nextCall(), { codecs: ['PCMA'] });
      await signalOf(leg, 'answered');
      const tone = join(calls.bed.folder, 'a.wav');
      await writeTone(tone, 700, 1);
      expect(await leg.play([{ kind: 'file', path: tone }]).outcome).toMatchObject({ kind: 'played' });
      expect(toneShare(call.line.heard, 700)).toBeGreaterThan(0.8);
      await leg.hangup('normal');
    });

    it('ends with `callee` when the phone hangs up', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      await call.dialog.bye();
      expect(await endingOf(leg)).toMatchObject({ by: 'callee' });
    });
  });

  describe('inbound', () => {
    async function dialIn(phone: TestPhone) {
      const dialled = await phone.dial(calls.bed.sipUri('+4930999'));
      const inbound = await calls.bed.nextInbound();
      return { ...dialled, inbound, leg: inbound.leg };
    }

    it('rings, answers and hears the caller hang up', async () => {
      const { inbound, leg, talk: talking } = await dialIn(calls.anna);
      expect(inbound).toMatchObject({ dnis: '+4930999', ani: 'anna', remoteAddress: '127.0.0.1' });
      await leg.ring();
      expect(await leg.answer()).toBe('answered');
      const call = (await talking) as PhoneCall;
      await call.dialog.bye();
      expect(await endingOf(leg)).toMatchObject({ by: 'caller' });
    });

    it('plays to a caller who is not answered, and answers with the same session', async () => {
      const { leg, talk: talking, line } = await dialIn(calls.anna);
      const state = { answered: false };
      void talking.then(() => (state.answered = true));
      expect(await leg.openEarly()).toBe('open');
      const ringback = leg.play([{ kind: 'tone', tone: 'ringback' }]);
      await until('early audio is heard', () => toneShare(line.heard, 425) > 0.5);
      expect(state.answered).toBe(false);
      ringback.stop();
      expect(await leg.answer()).toBe('answered');
      const call = (await talking) as PhoneCall;
      await call.dialog.bye();
      expect(await endingOf(leg)).toMatchObject({ by: 'caller' });
    });

    it('refuses a caller after early audio with the status given', async () => {
      const { leg, talk: talking } = await dialIn(calls.anna);
      expect(await leg.openEarly()).toBe('open');
      await leg.reject(480);
      expect(await talking).toBe(480);
    });

    it('ends when the caller gives up', async () => {
      const { leg, call } = await dialIn(calls.anna);
      await leg.ring();
      await new Promise((resolve) => setTimeout(resolve, 50));
      call.cancel();
      expect(await endingOf(leg)).toMatchObject({ by: 'caller', sipStatus: 487 });
    });

    it('rejects with the status given', async () => {
      const { leg, talk: talking } = await dialIn(calls.anna);
      await leg.reject(404);
      expect(await talking).toBe(404);
      expect(await endingOf(leg)).toMatchObject({ by: 'system', sipStatus: 404 });
    });

    it('hands texts over and answers what became of them; without a taker they are refused', async () => {
      const texts: InboundText[] = [];
      const verdicts: TextVerdict[] = ['stored', 'stranger', 'unknown-did', 'unavailable'];
      const send = async (type = 'text/plain;charset=UTF-8') => {
        const options = {
          uri: calls.bed.sipUri('%2B74951234567'),
          headers: [{ name: 'Content-Type', value: type }],
          body: 'Перезвоните, 5 ₽',
        };
        return (await calls.anna.agent.request('MESSAGE', options))?.status;
      };
      const giveBack = calls.bed.listenInstead({
        text: (text) => {
          texts.push(text);
          return Promise.resolve(verdicts[texts.length - 1] ?? 'stored');
        },
      });
      expect(await Promise.all([send('application/vnd.3gpp.sms'), send('text/html')])).toEqual([415, 415]);
      expect([await send(), await send(), await send(), await send()]).toEqual([200, 403, 404, 503]);
      expect(texts[0]).toMatchObject({ to: '+74951234567', from: 'anna', body: 'Перезвоните, 5 ₽' });
      expect(texts[0]?.remoteAddress).toMatch(/^127\.0\.0\.1/);
      giveBack();
      expect(await send()).toBe(405);
    });

    it('answers OPTIONS and refuses strays', async () => {
      const statusOf = async (method: string) =>
        (await calls.anna.agent.request(method, { uri: calls.bed.sipUri('x'), body: '' }))?.status;
      expect(await statusOf('OPTIONS')).toBe(200);
      expect(await statusOf('INFO')).toBe(481);
    });
  });
});
