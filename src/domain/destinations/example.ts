/** An example of what destinations are told, for trying one before the first call. */
import type { CallId, E164, Instant } from '../values/ids.js';
import type { ToldEvent } from './destination.js';
import type { Occasion } from './occasion.js';

const TALK_SECONDS = 95;
const WAIT_SECONDS = 12;

/** A number of the range that is kept for fiction (Ofcom). */
const PHONE = '+447700900123' as E164;

export function exampleOccasion(event: ToldEvent, id: string, now: Instant): Occasion {
  const startedAt = now - (TALK_SECONDS + WAIT_SECONDS) * 1000;
  const isCall = event.startsWith('call.') || event === 'key.pressed';
  return {
    id,
    event,
    at: now,
    now,
    phone: PHONE,
    clientName: 'Test Client',
    ids: {
      gaClientId: '1111111111.1700000000',
      gaSessionId: '1700000000',
      metricaClientId: '1700000000123456789',
      yclid: '1234567890123456789',
      ttclid: 'E.C.P.test',
    },
    source: { source: 'google', medium: 'cpc', campaign: 'test' },
    landingPage: 'https://shop.example/?utm_source=google',
    project: 'shop',
    ...(event === 'key.pressed' ? { keys: ['5', '*5'] } : {}),
    ...(isCall ? { call: exampleCall(id as CallId, startedAt, now) } : {}),
    ...(event.startsWith('lead.') ? { lead: exampleLead(now) } : {}),
    ...(event === 'deal.changed' ? { deal: exampleDeal() } : {}),
  };
}

function exampleCall(id: CallId, startedAt: Instant, endedAt: Instant): NonNullable<Occasion['call']> {
  return {
    id,
    direction: 'inbound',
    startedAt,
    endedAt,
    talkSeconds: TALK_SECONDS,
    waitSeconds: WAIT_SECONDS,
    disposition: 'answered',
    mark: 'target',
    target: 'yes',
    tags: ['target'],
    first: 'yes',
    tracking: 'visitor',
  };
}

function exampleLead(receivedAt: Instant): NonNullable<Occasion['lead']> {
  return {
    id: 'test-lead',
    externalId: '7000000000000000001',
    kind: 'form',
    receivedAt,
    form: 'Test form',
    status: 'queued',
    test: 'no',
    answers: {},
  };
}

function exampleDeal(): NonNullable<Occasion['deal']> {
  return { id: 'test-deal', externalId: 'test-deal', status: 'won', amount: 100, currency: 'EUR' };
}
