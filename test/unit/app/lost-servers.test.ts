/**
 * A media server is lost under more than a talk of two: what becomes of the call when all of its legs were there, and when only
 * some were (docs/operations.md, "Loss"). On real sockets the same is shown in switch-tie-lines and e2e/fleet.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { idle, listening, liveCall, simTalk, supervise, untilHolds } from '../../support/sim/supervised.js';

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed({ inboundPlan: 'inbound' });
});
afterEach(() => bed.close());

/** Of these phones; without names everybody's. */
async function lose(...phones: readonly string[]): Promise<void> {
  for (const line of bed.world.lines)
    if (phones.length === 0 || phones.includes(line.phone)) bed.world.hangUp(line, 'lost');
  await bed.pass(300);
}

async function endOf(callId: string) {
  const call = await bed.store.calls.byId(callId as never);
  const events = (await bed.store.events.ofCall(callId as never)).map(({ name }) => name);
  const legs = await bed.store.calls.legsOf(callId as never);
  return { call, events, open: legs.filter(({ state }) => state !== 'ended') };
}

async function watched(mode: 'listen' | 'three-way') {
  const talk = await simTalk(bed);
  const supervisor = idle(talk.operator);
  await listening(bed, talk.call, supervisor);
  if (mode === 'three-way') await supervise(bed, talk.call, mode, supervisor);
  await bed.pass(100);
  return { ...talk, supervisor };
}

const CUT = { disposition: 'answered', tags: expect.arrayContaining(['cut']) as readonly string[] };

const parties = () => liveCall(bed)?.legs.map(({ party }) => party) ?? [];

describe('a lost media server', () => {
  it.each(['listen', 'three-way'] as const)(
    'with a supervised talk on it (%s): the call is cut, the supervision ended, nobody is left',
    async (mode) => {
      const { call } = await watched(mode);
      await lose();
      expect(bed.app.liveCalls()).toEqual([]);
      const end = await endOf(call.callId);
      expect(end).toMatchObject({ call: CUT, open: [] });
      expect(end.events).toContain('supervision.ended');
    },
  );

  it('with the talk on it, the supervisor elsewhere: he is let go', async () => {
    const { call, operator } = await watched('listen');
    await lose(operator, 'caller');
    expect(bed.app.liveCalls()).toEqual([]);
    expect(await endOf(call.callId)).toMatchObject({ call: CUT, open: [] });
  });

  it.each(['listen', 'three-way'] as const)(
    'with the supervisor on it (%s): the talk goes on',
    async (mode) => {
      const { call, supervisor, operator, caller } = await watched(mode);
      await lose(supervisor);
      expect(liveCall(bed)).toMatchObject({ state: 'bridged', supervisors: [] });
      expect(parties()).toContain(operator);
      caller.hangUp();
      await bed.pass(90_000);
      const end = await endOf(call.callId);
      expect(end.events).toContain('supervision.ended');
      expect(end.call?.tags).not.toContain('cut');
    },
  );

  it('with the operator of a conference on it: the supervisor goes on with the caller', async () => {
    const { call, supervisor, operator, caller } = await watched('three-way');
    await lose(operator);
    await bed.pass(1000);
    expect(liveCall(bed)?.state).toBe('bridged');
    expect(parties()).toContain(supervisor);
    expect(parties()).not.toContain(operator);
    await bed.pass(10_000);
    caller.hangUp();
    await bed.pass(90_000);
    const end = await endOf(call.callId);
    expect(end.events).toContain('call.taken-over');
    expect(end.call?.tags).not.toContain('cut');
  });

  it('while the talk is being moved to another operator: cut, and his phone stops ringing', async () => {
    const { call, operator } = await simTalk(bed);
    await supervise(bed, call, 'move', idle(operator));
    await untilHolds(bed, 'the other is rung', () => parties().includes(idle(operator)));
    await lose(operator, 'caller');
    await bed.pass(40_000);
    expect(bed.app.liveCalls()).toEqual([]);
    expect(await endOf(call.callId)).toMatchObject({ call: CUT, open: [] });
    expect(bed.world.lines.filter(({ state }) => state === 'ringing')).toEqual([]);
  });

  it('with a caller on it who waits for an operator: the call is over, nobody rings on', async () => {
    new SimCaller(bed.telephone, { remoteAddress: '192.0.2.1:5060' });
    await untilHolds(bed, 'an operator is rung', () =>
      bed.world.lines.some(({ state, phone }) => state === 'ringing' && phone !== 'caller'),
    );
    const { callId } = liveCall(bed)!;
    await lose('caller');
    expect(bed.app.liveCalls()).toEqual([]);
    expect(bed.world.lines.filter(({ state }) => state === 'ringing')).toEqual([]);
    const { call } = await endOf(callId);
    expect(call).toMatchObject({
      disposition: 'abandoned',
      tags: expect.arrayContaining(['missed']) as unknown,
    });
  });

  it('with the phone on it that a talk is moved to: the talk goes on', async () => {
    const { call, operator, caller } = await simTalk(bed);
    const other = idle(operator);
    await supervise(bed, call, 'move', other);
    await untilHolds(bed, 'the other is rung', () => parties().includes(other));
    await lose(other);
    expect(liveCall(bed)?.state).toBe('bridged');
    expect(parties()).toContain(operator);
    caller.hangUp();
    await bed.pass(90_000);
    expect((await endOf(call.callId)).call?.tags).not.toContain('cut');
  });
});
