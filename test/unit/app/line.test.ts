/** The line of a group with two trunks: one that is full holds up nobody whose trunk has a channel. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { MOST_PASSED } from '../../../src/domain/leads/turn.js';
import { trunkPool } from '../../../src/app/calls/routing/resources.js';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';
import type { Telephony } from '../../../src/domain/routing/telephony.js';
import type { LeadId } from '../../../src/domain/values/ids.js';
import { NobodyAnswers, openAppBed, type AppBed } from '../../support/sim/app-bed.js';

const HOUR_MS = 3_600_000;
/** `a` carries mobiles, `b` the rest. */
const A = '+7916100';
const B = '+7495100';

let bed: AppBed;
beforeEach(async () => {
  const { trunks, callbacks } = simTelephony();
  const { carrier } = trunks;
  const telephony = {
    trunks: { a: { ...carrier, name: 'a', channels: 1 }, b: { ...carrier, name: 'b' } },
    routing: {
      routes: [
        { match: '+7916', trunks: ['a'], order: 'listed' },
        { match: '+7', trunks: ['b'], order: 'listed' },
      ],
    },
    callbacks: { default: { ...callbacks['default'], backlog: 'oldest-first' } },
  } as Partial<Telephony>;
  bed = await openAppBed({ users: ['anna'], people: new NobodyAnswers(1), telephony });
});
afterEach(() => bed.close());

async function take(prefix: string, n: number): Promise<LeadId> {
  const rawPhone = `${prefix}${String(n).padStart(4, '0')}`;
  const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone, answers: [], touch: {} };
  return (await bed.app.takeLead(draft)).leadId;
}

/** Somebody else's call has the only channel. */
async function fill(trunk: string): Promise<void> {
  const now = bed.clock.now();
  await bed.store.leases.takeSlot(trunkPool(trunk), 1, 'elsewhere', now + 24 * HOUR_MS, now);
}

const attemptsOf = async (lead: LeadId) => (await bed.store.attempts.ofLead(lead)).length;

describe('a lead whose trunk is full', () => {
  it('lets the next pass whose trunk has a channel, and is called when its own has one', async () => {
    await fill('a');
    const first = await take(A, 1);
    const second = await take(B, 2);
    await bed.pass(2000);
    expect([await attemptsOf(first), await attemptsOf(second)]).toEqual([0, 1]);
    expect(await bed.store.leads.byId(first)).toMatchObject({ status: 'deferred', passedOver: 1 });
    await bed.store.leases.releaseOwner('elsewhere');
    await bed.pass(40_000);
    expect(await attemptsOf(first)).toBe(1);
    expect((await bed.store.leads.byId(first))?.passedOver).toBe(0);
  });

  it('lets so many pass and no more: then the operator waits with it', async () => {
    await fill('a');
    const first = await take(A, 1);
    const others: LeadId[] = [];
    for (let n = 0; n < MOST_PASSED + 3; n += 1) others.push(await take(B, 10 + n));
    // Each rings Anna for 20 s in vain, and is to be called again 5 s later.
    await bed.pass(HOUR_MS / 6);
    const started = await Promise.all(others.map(attemptsOf));
    expect(started.reduce((sum, count) => sum + count, 0)).toBe(MOST_PASSED);
    expect(await attemptsOf(first)).toBe(0);
    await bed.store.leases.releaseOwner('elsewhere');
    await bed.pass(2000);
    expect(await attemptsOf(first)).toBe(1);
  });
});
