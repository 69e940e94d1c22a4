/** What happens between two things: stops and withdrawals against starts, settings against talks, retention against failures. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doubtLeaseMs, LINE_LEASE_MS, trunkPool } from '../../../src/app/calls/routing/resources.js';
import { seatPool } from '../../../src/app/operators/seats.js';
import { AppFaults, openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { CallRecord, LegRecord } from '../../../src/domain/calls/call.js';
import type { CallId, LegId, RecordingId } from '../../../src/domain/values/ids.js';

const PHONE = '+79161000001';
const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: PHONE, answers: [], touch: {} };
const DAY_MS = 86_400_000;

const call = (id: string, session = '{}'): CallRecord => ({
  id: id as CallId,
  direction: 'inbound',
  state: 'in-dialplan',
  dialplan: 'inbound',
  startedAt: 0,
  tags: [],
  attribution: {},
  step: 1,
  session,
});

const invited = (of: string): LegRecord => ({
  id: `leg-${of}` as LegId,
  callId: of as CallId,
  role: 'operator',
  party: 'anna',
  state: 'trying',
  identity: { sipCallId: `${of}@dialtrace` },
  invitedAt: 0,
});

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed();
});
afterEach(() => bed.close());

async function microtasks(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await Promise.resolve();
}

/** Leads of ever new clients until one of them talks. */
async function untilTalk(): Promise<CallRecord> {
  for (let n = 10; n < 60; n += 1) {
    await bed.app.takeLead({ ...draft, rawPhone: `8 916 100 00 ${n}` });
    for (let second = 0; second < 60; second += 1) {
      await bed.pass(1000);
      const talk = bed.app.liveCalls().find(({ state }) => state === 'bridged');
      if (talk !== undefined) return (await bed.store.calls.byId(talk.callId)) as CallRecord;
    }
  }
  return expect.unreachable('nobody came to talk');
}

describe('an emergency stop', () => {
  it('that comes at any moment of a start leaves no phone ringing', async () => {
    for (let n = 0; n < 240; n += 6) {
      const started = bed.app.startCall({ number: PHONE });
      await microtasks(n);
      await bed.app.stopCalling('boss');
      const before = bed.world.lines.length;
      await started;
      await bed.pass(1000);
      expect(bed.world.lines.slice(before), `invited after the stop, ${n} microtasks in`).toEqual([]);
      expect(bed.world.lines.every(({ state }) => state === 'over')).toBe(true);
      await bed.app.resumeCalling('boss');
    }
  });
});

describe('a withdrawal', () => {
  it('by another process keeps the client from being rung', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    await bed.pass(10);
    expect(bed.world.lines.length).toBeGreaterThan(0);
    await bed.store.leads.update(leadId, { status: 'cancelled', reason: 'withdrawn' });
    await bed.pass(120_000);
    expect(bed.world.lines.filter(({ kind }) => kind === 'client')).toEqual([]);
    expect(await bed.store.calls.openCalls()).toEqual([]);
  });
});

describe('a repeated lead', () => {
  const windowed = (minutes: number): void => {
    const set = bed.app.telephonySet();
    const policy = { ...set.telephony.callbacks['default'], duplicateWindowMinutes: minutes };
    bed.app.swapTelephony({
      ...set,
      telephony: { ...set.telephony, callbacks: { default: policy as never } },
    });
  };

  it('finds the one that is called behind a later one that never was', async () => {
    windowed(60);
    const first = await bed.app.takeLead(draft);
    await bed.pass(1000);
    const test = await bed.app.takeLead({ ...draft, test: 'yes' });
    expect(test.status).toBe('not-dialled');
    const { leadId } = await bed.app.takeLead(draft);
    expect(await bed.store.leads.byId(leadId)).toMatchObject({
      status: 'duplicate',
      duplicateOf: first.leadId,
    });
  });

  it('joins the one whose client is being called, however old that is', async () => {
    windowed(1);
    const first = await bed.app.takeLead(draft);
    await bed.pass(10);
    await bed.store.leads.update(first.leadId, { receivedAt: bed.clock.now() - DAY_MS, status: 'calling' });
    const { leadId } = await bed.app.takeLead({ ...draft, email: 'ann@example.test' });
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ duplicateOf: first.leadId });
    expect(await bed.store.leads.byId(first.leadId)).toMatchObject({ email: 'ann@example.test' });
  });

  it('that is final at once says when', async () => {
    const { leadId } = await bed.app.takeLead({ ...draft, rawPhone: '' });
    expect((await bed.store.leads.byId(leadId))?.finishedAt).toBe(bed.clock.now());
  });
});

