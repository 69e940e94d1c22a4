/** Inbound calls while the store cannot be written: served, kept, written later; what is bounded and what is lost. */
import { afterEach, describe, expect, it } from 'vitest';
import { CallRegistry } from '../../../src/app/calls/call-registry.js';
import { StandbyDesk } from '../../../src/app/calls/begin/standby-desk.js';
import type { AppContext } from '../../../src/app/context.js';
import type { Store } from '../../../src/app/ports/store.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { SimClock } from '../../../src/cli/simulate/sim-clock.js';
import type { CallId } from '../../../src/domain/values/ids.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { trackedTelephony, visit } from '../../support/sim/tracked.js';
import { fault } from '../../support/store/backends.js';
import { poolNumber } from '../../support/store/numbers.js';

let bed: AppBed | undefined;
afterEach(async () => {
  await bed?.close();
  bed = undefined;
});

async function open(): Promise<AppBed> {
  bed = await openAppBed({ telephony: trackedTelephony() });
  await bed.store.numbers.put(poolNumber(1));
  return bed;
}

async function callDuringOutage(bed: AppBed): Promise<SimCaller> {
  const { app, telephone, clock } = bed;
  const shown = await app.showNumber(visit('ann', clock.now()));
  if (shown.kind !== 'number') throw new Error(shown.why);
  // Any look into the list of numbers makes it known; at the start of a process it is read.
  await bed.pass(1000);
  await app.showNumber(visit('ben', clock.now(), { source: { source: 'yandex' } }));
  bed.breakStore();
  const caller = new SimCaller(telephone, {
    remoteAddress: '192.0.2.1:5060',
    dnis: shown.number,
    ani: '+79161234567',
  });
  // The standby store is opened meanwhile, which takes true time.
  for (let tick = 0; tick < 500 && app.liveCalls().length === 0; tick += 1) await bed.pass(10);
  expect(app.liveCalls()).toMatchObject([{ direction: 'inbound', clientNumber: '+79161234567' }]);
  return caller;
}

describe('a call that comes while the store is broken', () => {
  it('is written when the store is back and the call is over, with who called as of the moment it rang', async () => {
    const company = await open();
    const { store } = company;
    const caller = await callDuringOutage(company);
    company.mendStore();
    await company.pass(5000);
    expect((await store.calls.list({ limit: 5 })).items, 'while it is live').toEqual([]);
    const spared = Number(await store.flags.get('orphans-spared-until'));
    expect(spared, 'no process kills its channels').toBeGreaterThan(company.clock.now() + 60_000);
    caller.hangUp();
    await company.pass(5000);
    const [call] = (await store.calls.list({ limit: 5 })).items;
    expect(call).toMatchObject({
      state: 'closed',
      attribution: { outcome: 'attributed', visitor_id: 'ann', campaign: 'campaign of ann' },
    });
    expect(await store.attributions.ofCall(call?.id as CallId)).toMatchObject({ visitorId: 'ann' });
    expect(await store.calls.legsOf(call?.id as CallId)).not.toEqual([]);
    const told = (await store.events.ofCall(call?.id as CallId)).map(({ name }) => name);
    expect([told[0], told.includes('call.ended')]).toEqual(['call.started', true]);
  });

  it('is written at the last moment when the process ends in good order', async () => {
    const company = await open();
    const caller = await callDuringOutage(company);
    caller.hangUp();
    await company.pass(1000);
    company.mendStore();
    const drained = company.app.drain({ deadlineMs: 1000, talks: 'end' });
    await company.pass(1000);
    await drained;
    expect((await company.store.calls.list({ limit: 5 })).items).toMatchObject([{ state: 'closed' }]);
  });
});

describe('the desk', () => {
  function deskOf(most: number) {
    const clock = new SimClock(0);
    const silent = (): void => undefined;
    const store = {} as Store;
    const health = () => Promise.resolve({ ok: false, detail: '', schemaVersion: 1 });
    const standby = {
      store,
      handOver: () => Promise.reject(new Error('full')),
      close: () => Promise.resolve(),
    };
    const context = {
      calls: new CallRegistry(),
      ports: {
        clock,
        store: { health },
        openStandby: () => Promise.resolve(standby),
        logger: { warn: silent, error: silent },
        metrics: { count: silent },
      },
    } as unknown as AppContext;
    return new StandbyDesk(() => context, most);
  }

  it('keeps so many calls and no more, and says how many are lost', async () => {
    const desk = deskOf(2);
    const take = (id: string) =>
      desk.begin((placed) => {
        desk.keep(placed.ports, id as CallId, undefined);
        return Promise.resolve('taken');
      });
    expect([await take('a'), await take('b')]).toEqual(['taken', 'taken']);
    await expect(take('c')).rejects.toEqual(fault('store-unavailable'));
    expect(await desk.settle()).toBe(2);
  });
});
