/** Callers who wait, leave a message, are parked or ask for a call: the use cases over a real store and simulated phones. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import type { Plans } from '../../../src/domain/dialplan/session.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { planFrom } from '../../support/dialplan/plans.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';

const CARRIER = '192.0.2.1:5060';
const BYE = { bye: { do: 'hangup' } };

const QUEUE = planFrom({
  name: 'line',
  start: 'pick-up',
  steps: {
    'pick-up': { do: 'answer', next: 'wait' },
    wait: {
      do: 'queue',
      queue: 'sales',
      ask: 'nobody',
      callback: { key: '1' },
      exitKey: '*',
      on: { accepted: 'talk', timeout: 'bye', callback: 'bye', exit: 'message' },
    },
    talk: { do: 'bridge', a: 'caller', b: 'operator' },
    message: { do: 'voicemail', box: 'sales', maxSeconds: 20, next: 'bye' },
    ...BYE,
  },
});
const PARK = planFrom({
  name: 'parking',
  start: 'pick-up',
  steps: {
    'pick-up': { do: 'answer', next: 'park' },
    park: { do: 'park', slots: '701-702', on: { 'picked-up': 'talk', timeout: 'bye' } },
    talk: { do: 'bridge', a: 'caller', b: 'operator' },
    ...BYE,
  },
});
const WISH = planFrom({
  name: 'wish',
  start: 'pick-up',
  steps: {
    'pick-up': { do: 'answer', next: 'wish' },
    wish: { do: 'callback', delaySeconds: 60, on: { requested: 'bye', failed: 'bye' } },
    ...BYE,
  },
});
const PLANS: Plans = { line: QUEUE, parking: PARK, wish: WISH };

let bed: AppBed;
afterEach(() => bed.close());

async function open(inboundPlan: string): Promise<void> {
  bed = await openAppBed({ inboundPlan, plans: PLANS, users: ['anna'] });
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tick = 0; tick < 3000; tick += 1) {
    if (await holds()) return;
    await bed.pass(100);
    // As the clock's chores do.
    if (tick % 50 === 0) await bed.app.chores.find(({ name }) => name === 'serve-queues')?.run();
  }
  expect(await holds()).toBe(true);
}

async function ring(): Promise<{ readonly caller: SimCaller; readonly call: CallRecord }> {
  const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
  await bed.pass(1000);
  const { items } = await bed.store.calls.list({ limit: 1 });
  const [call] = items;
  if (call === undefined) throw new Error('no call');
  return { caller, call };
}

const stateOf = async (call: CallRecord): Promise<string | undefined> =>
  (await bed.store.calls.byId(call.id))?.state;
const toldOf = async (call: CallRecord, name: string): Promise<readonly object[]> =>
  (await bed.store.events.ofCall(call.id))
    .filter((event) => event.name === name)
    .map(({ payload }) => payload);

describe('a queue', () => {
  it('gives the next free operator to who came first, and tells the others their place', async () => {
    await open('line');
    const first = await ring();
    await until(async () => (await stateOf(first.call)) === 'bridged');
    const second = await ring();
    const third = await ring();
    await bed.pass(2000);
    expect(await toldOf(third.call, 'queue.moved')).toContainEqual({
      queue: 'sales',
      position: 2,
      waiting: 2,
    });
    first.caller.hangUp();
    await until(async () => (await stateOf(second.call)) === 'bridged');
    expect(await stateOf(third.call)).not.toBe('bridged');
    expect((await toldOf(third.call, 'queue.moved')).at(-1)).toMatchObject({ position: 1 });
    second.caller.hangUp();
    await until(async () => (await stateOf(third.call)) === 'bridged');
    third.caller.hangUp();
    await bed.pass(90_000);
    expect(await bed.store.queue.open()).toEqual([]);
    expect(await bed.store.queue.meanWait('sales', 10)).toBeGreaterThan(0);
  });

  it('keeps the place of a caller who asked for a callback, and makes a lead of it in its turn', async () => {
    await open('line');
    const first = await ring();
    await until(async () => (await stateOf(first.call)) === 'bridged');
    const second = await ring();
    second.caller.press('1');
    await bed.pass(2000);
    expect(await stateOf(second.call)).toBe('closed');
    expect(await bed.store.queue.open()).toMatchObject([{ state: 'callback', callId: second.call.id }]);
    first.caller.hangUp();
    await until(async () => (await bed.store.queue.open()).length === 0);
    const [lead] = (await bed.store.leads.list({ limit: 1 })).items;
    expect(lead).toMatchObject({ source: 'call', kind: 'callback', phone: '+79160000099' });
    await bed.pass(600_000);
  });

  it('frees the place of who hangs up or leaves by key, who may then leave a message', async () => {
    await open('line');
    const first = await ring();
    await until(async () => (await stateOf(first.call)) === 'bridged');
    const second = await ring();
    second.caller.hangUp();
    const third = await ring();
    third.caller.press('*');
    await bed.pass(3000);
    expect(await bed.store.queue.open()).toEqual([]);
    third.caller.hangUp();
    await bed.pass(2000);
    expect(await bed.store.calls.byId(third.call.id)).toMatchObject({ disposition: 'voicemail' });
    const [recording] = await bed.store.recordings.ofCall(third.call.id);
    expect(recording?.channelRoles).toEqual(['caller']);
    const told = recording?.state === 'ready' ? 1 : 0;
    expect(await toldOf(third.call, 'voicemail.left')).toHaveLength(told);
    first.caller.hangUp();
    await bed.pass(90_000);
  });
});

describe('a parking place', () => {
  it('is freed when an operator picks the party up, who then talks', async () => {
    await open('parking');
    const { caller, call } = await ring();
    expect(await toldOf(call, 'call.parked')).toEqual([{ slot: '701', leg: 'caller' }]);
    expect((await bed.store.leases.heldBy('park:701'))?.owner).toBe(call.id);
    await until(async () => {
      if ((await stateOf(call)) === 'in-dialplan')
        await bed.app.commandCall(call.id, 'api', { kind: 'pick-up', operator: 'anna' });
      return (await stateOf(call)) === 'bridged';
    });
    expect(await bed.store.leases.heldBy('park:701')).toBeUndefined();
    caller.hangUp();
    await bed.pass(90_000);
  });
});

describe('a callback that a caller asks for', () => {
  it('is a lead stored with the step', async () => {
    await open('wish');
    const { call } = await ring();
    const [lead] = (await bed.store.leads.list({ limit: 1 })).items;
    expect(lead).toMatchObject({ source: 'call', kind: 'callback', status: 'deferred' });
    expect(await toldOf(call, 'callback.requested')).toMatchObject([{ lead_id: lead?.id }]);
    await bed.pass(600_000);
  });
});
