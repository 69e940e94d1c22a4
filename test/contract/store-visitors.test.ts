/** What every store must do with visitors and their visits. */
import { describe, expect, it } from 'vitest';
import { freezeVisitor } from '../../src/domain/attribution/visitor.js';
import { BACKENDS, fault } from '../support/store/backends.js';
import { branded } from '../support/store/samples.js';
import { aSession, aTouch, aVisitor } from '../support/store/visitors.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  it('gives visitors and visits back as they were stored', async () => {
    const { store } = await fresh();
    const full = aSession({
      telClicks: [{ at: 5, number: branded('+74951234567') }],
      city: 'Brno',
      country: 'CZ',
      gaClientId: '1.2',
      gaSessionId: '3',
      metricaClientId: '4',
    });
    await store.visitors.add(aVisitor());
    await store.visitors.addSession(full);
    expect(await store.visitors.byId(branded('visitor-1'))).toEqual(aVisitor());
    expect(await store.visitors.session(branded('session-1'))).toEqual(full);
    expect(await store.visitors.byId(branded('forged'))).toBeUndefined();
    expect(await store.visitors.session(branded('forged'))).toBeUndefined();
  });

  it('changes only what is named, and says when there is nothing to change', async () => {
    const { store } = await fresh();
    await store.visitors.addSession(aSession());
    const touches = [aTouch(), aTouch({ at: 9, source: 'x' })];
    await store.visitors.updateSession(branded('session-1'), { lastSeenAt: 9, touches });
    expect(await store.visitors.session(branded('session-1'))).toEqual(aSession({ lastSeenAt: 9, touches }));
    await expect(store.visitors.update(branded('forged'), { visits: 2 })).rejects.toEqual(fault('not-found'));
  });

  it('lists the visits of one visitor, newest first', async () => {
    const { store } = await fresh();
    for (const [id, startedAt] of [
      ['a', 1],
      ['c', 3],
      ['b', 2],
    ] as const)
      await store.visitors.addSession(aSession({ id, startedAt }));
    await store.visitors.addSession(aSession({ id: 'other', visitorId: 'visitor-2', startedAt: 9 }));
    const visits = await store.visitors.sessionsOf(branded('visitor-1'), 2);
    expect(visits.map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('keeps one snapshot a call, the first', async () => {
    const { store } = await fresh();
    const snapshot = freezeVisitor(aSession(), 1000);
    await store.visitors.keepSnapshot(branded('call-1'), snapshot);
    await store.visitors.keepSnapshot(branded('call-1'), { ...snapshot, frozenAt: 5 });
    expect(await store.visitors.snapshotOf(branded('call-1'))).toEqual(snapshot);
    await store.visitors.removeOlderThan(2000);
    expect(await store.visitors.snapshotOf(branded('call-1'))).toBeUndefined();
  });

  it('forgets what was last heard of long ago', async () => {
    const { store } = await fresh();
    await store.visitors.add(aVisitor());
    await store.visitors.add(aVisitor({ id: 'visitor-2', lastSeenAt: 5000 }));
    await store.visitors.addSession(aSession());
    await store.visitors.addSession(aSession({ id: 'session-2', visitorId: 'visitor-2', lastSeenAt: 5000 }));
    expect(await store.visitors.removeOlderThan(2000)).toBe(1);
    expect(await store.visitors.byId(branded('visitor-1'))).toBeUndefined();
    expect(await store.visitors.session(branded('session-2'))).toBeDefined();
  });
});
