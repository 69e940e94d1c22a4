/** Conversations with CRMs: the client is found first, nothing is asked for twice, and a call is told once. */
import { describe, expect, it } from 'vitest';
import type { VendorRequest } from '../../../src/domain/destinations/conversation.js';
import type { Destination } from '../../../src/domain/destinations/destination.js';
import { isSamePhone } from '../../../src/domain/destinations/kinds/crm-talk.js';
import type { Occasion } from '../../../src/domain/destinations/occasion.js';
import { without } from '../../../src/domain/values/present.js';
import { answered, destination, hold, occasion, PHONE } from '../../support/destinations/occasions.js';

const jsonOf = (request: VendorRequest | undefined): unknown =>
  JSON.parse(request?.body ?? 'null') as unknown;

function ended(change: Partial<NonNullable<Occasion['call']>> = {}): Occasion {
  const one = occasion('call.ended');
  return {
    ...one,
    ...(one.call && { call: { ...one.call, recordingUrl: 'https://calls.example/r/1.wav', ...change } }),
  };
}

describe('Bitrix24', () => {
  const bitrix = (more: object = {}): Destination =>
    destination({
      kind: 'bitrix24',
      on: ['call.started', 'call.ended', 'lead.received'],
      webhook: 'env:B24',
      source: 'CALL',
      users: { anna: 7 },
      fields: { UF_GCID: '{{ gcid }}', UF_YCID: '{{ yaClientId }}', UF_NONE: '{{ userId }}' },
      ...more,
    });
  const secrets = { 'env:B24': 'https://x.bitrix24.ru/rest/1/k3y/' };
  const methodsOf = (requests: readonly VendorRequest[]): string[] =>
    requests.map(({ url }) => url.replace('https://x.bitrix24.ru/rest/1/k3y/', ''));

  it('makes a lead of a caller that is not known, at the start of the call, and opens its card', () => {
    const start = occasion('call.started');
    const { requests, verdicts, memory } = hold(bitrix(), [start], {
      secrets,
      answers: [
        answered({ result: [] }),
        answered({ result: 314 }),
        answered({ result: { CALL_ID: 'externalCall.a', CRM_ENTITY_ID: 314 } }),
      ],
    });
    expect(methodsOf(requests)).toEqual([
      'telephony.externalCall.searchCrmEntities.json',
      'crm.lead.add.json',
      'telephony.externalcall.register.json',
    ]);
    expect(jsonOf(requests[0])).toEqual({ PHONE_NUMBER: PHONE });
    expect(jsonOf(requests[1])).toMatchObject({
      fields: {
        TITLE: `${PHONE} google test`,
        PHONE: [{ VALUE: PHONE, VALUE_TYPE: 'WORK' }],
        SOURCE_ID: 'CALL',
        UTM_SOURCE: 'google',
        UF_GCID: '1111111111.1700000000',
        UF_YCID: '1700000000123456789',
      },
    });
    expect(requests[1]?.body).not.toContain('UF_NONE');
    expect(jsonOf(requests[2])).toMatchObject({
      TYPE: 2,
      CRM_CREATE: 0,
      CRM_ENTITY_TYPE: 'LEAD',
      CRM_ENTITY_ID: '314',
      SHOW: 1,
    });
    expect(verdicts).toEqual([
      { kind: 'delivered', note: 'call externalCall.a', card: 'https://x.bitrix24.ru/crm/lead/details/314/' },
    ]);
    expect(memory).toEqual({ entityType: 'LEAD', entityId: '314', 'callId event-1': 'externalCall.a' });
  });

  it('goes on from there at the end: no second search, lead or call; the recording is attached', () => {
    const memory = { entityType: 'LEAD', entityId: '314', 'callId event-1': 'externalCall.a' };
    const { requests, memory: after } = hold(bitrix(), [ended({ operator: 'anna' })], { secrets, memory });
    expect(methodsOf(requests)).toEqual([
      'telephony.externalcall.finish.json',
      'telephony.externalCall.attachRecord.json',
    ]);
    expect(jsonOf(requests[0])).toMatchObject({
      CALL_ID: 'externalCall.a',
      USER_ID: '7',
      DURATION: 95,
      STATUS_CODE: '200',
    });
    expect(jsonOf(requests[1])).toMatchObject({ RECORD_URL: 'https://calls.example/r/1.wav' });
    expect(hold(bitrix(), [ended()], { secrets, memory: after }).requests).toEqual([]);
    const second = hold(bitrix(), [ended({ id: 'call-2' })], { secrets, memory: after });
    expect(methodsOf(second.requests)[0]).toBe('telephony.externalcall.register.json');
    expect(jsonOf(second.requests[0])).toMatchObject({ CRM_ENTITY_ID: '314' });
  });

  it('makes no lead of a client that is known', () => {
    const { requests, verdicts } = hold(bitrix(), [ended({ disposition: 'no-operator', talkSeconds: 0 })], {
      secrets,
      answers: [answered({ result: [{ CRM_ENTITY_TYPE: 'CONTACT', CRM_ENTITY_ID: 5 }] })],
    });
    expect(methodsOf(requests)).not.toContain('crm.lead.add.json');
    expect(jsonOf(requests[2])).toMatchObject({ STATUS_CODE: '304', DURATION: 0 });
    expect(verdicts[0]).toMatchObject({ card: 'https://x.bitrix24.ru/crm/contact/details/5/' });
  });

  it('goes on where it was cut off, and backs off when asked too often', () => {
    const cut = hold(bitrix(), [ended()], {
      secrets,
      answers: [
        answered({ result: [] }),
        answered({ result: 9 }),
        answered({ error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' }, 503),
      ],
    });
    expect(cut.verdicts[0]).toMatchObject({ kind: 'retry' });
    expect(cut.memory).toEqual({ entityType: 'LEAD', entityId: '9' });
    const again = hold(bitrix(), [ended()], { secrets, memory: cut.memory });
    expect(methodsOf(again.requests)[0]).toBe('telephony.externalcall.register.json');
    const refused = (error: string, status: number) =>
      hold(bitrix(), [ended()], { secrets, answers: [answered({ error, error_description: 'no' }, status)] })
        .verdicts[0];
    expect(refused('expired_token', 401)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('renew') as string,
    });
    expect(refused('ERROR_CORE', 400)).toMatchObject({ kind: 'dead' });
  });

  it('is not told of deals, which come from it', () => {
    expect(() => bitrix({ on: ['deal.changed'] })).toThrow();
  });

  it('gets leads without a call too, and nothing of who hides the number', () => {
    const { requests } = hold(bitrix(), [occasion('lead.received')], { secrets });
    expect(methodsOf(requests)).toEqual([
      'telephony.externalCall.searchCrmEntities.json',
      'crm.lead.add.json',
    ]);
    const hidden = without(ended(), 'phone');
    expect(hold(bitrix(), [hidden], { secrets }).verdicts[0]).toMatchObject({ kind: 'skipped' });
  });
});

describe('amoCRM', () => {
  const amo = (more: object = {}): Destination =>
    destination({
      kind: 'amocrm',
      on: ['call.ended', 'lead.received'],
      url: 'https://x.amocrm.ru/',
      token: 'env:AMO',
      pipelineId: 3,
      users: { anna: 77 },
      fields: { '555': '{{ gcid }}', UTM_SOURCE: '{{ source }}' },
      ...more,
    });
  const secrets = { 'env:AMO': 'amo-token' };
  const contact = (value: string) => ({
    id: 12,
    custom_fields_values: [{ field_code: 'PHONE', values: [{ value }] }],
  });
  const contacts = (...all: object[]) => answered({ _embedded: { contacts: all } });
  const stepsOf = (requests: readonly VendorRequest[]): string[] =>
    requests.map(({ method, url }) => `${method} ${url.replace('https://x.amocrm.ru/api/v4', '')}`);

  it('finds the client by the last ten digits, however they are written, and tells the call once', () => {
    const { requests, verdicts, memory } = hold(amo(), [ended({ operator: 'anna' })], {
      secrets,
      answers: [contacts(contact('+7 (999) 000-00-00'), { ...contact('8 (999) 123-45-67'), id: 13 })],
    });
    expect(stepsOf(requests)).toEqual(['GET /contacts?query=79991234567&with=leads', 'POST /calls']);
    expect(requests[0]?.headers).toEqual({ authorization: 'Bearer amo-token' });
    expect(jsonOf(requests[1])).toEqual([
      {
        direction: 'inbound',
        uniq: 'event-1',
        duration: 95,
        source: 'dialtrace',
        phone: PHONE,
        call_status: 4,
        created_at: expect.any(Number) as number,
        responsible_user_id: 77,
        link: 'https://calls.example/r/1.wav',
        call_responsible: 'anna',
      },
    ]);
    expect(verdicts[0]).toMatchObject({ kind: 'delivered', card: 'https://x.amocrm.ru/contacts/detail/13' });
    expect(hold(amo(), [ended()], { secrets, memory }).requests).toEqual([]);
  });

  it('makes a contact with a lead of who is not known; 204 is nobody', () => {
    const { requests, verdicts, memory } = hold(amo(), [ended()], {
      secrets,
      answers: [answered('', 204), contacts({ id: 21 }), answered({ _embedded: { leads: [{ id: 22 }] } })],
    });
    expect(stepsOf(requests).slice(1)).toEqual(['POST /contacts', 'POST /leads', 'POST /calls']);
    expect(jsonOf(requests[1])).toMatchObject([
      {
        name: 'Test Client',
        custom_fields_values: [{ field_code: 'PHONE', values: [{ value: PHONE, enum_code: 'WORK' }] }],
      },
    ]);
    expect(jsonOf(requests[2])).toMatchObject([
      {
        pipeline_id: 3,
        custom_fields_values: [
          { field_id: 555, values: [{ value: '1111111111.1700000000' }] },
          { field_code: 'UTM_SOURCE', values: [{ value: 'google' }] },
        ],
        _embedded: { contacts: [{ id: 21 }] },
      },
    ]);
    expect(verdicts[0]).toMatchObject({ card: 'https://x.amocrm.ru/leads/detail/22' });
    expect(memory).toMatchObject({ contactId: '21', leadId: '22' });
  });

  it('whose lead was not made in time makes it at the next try, on the same contact', () => {
    const cut = hold(amo(), [ended()], {
      secrets,
      answers: [answered('', 204), contacts({ id: 21 }), answered('', 429)],
    });
    expect(cut.verdicts[0]).toMatchObject({ kind: 'retry' });
    expect(stepsOf(hold(amo(), [ended()], { secrets, memory: cut.memory }).requests)).toEqual([
      'POST /leads',
      'POST /calls',
    ]);
  });

  it('that knows nobody with the number says so in its errors', () => {
    const refused = answered({
      _embedded: { calls: [], errors: [{ status: 404, detail: 'Entity not found' }] },
    });
    const { verdicts } = hold(amo(), [ended()], { secrets, answers: [contacts(contact(PHONE)), refused] });
    expect(verdicts[0]).toMatchObject({ kind: 'dead', why: expect.stringContaining('nobody') as string });
  });

  it('compares no number that is too short to be one', () => {
    expect(isSamePhone('+7 999 123-45-67', '89991234567')).toBe(true);
    expect(isSamePhone('112', '112')).toBe(false);
  });
});

describe('HubSpot', () => {
  const hubspot = (more: object = {}): Destination =>
    destination({
      kind: 'hubspot',
      on: ['call.ended', 'lead.received'],
      token: 'env:HS',
      portalId: 99,
      users: { anna: 5 },
      fields: { ga_client_id: '{{ gcid }}' },
      ...more,
    });
  const secrets = { 'env:HS': 'hs-token' };
  const stepsOf = (requests: readonly VendorRequest[]): string[] =>
    requests.map(({ url }) => url.replace('https://api.hubapi.com/crm/v3/objects', ''));

  it('finds a contact by either phone, and tells the call of it once', () => {
    const found = answered({ results: [{ id: '51', properties: { phone: null, mobilephone: PHONE } }] });
    const { requests, verdicts, memory } = hold(hubspot(), [ended({ operator: 'anna' })], {
      secrets,
      answers: [found, answered({ id: '7' }, 201)],
    });
    expect(stepsOf(requests)).toEqual(['/contacts/search', '/calls']);
    expect(requests[0]?.headers['authorization']).toBe('Bearer hs-token');
    expect(jsonOf(requests[0])).toMatchObject({
      filterGroups: [
        { filters: [{ propertyName: 'phone', operator: 'EQ', value: PHONE }] },
        { filters: [{ propertyName: 'mobilephone', operator: 'EQ', value: PHONE }] },
      ],
    });
    expect(jsonOf(requests[1])).toMatchObject({
      properties: {
        hs_call_direction: 'INBOUND',
        hs_call_duration: '95000',
        hs_call_status: 'COMPLETED',
        hs_call_from_number: PHONE,
        hs_call_recording_url: 'https://calls.example/r/1.wav',
        hubspot_owner_id: '5',
      },
      associations: [
        { to: { id: '51' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }] },
      ],
    });
    expect(verdicts).toEqual([{ kind: 'delivered', card: 'https://app.hubspot.com/contacts/99/contact/51' }]);
    expect(hold(hubspot(), [ended()], { secrets, memory }).requests).toEqual([]);
  });

  it('makes a contact of who is not known, or takes the one that has the e-mail already', () => {
    const told = (second: ReturnType<typeof answered>) =>
      hold(hubspot(), [ended()], {
        secrets,
        answers: [answered({ results: [] }), second, answered({ id: '8' })],
      });
    const made = told(answered({ id: '61' }, 201));
    expect(stepsOf(made.requests)).toEqual(['/contacts/search', '/contacts', '/calls']);
    expect(jsonOf(made.requests[1])).toEqual({
      properties: { phone: PHONE, firstname: 'Test Client', ga_client_id: '1111111111.1700000000' },
    });
    const conflict = answered({ message: 'Contact already exists. Existing ID: 62' }, 409);
    expect(jsonOf(told(conflict).requests[2])).toMatchObject({ associations: [{ to: { id: '62' } }] });
    expect(told(answered({ message: 'expired' }, 401)).verdicts[0]).toMatchObject({ kind: 'retry' });
    expect(told(answered('', 429)).memory).toEqual({});
  });
});

