/** Lost connections: rebuild, reconnect, ending and adopting what is stored. The same against the look-alikes and against real servers (see test-switch.ts). */
import { describe, expect, it } from 'vitest';
import type { CallId } from '../../src/domain/values/ids.js';
import { endingOf, useCallBed } from '../support/switch/call-bed.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { kind, missingServers, signalOf, until } from '../support/switch/test-switch.js';

describe.skipIf(missingServers() !== undefined)(`switch loss (${kind})`, () => {
  const calls = useCallBed();

  describe('loss', () => {
    it('rebuilds the media server and goes on', async () => {
      const { leg } = await calls.talk(calls.anna);
      calls.bed.mediaRelay.cut('refuse');
      await until('lost', () => calls.bed.switch.status().media === 'lost');
      const unreachable = calls.ring(calls.ben);
      expect(await endingOf(unreachable)).toMatchObject({ by: 'system', reason: 'unavailable' });
      calls.bed.mediaRelay.restore();
      await until('ready', () => calls.bed.switch.status().media === 'ready');
      await leg.hangup('normal');
      const after = await calls.talk(calls.anna);
      expect(await after.leg.play([{ kind: 'tone', tone: 'beep' }]).outcome).toMatchObject({
        kind: 'played',
      });
      await after.leg.hangup('normal');
      expect(calls.bed.events).toEqual(expect.arrayContaining(['lost media', 'regained media']));
    });

    it('ends legs as lost, reconnects, and ends what is stored', async () => {
      const { leg, call } = await calls.talk(calls.anna);
      const ringing = calls.ring(calls.ben);
      const incoming = await calls.ben.nextCall();
      incoming.ring({ status: 180 });
      await signalOf(ringing, 'ringing');
      const cancelled = new Promise<void>((resolve) => incoming.onCancel(() => resolve()));
      const stored = [leg.identity, ringing.identity];
      calls.bed.signallingRelay.cut('refuse');
      expect(await endingOf(leg)).toMatchObject({ by: 'unknown', reason: 'lost' });
      expect(await endingOf(ringing)).toMatchObject({ by: 'unknown', reason: 'lost' });
      expect(await calls.bed.switch.endStored(stored[0]!)).toBe('ended');
      calls.bed.signallingRelay.restore();
      await until('ready', () => calls.bed.switch.status().signalling === 'ready');
      expect(await calls.bed.switch.endStored(stored[0]!)).toBe('ended');
      expect(await call.ended).toBe('remote-bye');
      expect(await calls.bed.switch.endStored(stored[1]!)).toBe('ended');
      await cancelled;
      expect(await calls.bed.switch.endStored(stored[0]!)).toBe('already-gone');
    });

    it('adopts a talk of a lost connection and ends it with its party', async () => {
      const { one, two } = await calls.bridged();
      const legs = [one.leg, two.leg].map(({ id, role, identity }) => ({ legId: id, role, identity }));
      expect(await calls.bed.switch.liveChannels()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            uuid: one.leg.identity.channelUuid,
            bridgedTo: two.leg.identity.channelUuid,
          }),
        ]),
      );
      calls.bed.signallingRelay.cut('once');
      await endingOf(one.leg);
      await until('ready', () => calls.bed.switch.status().signalling === 'ready');
      const adopted = calls.bed.switch.adopt({ callId: 'adopted' as CallId, ties: [], legs });
      one.call.line.forget();
      await until('talk goes on', () => toneShare(one.call.line.heard, 1000) > 0.8);
      await one.call.dialog.bye();
      expect(await adopted.outcome).toMatchObject({ kind: 'ended', endedLeg: one.leg.id, why: 'remote-bye' });
      expect(await two.call.ended).toBe('remote-bye');
    });

    it('ends an adopted talk when its channel goes', async () => {
      const { one, two } = await calls.bridged();
      const legs = [one.leg, two.leg].map(({ id, role, identity }) => ({ legId: id, role, identity }));
      calls.bed.signallingRelay.cut('once');
      await endingOf(one.leg);
      await until('ready', () => calls.bed.switch.status().signalling === 'ready');
      const adopted = calls.bed.switch.adopt({ callId: 'adopted' as CallId, ties: [], legs });
      await calls.bed.switch.endStored({
        sipCallId: 'unknown',
        channelUuid: one.leg.identity.channelUuid ?? '',
      });
      expect(await adopted.outcome).toMatchObject({ kind: 'ended' });
      await Promise.all([one.call.ended, two.call.ended]);
    });
  });
});
