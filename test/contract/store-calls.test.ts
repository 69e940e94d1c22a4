/** What every store must do with calls and the timeline. */
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/store/backends.js';
import {
  PHONE,
  aCall,
  aLead,
  aLeg,
  aRecording,
  anActivity,
  anEvent,
  branded,
} from '../support/store/samples.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  describe('calls', () => {
    it('come back with legs, activities and recordings', async () => {
      const { store } = await fresh();
      await store.leads.add(aLead());
      const call = aCall({
        leadId: branded('lead-1'),
        clientNumber: PHONE,
        whisperText: 'Spring',
        tags: ['vip'],
        attribution: { utm_source: 'tiktok' },
        session: '{"step":1}',
      });
      const identity = {
        sipCallId: 'a@b',
        transactionId: 't1',
        channelUuid: 'u1',
        mediaNode: 'm',
        signallingNode: 's',
      };
      const leg = aLeg({
        identity,
        ending: { by: 'callee', sipStatus: 200, at: 9 },
        disposition: 'answered',
      });
      await store.calls.add(call);
      await store.calls.addLeg(leg);
      await store.calls.addActivity(anActivity({ legId: leg.id }));
      await store.recordings.add(aRecording({ seconds: 12.34 }));
      expect(await store.calls.byId(call.id)).toEqual(call);
      expect(await store.calls.legsOf(call.id)).toEqual([leg]);
      expect(await store.calls.legByChannel('u1')).toEqual(leg);
      expect(await store.calls.legByChannel('u2')).toBeUndefined();
      expect(await store.calls.activitiesOf(call.id)).toEqual([anActivity({ legId: leg.id })]);
      expect(await store.recordings.ofCall(call.id)).toEqual([aRecording({ seconds: 12.34 })]);
    });

    it('replace the identity of a leg whole', async () => {
      const { store } = await fresh();
      await store.calls.add(aCall());
      await store.calls.addLeg(aLeg({ identity: { sipCallId: 'first', transactionId: 't1' } }));
      await store.calls.updateLeg(branded('leg-1'), { state: 'ringing', identity: { sipCallId: 'second' } });
      expect(await store.calls.legsOf(branded('call-1'))).toEqual([
        aLeg({ state: 'ringing', identity: { sipCallId: 'second' } }),
      ]);
    });

    it('keep the first outcome of an activity', async () => {
      const { store } = await fresh();
      await store.calls.add(aCall());
      await store.calls.addActivity(anActivity());
      await store.calls.endActivity(branded('activity-1'), '{"kind":"unknown"}', 5);
      await store.calls.endActivity(branded('activity-1'), '{"kind":"answered"}', 6);
      const [activity] = await store.calls.activitiesOf(branded('call-1'));
      expect(activity).toEqual(anActivity({ outcome: '{"kind":"unknown"}', endedAt: 5 }));
    });

    it('are open until closed', async () => {
      const { store } = await fresh();
      await store.calls.add(aCall());
      await store.calls.add(aCall({ id: branded('call-2'), startedAt: 3000 }));
      await store.calls.update(branded('call-1'), {
        state: 'closed',
        endedAt: 4000,
        disposition: 'answered',
        step: 3,
      });
      expect((await store.calls.openCalls()).map(({ id }) => id)).toEqual(['call-2']);
      const idsOf = async (filter: object) =>
        (await store.calls.list({ limit: 9, ...filter })).items.map(({ id }) => id);
      expect(await idsOf({ open: 'yes' })).toEqual(['call-2']);
      expect(await idsOf({ disposition: 'answered' })).toEqual(['call-1']);
      expect(await idsOf({})).toEqual(['call-2', 'call-1']);
    });

    it('have recordings that grow old when ready or failed', async () => {
      const { store } = await fresh();
      await store.calls.add(aCall());
      await store.recordings.add(aRecording());
      await store.recordings.add(aRecording({ id: branded('recording-2'), startedAt: 100 }));
      expect(await store.recordings.olderThan(9999, 5)).toEqual([]);
      await store.recordings.update(branded('recording-1'), { state: 'ready' });
      await store.recordings.update(branded('recording-2'), { state: 'failed' });
      expect((await store.recordings.olderThan(9999, 5)).map(({ id }) => id)).toEqual([
        'recording-2',
        'recording-1',
      ]);
      expect((await store.recordings.olderThan(9999, 1)).map(({ id }) => id)).toEqual(['recording-2']);
      expect((await store.recordings.olderThan(2200, 5)).map(({ id }) => id)).toEqual(['recording-2']);
    });
  });

  describe('events', () => {
    it('come in commit order, whatever their ids and times are', async () => {
      const { store } = await fresh();
      await store.events.append([anEvent('z', { at: 9 }), anEvent('a', { at: 1, payload: { n: [1] } })]);
      await store.events.append([]);
      await store.events.append([anEvent('m', { leadId: branded('lead-1'), callId: branded('call-1') })]);
      const idsAfter = async (id: string | undefined, limit: number) =>
        (await store.events.after(branded(id as string), limit)).map((event) => event.id);
      expect(await idsAfter(undefined, 9)).toEqual(['z', 'a', 'm']);
      expect(await idsAfter('z', 9)).toEqual(['a', 'm']);
      expect(await idsAfter('z', 1)).toEqual(['a']);
      expect(await idsAfter('m', 9)).toEqual([]);
      expect(await idsAfter('removed long ago', 9)).toEqual(['z', 'a', 'm']);
      expect((await store.events.ofLead(branded('lead-1'))).map(({ id }) => id)).toEqual(['m']);
      expect((await store.events.ofCall(branded('call-1'))).map(({ id }) => id)).toEqual(['m']);
    });

    it('do not number again what retention removed', async () => {
      const { store } = await fresh();
      await store.events.append([anEvent('a', { at: 1 }), anEvent('b', { at: 2 })]);
      expect(await store.events.removeOlderThan(3)).toBe(2);
      await store.events.append([anEvent('c', { at: 3 })]);
      expect((await store.events.after(undefined, 9)).map(({ id }) => id)).toEqual(['c']);
    });
  });
});
