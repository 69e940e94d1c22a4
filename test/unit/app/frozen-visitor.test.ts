/** What a lead and its call keep of the visitor: as it was when they began, and nothing once the person is erased. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { branded } from '../../support/store/samples.js';
import { aSession, aTouch, aVisitor } from '../../support/store/visitors.js';

const PHONE = '+79161000007';

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed();
});
afterEach(() => bed.close());

describe('the visitor of a lead', () => {
  it('is frozen with the lead and with its callback’s call, and goes when the person is erased', async () => {
    const now = bed.clock.now();
    const session = aSession({
      startedAt: now - 60_000,
      lastSeenAt: now,
      touches: [aTouch({ at: now - 60_000 })],
    });
    await bed.store.visitors.add(aVisitor());
    await bed.store.visitors.addSession(session);
    const lead = { source: 'api', kind: 'callback', rawPhone: PHONE, answers: [], touch: {} } as const;
    const { leadId } = await bed.app.takeLead({ ...lead, sessionId: branded('session-1') });
    await bed.store.visitors.updateSession(branded('session-1'), {
      touches: [...session.touches, aTouch({ at: now + 3_600_000, source: 'later' })],
    });
    await bed.pass(10_000);
    const [call] = (await bed.store.calls.list({ limit: 1 })).items;
    if (call === undefined) throw new Error('nobody was called');
    expect(call.attribution).toMatchObject({ utm_source: 'google', session_id: 'session-1' });
    for (const owner of [leadId, call.id])
      expect(await bed.store.visitors.snapshotOf(owner)).toMatchObject({
        visitorId: 'visitor-1',
        secondsOnSite: 60,
        touches: [{ source: 'google', campaign: 'spring' }],
      });

    await bed.pass(86_400_000);
    await bed.app.erasePerson(PHONE, 'boss');
    expect(await bed.store.visitors.snapshotOf(leadId)).toBeUndefined();
    expect(await bed.store.visitors.session(branded('session-1'))).toMatchObject({ ip: '', userAgent: '' });
    expect((await bed.store.leads.byId(leadId))?.sessionId).toBeUndefined();
  });
});
