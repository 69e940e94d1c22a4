/** Callbacks and what happens beside them: the client's own calls, operators' duty, previews. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { CallId, E164, LeadId } from '../../../src/domain/values/ids.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { NobodyAnswers, openAppBed, type AppBed } from '../../support/sim/app-bed.js';

const PHONE = '+79161000001' as E164;
const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: PHONE, answers: [], touch: {} };

const theirCall = (change: Partial<CallRecord> = {}): CallRecord => ({
  id: 'their-call' as CallId,
  direction: 'inbound',
  state: 'in-dialplan',
  dialplan: 'inbound',
  startedAt: 0,
  tags: [],
  attribution: {},
  step: 1,
  session: '{}',
  clientNumber: PHONE,
  ...change,
});

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed({ inboundPlan: 'inbound' });
});
afterEach(() => bed.close());

describe('a lead whose client is in a call with us', () => {
  it('waits for that call, and is reached by its talk', async () => {
    await bed.store.calls.add(theirCall({ bridgedAt: 1000 }));
    const { leadId, status, reason } = await bed.app.takeLead(draft);
    expect({ status, reason }).toEqual({ status: 'deferred', reason: 'in-call' });
    await bed.app.reconcile();
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ status: 'reached', reason: 'client-called' });
    expect(await bed.store.attempts.ofLead(leadId)).toEqual([]);
  });

  it('is called when that call brought no talk', async () => {
    await bed.store.calls.add(theirCall());
    const { leadId } = await bed.app.takeLead(draft);
    await bed.app.reconcile();
    await bed.pass(10);
    expect(await bed.store.attempts.ofLead(leadId)).toHaveLength(1);
  });
});

it('a client who calls in while his callback rings is served by his own call', async () => {
  await bed.app.takeLead(draft);
  await bed.pass(100);
  expect(bed.app.liveCalls().map(({ direction }) => direction)).toEqual(['callback']);
  const caller = new SimCaller(bed.telephone, { remoteAddress: '192.0.2.1:5060', ani: PHONE.slice(1) });
  await bed.pass(500);
  expect(bed.app.liveCalls().map(({ direction }) => direction)).toEqual(['inbound']);
  caller.hangUp();
  await bed.pass(1000);
});

it('a lead whose client is in a call steps aside in the line, and the next is called at once', async () => {
  const alone = await openAppBed({ users: ['anna'], people: new NobodyAnswers(1) });
  const phoneOf = (n: number) => `+7916100000${n}` as E164;
  const leads: LeadId[] = [];
  for (const n of [1, 2, 3]) {
    leads.push((await alone.app.takeLead({ ...draft, rawPhone: phoneOf(n) })).leadId);
    await alone.pass(1000);
  }
  const attemptsOf = async (at: number) => alone.store.attempts.ofLead(leads[at] as LeadId);
  // Anna rings for the first; the freshest is the first in line.
  expect([await attemptsOf(1), await attemptsOf(2)]).toEqual([[], []]);
  await alone.store.calls.add(theirCall({ clientNumber: phoneOf(3) }));
  for (let second = 0; second < 600 && (await attemptsOf(0))[0]?.state !== 'ended'; second += 1)
    await alone.pass(1000);
  await alone.pass(2000);
  expect(await attemptsOf(2)).toEqual([]);
  expect(await attemptsOf(1)).not.toEqual([]);
  await alone.close();
});

describe('duty', () => {
  it('is said by star codes of a phone that gave its password', async () => {
    const dial = async (dnis: string) => {
      const phone = new SimCaller(bed.telephone, {
        remoteAddress: '10.0.0.9:5060',
        dnis,
        authenticatedAs: 'anna',
      });
      await bed.pass(5000);
      return phone;
    };
    expect((await dial('*42')).answered).toBe(true);
    expect(await bed.store.operatorStates.byName('anna')).toMatchObject({
      duty: 'paused',
      changedBy: 'phone',
    });
    await dial('*41');
    expect(await bed.store.operatorStates.byName('anna')).toMatchObject({ duty: 'on' });
  });

  it('is not said by a stranger', async () => {
    const phone = new SimCaller(bed.telephone, { remoteAddress: '10.0.0.9:5060', dnis: '*42' });
    await bed.pass(1000);
    expect(phone.rejectedWith).toBe(403);
    expect(await bed.store.operatorStates.all()).toEqual([]);
  });

  it('keeps paused phones silent, and wakes who waits when somebody comes back', async () => {
    for (const operator of ['anna', 'boris', 'vera'])
      await bed.app.setDuty({ operator, duty: 'paused', by: 'api' });
    const { leadId } = await bed.app.takeLead(draft);
    await bed.pass(100);
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ status: 'deferred', reason: 'no-operator' });
    expect(bed.world.log).toEqual([]);
    await bed.app.setDuty({ operator: 'boris', duty: 'on', by: 'api' });
    await bed.pass(6000);
    expect(new Set(bed.world.log.map(({ phone }) => phone))).toContain('boris');
    expect(bed.world.log.some(({ phone }) => phone === 'anna')).toBe(false);
  });
});

it('rings only the operator who asked for a waiting lead', async () => {
  const { leadId } = await bed.app.takeLead({ ...draft, callAt: bed.clock.now() + 3_600_000 });
  await bed.app.callLead(leadId, { operator: 'vera' });
  await bed.pass(100);
  expect(new Set(bed.world.log.map(({ phone }) => phone))).toEqual(new Set(['vera']));
});

it('rings both phones of an operator at once', async () => {
  const phone = (contact: string) => ({
    user: 'anna',
    contact,
    source: '192.0.2.9:5060',
    transport: 'udp',
    expiresAt: Number.MAX_SAFE_INTEGER,
    phone: contact,
  });
  bed.telephone.registrations = () => [phone('sip:anna@desk'), phone('sip:anna@laptop')];
  await bed.app.takeLead(draft);
  await bed.pass(1000);
  const [live] = bed.app.liveCalls();
  expect(live?.legs.map(({ ref }) => ref)).toEqual(['operator:anna', 'operator:anna:1']);
});
