/** The snapshot of a visitor that is kept with a call, and whose pages belong to a project. */
import { describe, expect, it } from 'vitest';
import { isSiteOf } from '../../../src/domain/attribution/project.js';
import { freezeVisitor } from '../../../src/domain/attribution/visitor.js';
import { aSession, aTouch } from '../../support/store/visitors.js';

describe('a visitor frozen at ring time', () => {
  const session = aSession({
    startedAt: 1000,
    lastSeenAt: 90_000,
    touches: [aTouch({ at: 1000 }), aTouch({ at: 61_000, source: 'later' })],
    pages: [
      { url: 'https://shop.example/', at: 1000, seconds: 30 },
      { url: 'https://shop.example/thanks', at: 61_001 },
    ],
    telClicks: [{ at: 60_000 }, { at: 70_000 }],
    city: 'Brno',
    gaClientId: '1.2',
  });

  it('knows nothing that happened after', () => {
    expect(freezeVisitor(session, 61_000)).toMatchObject({
      frozenAt: 61_000,
      touches: [{ at: 1000 }, { at: 61_000 }],
      pages: [{ url: 'https://shop.example/' }],
      telClicks: [{ at: 60_000 }],
      secondsOnSite: 60,
      city: 'Brno',
      gaClientId: '1.2',
    });
  });

  it('knows the visits before this one, newest first', () => {
    const earlier = [
      aSession({ id: 's-old', startedAt: 10, pages: [] }),
      aSession({ id: 's-newer', startedAt: 500, touches: [aTouch({ at: 500 })] }),
      session,
      aSession({ id: 's-after', startedAt: 2000 }),
    ];
    expect(freezeVisitor(session, 61_000, earlier).earlierVisits.map(({ sessionId }) => sessionId)).toEqual([
      's-newer',
      's-old',
    ]);
  });
});

describe('a site of a project', () => {
  const project = { sites: ['https://shop.example', 'https://*.shop.example', 'http://127.0.0.1:8000'] };
  it.each([
    ['https://shop.example', true],
    ['https://m.shop.example', true],
    ['http://shop.example', false],
    ['https://shop.example:8443', false],
    ['https://evilshop.example', false],
    ['https://shop.example.evil.example', false],
    ['http://127.0.0.1:8000', true],
    ['null', false],
  ])('%s: %s', (origin, expected) => {
    expect(isSiteOf(project, origin)).toBe(expected);
  });
});
