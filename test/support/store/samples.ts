/** Values with every required field, to be changed where a test needs it. */
import type { Delivery } from '../../../src/app/ports/delivery-store.js';
import type {
  ActivityRecord,
  CallRecord,
  LegRecord,
  RecordingRecord,
} from '../../../src/domain/calls/call.js';
import type { Deal } from '../../../src/domain/deals/deal.js';
import type { TimelineEvent } from '../../../src/domain/calls/events.js';
import type { E164 } from '../../../src/domain/values/ids.js';
import type { Attempt, Connection, Form, Lead, Push } from '../../../src/domain/leads/lead.js';

/** Brands are of no use to tests: ids are written as they are, and fit wherever one is asked for. */
export const branded = (text: string): never => text as never;

export const PHONE: E164 = branded('+79161234567');

export function aLead(change: Partial<Lead> = {}): Lead {
  return {
    id: branded('lead-1'),
    receivedAt: 1000,
    source: 'api',
    kind: 'form',
    answers: [],
    touch: {},
    phone: PHONE,
    status: 'queued',
    reason: 'call-now',
    ...change,
  };
}

export function anAttempt(change: Partial<Attempt> = {}): Attempt {
  return {
    id: branded('attempt-1'),
    leadId: branded('lead-1'),
    phone: PHONE,
    number: 1,
    state: 'leased',
    startedAt: 1000,
    ...change,
  };
}

export function aCall(change: Partial<CallRecord> = {}): CallRecord {
  return {
    id: branded('call-1'),
    direction: 'callback',
    state: 'arriving',
    dialplan: 'callback',
    startedAt: 2000,
    tags: [],
    attribution: {},
    step: 0,
    ...change,
  };
}

export function aLeg(change: Partial<LegRecord> = {}): LegRecord {
  return {
    id: branded('leg-1'),
    callId: branded('call-1'),
    role: 'operator',
    party: 'anna',
    state: 'trying',
    identity: { sipCallId: 'a@b' },
    invitedAt: 2100,
    ...change,
  };
}

export function anActivity(change: Partial<ActivityRecord> = {}): ActivityRecord {
  return {
    id: branded('activity-1'),
    callId: branded('call-1'),
    verb: 'ring',
    directive: '{}',
    startedAt: 2100,
    ...change,
  };
}

export function aRecording(change: Partial<RecordingRecord> = {}): RecordingRecord {
  return {
    id: branded('recording-1'),
    callId: branded('call-1'),
    path: 'call-1.wav',
    channelRoles: ['operator', 'client'],
    startedAt: 2200,
    state: 'recording',
    ...change,
  };
}

export function anEvent(id: string, change: Partial<TimelineEvent> = {}): TimelineEvent {
  return { id: branded(id), name: 'lead.received', at: 1000, payload: {}, ...change };
}

export function aDelivery(change: Partial<Delivery> = {}): Delivery {
  return {
    id: branded('event-1'),
    endpoint: 'crm',
    body: '{}',
    createdAt: 1000,
    state: 'waiting',
    tries: 0,
    ...change,
  };
}

export function aConnection(change: Partial<Connection> = {}): Connection {
  return {
    id: branded('connection-1'),
    kind: 'tiktok',
    name: 'main',
    tags: ['ads'],
    enabled: 'on',
    createdAt: 500,
    ...change,
  };
}

export function aForm(change: Partial<Form> = {}): Form {
  return {
    id: branded('form-1'),
    connectionId: branded('connection-1'),
    externalId: '7190000000000000001',
    enabled: 'on',
    displayName: 'Spring',
    staticUtm: { utm_source: 'tiktok' },
    fieldMap: { Телефон: 'phone' },
    createdAt: 600,
    ...change,
  };
}

export function aPush(change: Partial<Push> = {}): Push {
  return {
    id: branded('push-1'),
    connectionId: branded('connection-1'),
    receivedAt: 700,
    body: '{"a":1}',
    signature: 'tiktok',
    results: [],
    ...change,
  };
}

export function aDeal(change: Partial<Deal> = {}): Deal {
  return {
    id: branded('deal-1'),
    externalId: 'crm-1',
    status: 'open',
    openedAt: 1000,
    at: 1000,
    matchedBy: 'nothing',
    touches: [],
    labels: {},
    ...change,
  };
}
