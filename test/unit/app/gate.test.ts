/** Leads at the gate: counted, held, released, refused, expired; and phones that must not be called. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { branded } from '../../support/store/samples.js';

const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: '8 916 100 00 01', answers: [], touch: {} };
const gate = buildTelephony(
  telephonySchema.parse({ gate: { phone: [{ most: 2, within: '1h', then: 'block' }] } }),
).gate;

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed({ users: [] });
  const set = bed.app.telephonySet();
  if (gate === undefined) throw new Error('the gate has defaults');
  bed.app.swapTelephony({ ...set, telephony: { ...set.telephony, gate } });
});
afterEach(() => bed.close());

describe('the gate', () => {
  it('blocks what is over the budget of a phone and says why', async () => {
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await bed.app.takeLead(draft)).status);
    expect(statuses).toEqual(['queued', 'queued', 'blocked', 'blocked']);
    const { items } = await bed.store.leads.list({ status: 'blocked', limit: 10 });
    expect(items[0]).toMatchObject({
      reason: 'too-many-from-phone',
      gateNote: 'more than 2 in 3600 s by phone',
    });
    const events = await bed.store.events.ofLead(items[0]?.id ?? branded(''));
    expect(events.find(({ name }) => name === 'lead.blocked')?.payload).toMatchObject({
      reason: 'too-many-from-phone',
      detail: 'more than 2 in 3600 s by phone',
    });
    await bed.pass(3_600_001);
    expect((await bed.app.takeLead(draft)).status).toBe('queued');
  });

  it('holds leads of one address on many forms until a person decides', async () => {
    const { id } = await bed.app.addConnection({ kind: 'site', name: 'main' });
    const taken = [];
    for (let n = 0; n < 3; n += 1) {
      const form = await bed.app.addForm({ connectionId: id, externalId: `f${n}` });
      const rawPhone = `8 916 100 01 0${n}`;
      taken.push(await bed.app.takeLead({ ...draft, rawPhone, formId: form.id, clientAddress: '192.0.2.7' }));
    }
    const [, second, third] = taken;
    expect(taken.map(({ status }) => status)).toEqual(['queued', 'queued', 'quarantined']);
    expect(third?.reason).toBe('burst-across-forms');
    await expect(bed.app.releaseLead(second?.leadId ?? branded(''), 'boss')).rejects.toMatchObject({
      code: 'conflict',
    });
    const released = await bed.app.releaseLead(third?.leadId ?? branded(''), 'boss');
    expect(released).toMatchObject({ status: 'queued', reason: 'quarantine-released' });
    await bed.pass(1000);
    expect(await bed.store.leads.byId(released.leadId)).toMatchObject({
      status: 'deferred',
      reason: 'no-operator',
    });
  });

  it('ends what nobody looked at', async () => {
    const taken = await bed.app.takeLead({ ...draft, fillSeconds: 0 });
    expect(taken).toMatchObject({ status: 'quarantined', reason: 'filled-too-fast' });
    const expire = bed.app.chores.find(({ name }) => name === 'expire-quarantine');
    await expire?.run();
    expect((await bed.store.leads.byId(taken.leadId))?.status).toBe('quarantined');
    await bed.pass(8 * 86_400_000);
    await expire?.run();
    expect(await bed.store.leads.byId(taken.leadId)).toMatchObject({
      status: 'blocked',
      reason: 'quarantine-expired',
    });
  });

  it('lets a person refuse a lead, and withdraw it', async () => {
    const first = await bed.app.takeLead({ ...draft, fillSeconds: 0 });
    expect(await bed.app.refuseLead(first.leadId)).toMatchObject({
      status: 'blocked',
      reason: 'quarantine-refused',
    });
    const second = await bed.app.takeLead({ ...draft, fillSeconds: 0 });
    expect(await bed.app.withdrawLead(second.leadId, 'boss')).toEqual({ kind: 'withdrawn' });
  });
});

describe('the do-not-call list', () => {
  it('ends what waits, blocks what comes, and refuses a call by click', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    const rows = [{ phone: '8 916 100 00 01', reason: 'asked' }, { phone: 'x' }];
    expect(await bed.app.importDoNotCall(rows, { by: 'boss', country: 'RU' })).toEqual({
      added: 1,
      changed: 0,
      leadsEnded: 1,
      refused: [{ row: 2, phone: 'x', why: 'not-a-number' }],
    });
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ status: 'blocked', reason: 'do-not-call' });
    expect(await bed.app.takeLead(draft)).toMatchObject({ status: 'blocked', reason: 'do-not-call' });
    await bed.pass(600_000);
    expect(bed.world.log).toEqual([]);
    expect(await bed.app.removeDoNotCall('+79161000001', { by: 'boss' })).toBe('+79161000001');
    await expect(bed.app.removeDoNotCall('+79161000001', { by: 'boss' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await bed.app.takeLead(draft)).toMatchObject({ status: 'queued' });
  });

  it('hangs up the phone that rings for it', async () => {
    const staffed = await openAppBed();
    const started = await staffed.app.startCall({ number: '+79161000001' });
    if (started.kind !== 'started') throw new Error(started.why);
    await staffed.app.importDoNotCall([{ phone: '+79161000001' }], { by: 'boss' });
    await staffed.pass(30_000);
    expect(await staffed.store.calls.byId(started.callId)).toMatchObject({
      state: 'closed',
      disposition: 'cancelled',
    });
    expect(await staffed.app.startCall({ number: '+79161000001' })).toEqual({
      kind: 'refused',
      why: 'do-not-call',
    });
    await staffed.close();
  });
});
