/** What is said of a call through the API, and what follows from it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingId } from '../../../src/domain/values/ids.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { aCall, aLead, branded, PHONE } from '../../support/store/samples.js';

let bed: AppBed;
const id = branded('call-1');
beforeEach(async () => {
  bed = await openAppBed({ users: [] });
  await bed.store.leads.add(
    aLead({ status: 'reached', clientName: 'Ivan', group: 'sales', policy: 'default' }),
  );
  await bed.store.calls.add(
    aCall({
      leadId: branded('lead-1'),
      clientNumber: PHONE,
      state: 'closed',
      bridgedAt: 2000,
      tags: ['vip'],
    }),
  );
});
afterEach(() => bed.close());

describe('annotateCall', () => {
  it('keeps tags, note and outcome, and tells who and when', async () => {
    await bed.app.annotateCall(
      id,
      { note: 'wants a job', outcome: { mark: 'not-target', reason: 'vacancy' } },
      'crm',
    );
    const at = bed.clock.now();
    expect(await bed.store.calls.byId(id)).toMatchObject({
      tags: ['vip', 'not-target', 'vacancy'],
      outcome: { mark: 'not-target', reason: 'vacancy', by: 'crm', at },
      note: { text: 'wants a job', by: 'crm', at },
    });
    const told = (await bed.store.events.ofCall(id)).map(({ name, payload }) => [name, payload['by']]);
    expect(told).toEqual([
      ['call.annotated', 'crm'],
      ['call.marked', 'crm'],
    ]);
  });

  it('makes one lead of a wish to be called later, however often it is said', async () => {
    const laterAt = bed.clock.now() + 3_600_000;
    await bed.app.annotateCall(id, { outcome: { mark: 'later', laterAt } }, 'crm');
    await bed.app.annotateCall(id, { outcome: { mark: 'later', laterAt: laterAt + 60_000 } }, 'crm');
    const { items } = await bed.store.leads.list({ status: 'deferred', limit: 10 });
    expect(items).toMatchObject([
      {
        phone: PHONE,
        clientName: 'Ivan',
        followUpOf: 'lead-1',
        reason: 'follow-up',
        willCallAt: laterAt + 60_000,
      },
    ]);
    expect((await bed.store.leads.byId(branded('lead-1')))?.status).toBe('reached');
    await bed.pass(3_720_000);
    expect((await bed.store.leads.byId(items[0]?.id ?? id))?.reason).not.toBe('follow-up');
  });

  it('makes a lead of a time that was spoken, which waits for a person to set it, and not for ever', async () => {
    const spoken = branded('r-1') as RecordingId;
    const outcome = { mark: 'later', by: 'anna', at: 1, spoken } as const;
    await bed.store.calls.add(
      aCall({ id: branded('spoken'), clientNumber: PHONE, state: 'in-dialplan', startedAt: 1, outcome }),
    );
    await bed.app.reconcile();
    const waiting = async () => (await bed.store.leads.openOfPhone(PHONE))[0];
    const first = await waiting();
    expect(first).toMatchObject({ reason: 'time-spoken', willCallAt: bed.clock.now() + 4 * 3_600_000 });
    const laterAt = bed.clock.now() + 24 * 3_600_000;
    await bed.app.annotateCall(branded('spoken'), { outcome: { mark: 'later', laterAt } }, 'boss');
    expect(await waiting()).toMatchObject({ id: first?.id, reason: 'follow-up', willCallAt: laterAt });
  });

  it('never calls a blacklisted phone again', async () => {
    const { leadId } = await bed.app.takeLead({
      source: 'api',
      kind: 'form',
      rawPhone: PHONE,
      answers: [],
      touch: {},
    });
    await bed.app.annotateCall(id, { outcome: { mark: 'blacklist' } }, 'crm');
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ status: 'blocked', reason: 'do-not-call' });
    expect(await bed.store.doNotCall.entry(PHONE, bed.clock.now())).toMatchObject({ by: 'crm' });
  });

  it('knows no call that is not there', async () => {
    await expect(bed.app.annotateCall(branded('none'), {}, 'crm')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