describe('a CRM’s own method', () => {
  const crm = (more: object = {}): Destination =>
    destination({
      kind: 'crm-webhook',
      on: ['call.started', 'key.pressed'],
      url: 'https://crm.example/hook',
      ...more,
    });

  it('gets every fact by its name, or the fields it wants', () => {
    const { requests } = hold(crm(), [occasion('call.started')]);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'event-1' },
    });
    expect(jsonOf(requests[0])).toMatchObject({
      event: 'call.started',
      phone: PHONE,
      gcid: '1111111111.1700000000',
      yaClientId: '1700000000123456789',
      source: 'google',
    });
    const named = crm({
      body: { tel: '{{ phone }}', cid: '{{ gcid }}', why: 'call & key', none: '{{ userId }}' },
      format: 'form',
    });
    expect(hold(named, [occasion('key.pressed')]).requests[0]?.body).toBe(
      `tel=%2B79991234567&cid=1111111111.1700000000&why=call%20%26%20key&none=`,
    );
    const asked = crm({ url: 'env:HOOK', method: 'GET', body: { tel: '{{ phone }}' }, token: 'env:T' });
    const secrets = { 'env:HOOK': 'https://crm.example/h?key=1', 'env:T': 'tok' };
    expect(hold(asked, [occasion('call.started')], { secrets }).requests[0]).toMatchObject({
      method: 'GET',
      url: 'https://crm.example/h?key=1&tel=%2B79991234567',
      headers: { authorization: 'Bearer tok' },
      body: '',
    });
  });

  it('names the card, if it is an address that a browser may open', () => {
    const cardOf = (crmUrl: unknown) =>
      hold(crm(), [occasion('call.started')], { answers: [answered({ crm_url: crmUrl })] }).verdicts[0];
    expect(cardOf('https://crm.example/c/1')).toEqual({ kind: 'delivered', card: 'https://crm.example/c/1' });
    for (const bad of ['javascript:alert(1)', 'https://a b', 7, null])
      expect(cardOf(bad)).toEqual({ kind: 'delivered' });
  });

  it('is told once a call when that is wanted', () => {
    const once = crm({ once: 'call' });
    const { memory } = hold(once, [occasion('call.started')]);
    expect(hold(once, [occasion('key.pressed')], { memory })).toMatchObject({
      requests: [],
      verdicts: [{ kind: 'skipped' }],
    });
    expect(hold(once, [occasion('call.started')], { answers: [answered('', 500)] }).memory).toEqual({});
  });

  it('refuses a template with a name that is no fact', () => {
    expect(() => crm({ body: { a: '{{ phon }}' } })).toThrow(/did you mean phone/);
    expect(() => crm({ body: { a: '{{ phone }' } })).toThrow(/do not match/);
  });
});