describe('settings that change under a talk', () => {
  it('do not turn a reached client into one that was never dialled', async () => {
    const { leadId } = await untilTalk();
    const set = bed.app.telephonySet();
    bed.app.swapTelephony({ ...set, telephony: { ...set.telephony, callbacks: {} } });
    await bed.pass(300_000);
    expect(await bed.store.leads.byId(leadId as never)).toMatchObject({ status: 'reached' });
  });
});

describe('legs that never confirm their end', () => {
  it('keep their phones from being rung again at once', async () => {
    const started = await bed.app.startCall({ number: PHONE, operator: 'anna' });
    expect(started.kind).toBe('started');
    await bed.pass(2);
    expect(bed.world.lines).toHaveLength(1);
    bed.world.hangUp = () => undefined;
    for (const line of bed.world.lines) line.listener = () => undefined;
    for (const { callId } of bed.app.liveCalls())
      await bed.app.commandCall(callId, 'test', { kind: 'hang-up' });
    await bed.pass(16_000);
    expect(await bed.store.calls.openCalls()).toEqual([]);
    const lease = await bed.store.leases.heldBy('device:anna:0');
    expect(lease?.until).toBeGreaterThan(bed.clock.now() + 60_000);
  });
});

describe('doubt about a leg', () => {
  it('outlasts the longest ring that the settings allow', () => {
    const { telephony } = bed.app.telephonySet();
    const group = { ...telephony.groups['sales'], ringSeconds: 90 } as never;
    expect(doubtLeaseMs({ ...telephony, groups: { sales: group } })).toBe(150_000);
  });

  /** A callback that was ringing its client when the process died: it holds a channel and a seat. */
  async function reconcileCallback(
    ended: 'ended' | 'already-gone',
  ): Promise<(later: number) => Promise<number[]>> {
    const { leases, calls } = bed.store;
    await calls.add({ ...call('c-7'), direction: 'callback', clientNumber: PHONE as never });
    await calls.addLeg({ ...invited('c-7'), role: 'client', party: PHONE, state: 'ringing' });
    const pools = [trunkPool('carrier'), seatPool('sales')];
    for (const pool of pools)
      await leases.takeSlot(pool, 1, 'c-7', bed.clock.now() + LINE_LEASE_MS, bed.clock.now());
    Object.assign(bed.telephone, { endStored: () => Promise.resolve(ended) });
    expect(await bed.app.reconcile()).toEqual({ adopted: 0, ended: 1 });
    return (later) => Promise.all(pools.map((pool) => leases.countSlots(pool, bed.clock.now() + later)));
  }

  it('keeps the channel and the seat of a client who may still be on the line, and no longer', async () => {
    const taken = await reconcileCallback('already-gone');
    const doubtMs = doubtLeaseMs(bed.app.telephonySet().telephony);
    expect(await taken(doubtMs - 1)).toEqual([1, 1]);
    expect(await taken(doubtMs)).toEqual([0, 0]);
  });
});

