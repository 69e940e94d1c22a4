/** A lead that nobody accepts in time goes to the next group; one that is accepted does not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';

const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: '8 916 100 00 01', answers: [], touch: {} };

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed({ users: ['vera'] });
  const set = bed.app.telephonySet();
  const { sales } = set.telephony.groups;
  const policy = set.telephony.callbacks['default'];
  if (sales === undefined || policy === undefined) throw new Error('the simulated company has both');
  const escalation = [{ afterSeconds: 60 }, { afterSeconds: 120, group: 'bosses' }];
  bed.app.swapTelephony({
    ...set,
    telephony: {
      ...set.telephony,
      groups: {
        sales: { ...sales, operators: ['anna'] },
        bosses: { ...sales, name: 'bosses', operators: ['vera'] },
      },
      callbacks: { default: { ...policy, maxNoOperator: 1000, escalation } },
    },
  });
});
afterEach(() => bed.close());

const late = async (id: Parameters<AppBed['store']['events']['ofLead']>[0]) =>
  (await bed.store.events.ofLead(id))
    .filter(({ name }) => name === 'lead.late')
    .map(({ payload }) => payload);

describe('a lead that nobody accepts', () => {
  it('is told, then given to the next group, which calls it at once', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    await bed.pass(61_000);
    expect(await late(leadId)).toMatchObject([{ step: 1, after_seconds: 60, from: 'sales' }]);
    expect(bed.world.lines).toEqual([]);
    await bed.pass(60_000);
    expect(await late(leadId)).toMatchObject([{ step: 1 }, { step: 2, group: 'bosses' }]);
    expect((await bed.store.leads.byId(leadId))?.group).toBe('bosses');
    expect(bed.world.lines.length).toBeGreaterThan(0);
  });

  it('is left alone once it is final', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    await bed.app.withdrawLead(leadId, 'test');
    await bed.pass(200_000);
    expect(await late(leadId)).toEqual([]);
  });
});

describe('the board', () => {
  it('reads the first time of each stage from the store', async () => {
    const { leadId } = await bed.app.takeLead({ ...draft, group: 'bosses' });
    await bed.pass(3_600_000);
    const [row] = await bed.store.leads.speedOf({ from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 });
    const [call] = (await bed.store.calls.list({ leadId, limit: 50 })).items.toReversed();
    const legs = call === undefined ? [] : await bed.store.calls.legsOf(call.id);
    const rung = legs.flatMap(({ role, ringingAt, answeredAt }) =>
      role === 'operator' ? (ringingAt ?? answeredAt ?? []) : [],
    );
    expect(row).toMatchObject({ id: leadId, group: 'bosses' });
    expect(row?.rangAt).toBe(rung.length === 0 ? row?.rangAt : Math.min(...rung));
    expect(row?.rangAt).toBeGreaterThanOrEqual(row?.dueAt ?? Infinity);
  });
});
