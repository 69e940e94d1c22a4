/** Inbound calls through the shipped dialplan: over a real in-memory store, simulated phones and a caller in hand. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';

const CARRIER = '192.0.2.1:5060';

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed({ inboundPlan: 'inbound' });
});
afterEach(() => bed.close());

async function onlyCall(): Promise<CallRecord | undefined> {
  return (await bed.store.calls.list({ limit: 10 })).items[0];
}

/** Passes time until it is true, at most two minutes. */
async function until(holds: () => boolean): Promise<void> {
  for (let tick = 0; tick < 1200 && !holds(); tick += 1) await bed.pass(100);
  expect(holds()).toBe(true);
}

describe('an inbound call', () => {
  it('is answered when an operator is there, talked and recorded', async () => {
    const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
    await until(() => caller.answered && bed.app.liveCalls().some(({ state }) => state === 'bridged'));
    expect(caller.rang).toBe(true);
    await bed.pass(5000);
    caller.hangUp();
    await bed.pass(90_000);
    const call = await onlyCall();
    expect(call).toMatchObject({
      direction: 'inbound',
      state: 'closed',
      disposition: 'answered',
      did: '+74951234567',
    });
    expect(call?.operator).toBeDefined();
    const legs = await bed.store.calls.legsOf(call?.id as CallRecord['id']);
    expect(legs.find(({ role }) => role === 'caller')).toMatchObject({
      state: 'ended',
      disposition: 'answered',
    });
    const [recording] = await bed.store.recordings.ofCall(call?.id as CallRecord['id']);
    expect(recording).toMatchObject({ channelRoles: ['caller', 'operator'] });
    expect(recording?.state).toMatch(/^(ready|failed)$/);
    expect(bed.world.lines.every(({ state }) => state === 'over')).toBe(true);
  });

  it('is abandoned by a caller who leaves early, and nobody is left ringing', async () => {
    const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
    await bed.pass(300);
    caller.hangUp();
    await bed.pass(1000);
    expect(await onlyCall()).toMatchObject({ state: 'closed', disposition: 'abandoned' });
    expect(bed.world.lines.every(({ state }) => state === 'over')).toBe(true);
    for (const user of ['anna', 'boris', 'vera'])
      expect(await bed.store.leases.heldBy(`device:${user}:0`)).toBeUndefined();
  });

  it('of a caller who left before anything was stored is closed all the same', async () => {
    new SimCaller(bed.telephone, { remoteAddress: CARRIER }).hangUp();
    await bed.pass(1000);
    expect(await onlyCall()).toMatchObject({ state: 'closed', disposition: 'abandoned' });
    expect(bed.world.lines.filter(({ kind }) => kind === 'operator')).toEqual([]);
  });

  it('hears an apology when nobody answers', async () => {
    const lonely = await openAppBed({ inboundPlan: 'inbound', users: [] });
    const caller = new SimCaller(lonely.telephone, { remoteAddress: CARRIER });
    await lonely.pass(60_000);
    expect(caller.answered).toBe(true);
    const { items } = await lonely.store.calls.list({ limit: 1 });
    expect(items[0]).toMatchObject({ state: 'closed', disposition: 'no-operator' });
    const told = (await lonely.store.events.ofCall(items[0]?.id as CallRecord['id'])).map(({ name }) => name);
    expect(told).toContain('prompt.spoken');
    expect(told.filter((name) => name === 'call.ended')).toHaveLength(1);
    await lonely.close();
  });

  it('of a stranger gets 403 and leaves no trace', async () => {
    const caller = new SimCaller(bed.telephone, { remoteAddress: '203.0.113.7:5060' });
    await bed.pass(1000);
    expect(caller.rejectedWith).toBe(403);
    expect(await onlyCall()).toBeUndefined();
  });

  it('without a plan gets 404', async () => {
    bed.app.swapTelephony({ telephony: bed.app.telephonySet().telephony, plans: {} });
    const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
    await bed.pass(1000);
    expect(caller.rejectedWith).toBe(404);
  });

  it('gets 503 while draining', async () => {
    const drained = bed.app.drain({ deadlineMs: 1000, talks: 'leave' });
    const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
    await bed.pass(1000);
    expect(caller.rejectedWith).toBe(503);
    expect(await drained).toEqual({ left: 0 });
  });

  it('whose refusal cannot be sent harms nobody', async () => {
    const caller = new SimCaller(bed.telephone, { remoteAddress: '203.0.113.7:5060', rejecting: 'fails' });
    await bed.pass(1000);
    expect(caller.rejectedWith).toBe(403);
  });

  it('is still served after an emergency stop, and one that rings is not hung up', async () => {
    const ringing = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
    await bed.pass(300);
    expect(await bed.app.stopCalling('boss')).toEqual({ hungUp: 0 });
    await until(() => ringing.answered);
    ringing.hangUp();
    await bed.pass(5000);
    const later = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
    await until(() => later.answered);
    later.hangUp();
    await bed.pass(5000);
  });
});