describe('reconciling', () => {
  it('goes past a call that cannot be read', async () => {
    const broken = await openAppBed();
    await broken.store.calls.add(call('c-1', 'no json'));
    await broken.store.calls.add({ ...call('c-2'), startedAt: 1 });
    await broken.store.calls.addLeg(invited('c-2'));
    expect(await broken.app.reconcile()).toEqual({ adopted: 0, ended: 1 });
    expect((await broken.store.calls.openCalls()).map(({ id }) => id)).toEqual(['c-1']);
    await expect(broken.close()).rejects.toThrow(AppFaults);
  });

  it.each([
    ['is shown at once', 0],
    ['is shown when asked again', 1],
  ])('lets a talk go on that %s, and ends the phone that a transfer was ringing', async (_when, late) => {
    await bed.store.calls.add({ ...call('c-5'), state: 'bridged', bridgedAt: 1 });
    const leg = (id: string, state: LegRecord['state']): LegRecord => ({
      ...invited('c-5'),
      id: id as LegId,
      state,
      identity: { sipCallId: id, transactionId: `invite-${id}`, channelUuid: `channel-${id}` },
    });
    for (const one of [leg('anna', 'answered'), leg('client', 'held'), leg('boris', 'ringing')])
      await bed.store.calls.addLeg(one);
    const channel = (id: string, other: string) => ({
      uuid: `channel-${id}`,
      createdAt: 0,
      bridgedTo: `channel-${other}`,
    });
    const [ended, adopted]: [unknown[], unknown[]] = [[], []];
    const joined = [channel('anna', 'client'), channel('client', 'anna')];
    const apart = joined.map(({ uuid, createdAt }) => ({ uuid, createdAt }));
    let asked = 0;
    Object.assign(bed.telephone, {
      liveChannels: () => Promise.resolve((asked += 1) > late ? joined : apart),
      endStored: ({ transactionId }: LegRecord['identity']) => {
        ended.push(transactionId);
        return Promise.resolve('ended');
      },
      adopt: ({ legs }: { readonly legs: readonly { readonly legId: LegId }[] }) => {
        adopted.push(...legs.map(({ legId }) => legId));
        return { outcome: new Promise(() => undefined), stop: () => undefined };
      },
    });
    const reconciled = bed.app.reconcile();
    await bed.pass(late * 1000);
    expect(await reconciled).toEqual({ adopted: 1, ended: 0 });
    expect(ended).toEqual(['invite-boris']);
    expect(adopted.sort()).toEqual(['anna', 'client']);
  });

  it('kills channels that nobody owns, not those that carry a talk or listen to one', async () => {
    await bed.store.calls.add({ ...call('c-6'), state: 'bridged', bridgedAt: 1 });
    const identity = { sipCallId: 'anna', channelUuid: 'anna' };
    await bed.store.calls.addLeg({ ...invited('c-6'), state: 'answered', identity });
    const channel = (uuid: string, company: object = {}) => ({ uuid, createdAt: 0, ...company });
    const killed: unknown[] = [];
    Object.assign(bed.telephone, {
      liveChannels: () =>
        Promise.resolve([
          channel('anna', { bridgedTo: 'near' }),
          channel('near', { bridgedTo: 'anna', tie: 'anna' }),
          channel('far', { bridgedTo: 'elsewhere', tie: 'anna' }),
          channel('ear', { hears: 'anna', tie: 'chief' }),
          channel('left', { tie: 'gone' }),
          channel('stranger'),
        ]),
      endStored: ({ channelUuid }: LegRecord['identity']) => {
        killed.push(channelUuid);
        return Promise.resolve('ended');
      },
    });
    await bed.app.chores.find(({ name }) => name === 'kill-orphans')?.run();
    expect(killed).toEqual(['left', 'stranger']);
  });

  it('finds an open call whose lease was swept away', async () => {
    await bed.store.calls.add(call('c-3'));
    await bed.app.chores.find(({ name }) => name === 'take-over-calls')?.run();
    expect(await bed.store.calls.openCalls()).toEqual([]);
  });
});

describe('recordings that are too old', () => {
  it('go in one run, however many, and one that cannot be removed holds up no other', async () => {
    const kept = await openAppBed({ keepRecordingDays: 1 });
    await kept.store.calls.add({ ...call('c-4'), state: 'closed' });
    for (let n = 0; n < 250; n += 1)
      await kept.store.recordings.add({
        id: `r-${n}` as RecordingId,
        callId: 'c-4' as CallId,
        path: n < 120 ? '/locked' : `/r-${n}`,
        channelRoles: [],
        startedAt: n,
        state: n % 2 === 0 ? 'ready' : 'failed',
      });
    kept.lock('/locked');
    await kept.app.chores.find(({ name }) => name === 'expire-recordings')?.run();
    expect((await kept.store.recordings.byId('r-249' as RecordingId))?.state).toBe('expired');
    expect(await kept.store.recordings.olderThan(kept.clock.now(), 500)).toHaveLength(120);
    await kept.close();
  });
});

describe('names that every object has', () => {
  it('are no operators', async () => {
    expect(await bed.app.startCall({ number: PHONE, operator: 'constructor' })).toEqual({
      kind: 'refused',
      why: 'no-operator',
    });
  });

  it('are answers when a form asks for them', async () => {
    const connection = await bed.app.addConnection({ kind: 'tiktok', name: 'main' });
    const push = {
      object: 1,
      entry: [{ id: '1', changes: [{ field: 'constructor', value: 'Acme' }] }],
    };
    const { results } = await bed.app.takePush({
      source: 'tiktok',
      connection,
      body: JSON.stringify(push),
      signature: 'none',
    });
    expect(results).toMatchObject([{ result: 'stored' }]);
  });
});
