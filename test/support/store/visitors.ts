/** Visitors and visits with every field set, to be changed by a test where it matters. */
import type { Touch } from '../../../src/domain/attribution/touch.js';
import type { Visitor, VisitorSession } from '../../../src/domain/attribution/visitor.js';
import { branded } from './samples.js';

type Plain<T> = { [K in keyof T]?: T[K] extends string ? string : T[K] };

export function aTouch(change: Partial<Touch> = {}): Touch {
  return {
    at: 1000,
    channel: 'paid',
    source: 'google',
    medium: 'cpc',
    campaign: 'spring',
    clickIds: { gclid: 'g1' },
    landingPage: 'https://shop.example/',
    ...change,
  };
}

export function aVisitor(change: Plain<Visitor> = {}): Visitor {
  return {
    id: 'visitor-1',
    project: 'shop',
    firstSeenAt: 1000,
    lastSeenAt: 1000,
    visits: 1,
    ...change,
  } as Visitor;
}

export function aSession(change: Plain<VisitorSession> = {}): VisitorSession {
  return {
    id: branded('session-1'),
    visitorId: branded('visitor-1'),
    project: 'shop',
    startedAt: 1000,
    lastSeenAt: 1000,
    agent: 'person',
    touches: [aTouch()],
    pages: [{ url: 'https://shop.example/', title: 'Shop', at: 1000, seconds: 3 }],
    telClicks: [],
    ip: '192.0.2.1',
    userAgent: 'Mozilla/5.0',
    device: { kind: 'desktop', browser: 'Firefox 140', os: 'Linux' },
    ...change,
  } as VisitorSession;
}
