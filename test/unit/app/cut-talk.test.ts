/** A talk whose media server dies under it: what its call, its lead and its operator see of that. */
import { afterEach, describe, expect, it } from 'vitest';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { E164, LeadId } from '../../../src/domain/values/ids.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { trackedTelephony, visit } from '../../support/sim/tracked.js';
import { poolNumber } from '../../support/store/numbers.js';

const PHONE = '+79161000001' as E164;
const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: PHONE, answers: [], touch: {} };

let bed: AppBed;
afterEach(() => bed.close());

async function untilTalking(): Promise<void> {
  for (let tick = 0; tick < 3000; tick += 1) {
    if (bed.app.liveCalls().some(({ state }) => state === 'bridged')) return;
    await bed.pass(100);
  }
  throw new Error('nobody talks');
}

/** What a lost server looks like from here: every leg on it ends. */
async function loseServer(reason = 'lost'): Promise<void> {
  for (const line of bed.world.lines) bed.world.hangUp(line, reason);
  await bed.pass(200);
}

async function lastCall() {
  const [call] = (await bed.store.calls.list({ limit: 1 })).items;
  if (call === undefined) throw new Error('there is no call');
  return call;
}

async function talkingLead(): Promise<LeadId> {
  bed = await openAppBed();
  const { leadId } = await bed.app.takeLead(draft);
  await untilTalking();
  return leadId;
}

describe('a cut talk', () => {
  it('stays answered, is told, and its client is called again within seconds, by the same operator first', async () => {
    const leadId = await talkingLead();
    await bed.pass(1000);
    await loseServer();
    const call = await lastCall();
    expect(call).toMatchObject({ disposition: 'answered' });
    expect(call.tags).toContain('cut');
    const events = await bed.store.events.ofCall(call.id);
    expect(events.find(({ name }) => name === 'call.cut')?.payload).toMatchObject({ reason: 'lost' });
    const lead = await bed.store.leads.byId(leadId);
    expect(lead).toMatchObject({ status: 'deferred', reason: 'cut-off' });
    expect((lead?.willCallAt ?? Infinity) - bed.clock.now()).toBeLessThanOrEqual(11_000);
    await bed.pass(15_000);
    const again = await lastCall();
    expect(again.id).not.toBe(call.id);
    const [first] = await bed.store.calls.legsOf(again.id);
    expect(first).toMatchObject({ role: 'operator', party: call.operator });
    await bed.pass(600_000);
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ status: 'reached' });
  });

  it('is over when the operator said what it came to, or somebody killed it by hand', async () => {
    const marked = await talkingLead();
    await bed.app.annotateCall((await lastCall()).id, { outcome: { mark: 'not-target' } }, 'test');
    await loseServer();
    expect(await bed.store.leads.byId(marked)).toMatchObject({ status: 'reached' });
    expect((await lastCall()).tags).toContain('cut');
    const killed = await bed.app.takeLead({ ...draft, rawPhone: '+79161000002' });
    await untilTalking();
    await loseServer('killed');
    expect(await bed.store.leads.byId(killed.leadId)).toMatchObject({ status: 'reached' });
    expect((await lastCall()).tags).not.toContain('cut');
  });

  it('of a caller becomes a lead where missed calls do', async () => {
    bed = await openAppBed({ telephony: trackedTelephony({ missedCall: 'default' }) });
    await bed.store.numbers.put(poolNumber(0));
    const shown = await bed.app.showNumber(visit('ann', bed.clock.now()));
    if (shown.kind !== 'number') throw new Error(shown.why);
    const remoteAddress = '192.0.2.1:5060';
    new SimCaller(bed.telephone, { remoteAddress, dnis: shown.number, ani: '79161234567' });
    await untilTalking();
    const call = await lastCall();
    await loseServer();
    const [lead] = (await bed.store.leads.list({ limit: 1 })).items;
    expect(lead).toMatchObject({ source: 'call', phone: '+79161234567', touch: { cut_call_id: call.id } });
    await bed.pass(600_000);
  });
});
