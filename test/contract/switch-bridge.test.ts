/** Talks between two parties: voices, keys, hold, transfer requests. The same against the look-alikes and against real servers (see test-switch.ts). */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endingOf, useCallBed, type Talk } from '../support/switch/call-bed.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { heldOffer } from '../support/switch/test-phone.js';
import { kind, missingServers, signalOf, until } from '../support/switch/test-switch.js';
import { writeTone } from '../support/switch/tone-file.js';

/** As the phone writes it: `to-tag` is ours. */
function replacing({ call: { dialog } }: Talk): string {
  return `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
}

describe.skipIf(missingServers() !== undefined)(`switch bridge (${kind})`, () => {
  const calls = useCallBed();

  describe('bridge', () => {
    it('carries both voices; a party that leaves does not end the other', async () => {
      const { one, two, bridge } = await calls.bridged();
      await two.call.dialog.bye();
      expect(await bridge.outcome).toEqual({ kind: 'leg-ended', legId: two.leg.id });
      one.call.line.forget();
      expect(await one.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
      await one.leg.hangup('normal');
    });

    it('can be undone and done again, and play reaches one party only', async () => {
      const { one, two, bridge } = await calls.bridged();
      const tone = join(calls.bed.folder, 'whisper.wav');
      await writeTone(tone, 700, 0.8);
      two.call.line.forget();
      expect(await one.leg.play([{ kind: 'file', path: tone }]).outcome).toMatchObject({ kind: 'played' });
      expect(toneShare(two.call.line.heard, 700, 0.8)).toBeLessThan(0.05);
      await until('talk goes on', () => toneShare(two.call.line.heard, 440) > 0.8);
      bridge.stop();
      expect(await bridge.outcome).toEqual({ kind: 'stopped' });
      await until('silence', () => toneShare(two.call.line.heard, 440) === 0);
      const again = one.leg.bridge(two.leg);
      await until('talk again', () => toneShare(two.call.line.heard, 440) > 0.8);
      await one.leg.hangup('normal');
      expect(await again.outcome).toEqual({ kind: 'leg-ended', legId: one.leg.id });
      await two.leg.hangup('normal');
    });

    it('tells hold and resume, and the talk goes on', async () => {
      const { one, two } = await calls.bridged();
      const held = await one.call.dialog.reinvite({ body: heldOffer(one.call.line, 'sendonly', 2) });
      expect(held?.status).toBe(200);
      expect(held?.body).toContain('a=recvonly');
      await signalOf(one.leg, 'held');
      const resumed = await one.call.dialog.reinvite({ body: heldOffer(one.call.line, 'sendrecv', 3) });
      expect(resumed?.status).toBe(200);
      await signalOf(one.leg, 'resumed');
      one.call.line.forget();
      await until('anna hears ben again', () => toneShare(one.call.line.heard, 1000) > 0.8);
      await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal')]);
    });

    it('offers again on a re-INVITE without SDP', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const answered = await call.dialog.reinvite({ answerOffer: () => heldOffer(call.line, 'sendrecv', 4) });
      expect(answered?.status).toBe(200);
      expect(answered?.body).toContain('m=audio');
      expect(await leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({ kind: 'played' });
      await leg.hangup('normal');
    });

    it('refuses a change that the media server refuses, and ends the leg', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const onlyG729 = heldOffer(call.line, 'sendrecv', 2)
        .replace(/RTP\/AVP .*/, 'RTP/AVP 18')
        .replace(/^a=rtpmap.*\r\n/gm, '');
      expect((await call.dialog.reinvite({ body: onlyG729 }))?.status).toBe(488);
      expect(await endingOf(leg)).toMatchObject({ by: 'system', reason: 'modify-refused' });
      expect(await call.ended).toBe('remote-bye');
    });

    it('passes transfer requests on', async () => {
      const { one, two } = await calls.bridged();
      const asked = signalOf(one.leg, 'transfer-requested');
      const refer = one.call.dialog.request('REFER', {
        headers: [
          {
            name: 'Refer-To',
            value: `<sip:+49301@127.0.0.1?Replaces=${encodeURIComponent(replacing(two))}>`,
          },
        ],
      });
      const request = await asked;
      expect(request).toMatchObject({ target: 'sip:+49301@127.0.0.1', replaces: two.leg.id });
      request.answer('accepted');
      expect((await refer)?.status).toBe(202);
      request.progress(200);
      await Promise.all([one.leg.hangup('normal'), two.leg.hangup('normal')]);
    });

    it('declines a transfer that nobody takes', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      leg.onSignal((signal) => signal.kind === 'transfer-requested' && signal.answer('refused'));
      const refused = await call.dialog.request('REFER', {
        headers: [{ name: 'Refer-To', value: '<sip:x@127.0.0.1>' }],
      });
      expect(refused?.status).toBe(603);
      await leg.hangup('normal');
    });
  });
});
