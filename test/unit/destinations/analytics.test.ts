/** Bodies for GA4, Metrica and TikTok as their documents have them, and what their answers mean. */
import { describe, expect, it } from 'vitest';
import type { Occasion } from '../../../src/domain/destinations/occasion.js';
import type { VendorRequest } from '../../../src/domain/destinations/conversation.js';
import { without } from '../../../src/domain/values/present.js';
import {
  answered,
  destination,
  hold,
  NOW,
  occasion,
  PHONE,
  sha256,
} from '../../support/destinations/occasions.js';

const bodyOf = ({ body }: VendorRequest): Record<string, never> => JSON.parse(body) as Record<string, never>;
const HOUR = 3_600_000;

describe('GA4', () => {
  const ga = (more: object = {}) =>
    destination({
      kind: 'ga4',
      on: ['call.ended', 'deal.changed', 'lead.received'],
      measurementId: 'G-ABC123',
      apiSecret: 'env:GA',
      ...more,
    });
  const secrets = { 'env:GA': 's3 cret' };

  it('gets a call as one event of the visitor’s session', () => {
    const { requests, verdicts } = hold(ga(), [occasion('call.ended')], {
      secrets,
      answers: [answered('', 204)],
    });
    expect(verdicts).toEqual([{ kind: 'delivered' }]);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://www.google-analytics.com/mp/collect?measurement_id=G-ABC123&api_secret=s3%20cret',
      headers: { 'content-type': 'application/json' },
    });
    expect(bodyOf(requests[0] as VendorRequest)).toEqual({
      client_id: '1111111111.1700000000',
      timestamp_micros: NOW * 1000,
      events: [
        {
          name: 'phone_call',
          params: {
            engagement_time_msec: 1,
            session_id: '1700000000',
            project: 'shop',
            event_id: 'event-1',
            source: 'google',
            medium: 'cpc',
            campaign: 'test',
            call_id: 'event-1',
            direction: 'inbound',
            talk_seconds: 95,
            wait_seconds: 12,
            disposition: 'answered',
            mark: 'target',
            target: 'yes',
            first_call: 'yes',
          },
        },
      ],
    });
  });

  it('gets a sale with its money and an id that counts it once', () => {
    const { requests } = hold(ga({ on: { 'deal.changed': 'purchase' } }), [occasion('deal.changed')], {
      secrets,
    });
    expect(bodyOf(requests[0] as VendorRequest)).toMatchObject({
      events: [{ name: 'purchase', params: { transaction_id: 'test-deal', value: 100, currency: 'EUR' } }],
    });
  });

  it('is not told of who it does not know, unless a pseudonym is wanted, nor of what is older than 72 hours', () => {
    const stranger = occasion('call.ended', { ids: {} });
    expect(hold(ga(), [stranger], { secrets })).toMatchObject({
      requests: [],
      verdicts: [{ kind: 'skipped', why: 'no GA client id is known' }],
    });
    const pseudonym = ga({ withoutClientId: 'pseudonym', userData: 'hashed-phone' });
    const [one, again] = [hold(pseudonym, [stranger], { secrets }), hold(pseudonym, [stranger], { secrets })];
    expect(one.requests).toEqual(again.requests);
    const body = bodyOf(one.requests[0] as VendorRequest);
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^\d+\.\d+$/) as string,
      events: [
        { name: 'campaign_details', params: { source: 'google', medium: 'cpc', campaign: 'test' } },
        { name: 'phone_call', params: { pseudonymous: 1 } },
      ],
      user_data: { sha256_phone_number: [sha256(PHONE)] },
    });
    expect(JSON.stringify(body)).not.toContain(PHONE.slice(1));
    const old = occasion('call.ended', { at: NOW - 73 * HOUR });
    expect(hold(ga(), [old], { secrets }).verdicts[0]).toMatchObject({ kind: 'skipped' });
  });

  it('keeps to the limits of the protocol with the longest texts', () => {
    const long = 'я'.repeat(300);
    const all = { ...occasion('call.ended'), ...occasion('deal.changed'), ...occasion('lead.received') };
    const everything: Occasion = {
      ...all,
      source: { source: long, medium: long, campaign: long, content: long, term: long },
    };
    const [event] = bodyOf(hold(ga(), [everything], { secrets }).requests[0] as VendorRequest)[
      'events'
    ] as unknown as [{ params: Record<string, unknown> }];
    expect(Object.keys(event.params).length).toBeLessThanOrEqual(25);
    for (const [name, value] of Object.entries(event.params)) {
      expect(name).toMatch(/^[a-z]\w{0,39}$/);
      expect(String(value).length).toBeLessThanOrEqual(100);
    }
  });

  it('tries by the validator, which says what is wrong', () => {
    const problem = { fieldPath: 'events', description: 'Name is reserved', validationCode: 'NAME_RESERVED' };
    const { requests, verdicts } = hold(ga(), [occasion('call.ended')], {
      secrets,
      mode: 'test',
      answers: [answered({ validationMessages: [problem] })],
    });
    expect(requests[0]?.url).toContain('/debug/mp/collect?');
    expect(verdicts[0]).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining('NAME_RESERVED') as string,
    });
    expect(hold(ga(), [occasion('call.ended')], { secrets, mode: 'test' }).verdicts).toEqual([
      { kind: 'delivered' },
    ]);
  });

  it('refuses names that Google keeps for itself, where they stand', () => {
    expect(() => ga({ on: { 'call.ended': 'session_start' } })).toThrow(/reserved/);
    expect(() => ga({ on: { 'call.ended': 'phone call' } })).toThrow(/letters/);
  });
});

describe('Metrica', () => {
  const metrica = (more: object = {}) =>
    destination({
      kind: 'yandex-metrica',
      on: { 'call.ended': 'call', 'deal.changed': 'sale', 'call.marked': 'target' },
      counter: 12345678,
      token: 'env:YM',
      ...more,
    });
  const secrets = { 'env:YM': 'y0_token' };
  const uploaded = (more: object = {}) =>
    answered({ uploading: { id: 77, source_quantity: 1, line_quantity: 1, status: 'UPLOADED', ...more } });
  /** Strictly as RFC 7578 has it; answers the CSV. */
  function fileOf({ headers, body }: VendorRequest): string[][] {
    const boundary = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(
      headers['content-type'] ?? '',
    )?.[1];
    const parts = body.split(`--${boundary ?? '?'}`);
    expect(parts.length).toBe(3);
    expect([parts[0], parts[2]]).toEqual(['', '--\r\n']);
    const [head = '', ...csv] = (parts[1] ?? '').split('\r\n\r\n');
    expect(head).toMatch(
      /^\r\nContent-Disposition: form-data; name="file"; filename="[\w.]+"\r\nContent-Type: text\/csv/,
    );
    return csv
      .join('\r\n\r\n')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  }

  it('gets calls and conversions in uploads of their own, with the id that is known', () => {
    const byYclid = occasion('deal.changed', { id: 'e3', ids: { yclid: '42' } });
    const { requests, verdicts, memory } = hold(
      metrica(),
      [occasion('call.ended'), occasion('deal.changed', { id: 'e2' }), byYclid],
      { secrets, answers: [uploaded(), uploaded({ id: 78, source_quantity: 2, line_quantity: 2 })] },
    );
    const base = 'https://api-metrika.yandex.net/management/v1/counter/12345678/offline_conversions';
    expect(requests.map(({ method, url, headers }) => [method, url, headers['authorization']])).toEqual([
      ['POST', `${base}/upload_calls?client_id_type=CLIENT_ID&comment=dialtrace`, 'OAuth y0_token'],
      ['POST', `${base}/upload?type=BASIC&comment=dialtrace`, 'OAuth y0_token'],
    ]);
    const [head = [], row = []] = fileOf(requests[0] as VendorRequest);
    expect(Object.fromEntries(head.map((name, place) => [name, row[place]]))).toEqual({
      ClientId: '1700000000123456789',
      DateTime: String(NOW / 1000),
      StaticCall: '0',
      PhoneNumber: PHONE,
      TalkDuration: '95',
      HoldDuration: '12',
      CallMissed: '0',
      FirstTimeCaller: '1',
      Tag: 'target',
      URL: 'https://shop.example/?utm_source=google',
    });
    expect(fileOf(requests[1] as VendorRequest)).toEqual([
      ['ClientId', 'DateTime', 'Target', 'Price', 'Currency', 'Yclid'],
      ['1700000000123456789', String(NOW / 1000), 'sale', '100', 'EUR', ''],
      ['', String(NOW / 1000), 'sale', '100', 'EUR', '42'],
    ]);
    expect(verdicts.map(({ kind }) => kind)).toEqual(['later', 'later', 'later']);
    expect(memory).toMatchObject({ upload: '78', uploadedAt: String(NOW) });
  });

  it('gets one upload a kind of id from counters that want it so', () => {
    const { requests } = hold(
      metrica({ upload: 'by-id' }),
      [occasion('deal.changed'), occasion('deal.changed', { id: 'e2', ids: { userId: 'u1' } })],
      { secrets, answers: [uploaded(), uploaded()] },
    );
    expect(requests.map(({ url }) => /client_id_type=(\w+)/.exec(url)?.[1])).toEqual([
      'CLIENT_ID',
      'USER_ID',
    ]);
  });

  it('is followed until it says what became of an upload', () => {
    const memory = { upload: '77', uploadedAt: String(NOW - HOUR) };
    const look = (status: string, at = memory) =>
      hold(metrica(), [occasion('deal.changed')], {
        secrets,
        memory: at,
        answers: [answered({ uploading: { id: 77, status } })],
      });
    const { requests, verdicts } = look('PROCESSED');
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: expect.stringMatching(/\/uploading\/77$/) as string,
      body: '',
    });
    expect(verdicts).toEqual([{ kind: 'delivered', note: 'upload 77' }]);
    expect(look('MATCHED').verdicts[0]).toMatchObject({ kind: 'later', afterSeconds: 900 });
    expect(look('LINKAGE_FAILURE').verdicts[0]).toMatchObject({ kind: 'dead' });
    expect(look('EXPORTED', { ...memory, uploadedAt: String(NOW - 25 * HOUR) }).verdicts[0]).toMatchObject({
      kind: 'delivered',
      note: expect.stringContaining('EXPORTED') as string,
    });
  });

  it('says what it refuses', () => {
    const told = (answer: ReturnType<typeof answered>) =>
      hold(metrica(), [occasion('deal.changed')], { secrets, answers: [answer] });
    expect(told(uploaded({ line_quantity: 0 }))).toMatchObject({ verdicts: [{ kind: 'dead' }], memory: {} });
    const denied = { errors: [{ error_type: 'invalid_token' }], code: 403, message: 'Access denied' };
    expect(told(answered(denied, 403)).verdicts[0]).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('renew the secret') as string,
    });
    expect(told(answered('', 429)).verdicts[0]).toMatchObject({ kind: 'retry' });
    expect(told(answered({ message: 'bad csv' }, 400)).verdicts[0]).toMatchObject({ kind: 'dead' });
  });

  it('is not told of what is older than 21 days or of nobody’s visit; static calls count without one', () => {
    const old = occasion('deal.changed', { at: NOW - 22 * 24 * HOUR });
    const nobody = occasion('deal.changed', { ids: {} });
    const { requests, verdicts } = hold(metrica(), [old, nobody], { secrets });
    expect([requests.length, ...verdicts.map(({ kind }) => kind)]).toEqual([0, 'skipped', 'skipped']);
    const call = occasion('call.ended').call;
    const poster = occasion('call.ended', {
      ids: {},
      ...(call && { call: { ...call, tracking: 'static' } }),
    });
    const [head = [], row = []] = fileOf(hold(metrica(), [poster], { secrets }).requests[0] as VendorRequest);
    expect([row[head.indexOf('ClientId')], row[head.indexOf('StaticCall')]]).toEqual(['', '1']);
  });
});

describe('TikTok', () => {
  const tiktok = (more: object = {}) =>
    destination({
      kind: 'tiktok-events',
      on: ['call.ended', 'deal.changed', 'lead.received'],
      sourceId: '7000',
      token: 'env:TT',
      testEventCode: 'TEST1',
      ...more,
    });
  const secrets = { 'env:TT': 'tt-token' };

  it('hashes as its documents say: the vectors', () => {
    expect(sha256('+79991234567')).toBe('aaa3a8d51bbd45911d65744e547c0b7094464669438951c04b8a86c56e1ce8db');
    const person = occasion('call.ended', {
      email: ' ALICE_abc@gmail.com ',
      ids: { userId: 'user_123', ttclid: 'E.C.P' },
    });
    const { requests } = hold(tiktok({ source: 'web' }), [person], { secrets });
    expect(bodyOf(requests[0] as VendorRequest)).toMatchObject({
      data: [
        {
          user: {
            phone: ['aaa3a8d51bbd45911d65744e547c0b7094464669438951c04b8a86c56e1ce8db'],
            email: ['848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f'],
            external_id: ['80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b'],
            ttclid: 'E.C.P',
          },
        },
      ],
    });
    expect(requests[0]?.body).not.toMatch(/9991234567|ALICE|alice|user_123/);
  });

  it('gets events with a text as id, and leads of its own forms by their lead id', () => {
    const { requests, verdicts } = hold(tiktok(), [occasion('lead.received')], { secrets });
    expect(verdicts[0]?.kind).toBe('delivered');
    expect(requests[0]).toMatchObject({
      url: 'https://business-api.tiktok.com/open_api/v1.3/event/track/',
      headers: { 'access-token': 'tt-token', 'content-type': 'application/json' },
    });
    const body = bodyOf(requests[0] as VendorRequest);
    expect(body).toMatchObject({
      event_source: 'crm',
      event_source_id: '7000',
      data: [
        {
          event: 'Lead',
          event_time: NOW / 1000,
          event_id: 'event-1',
          lead: { lead_id: '7000000000000000001', lead_event_source: 'dialtrace' },
        },
      ],
    });
    expect(body).not.toHaveProperty('test_event_code');
    const sale = hold(tiktok({ source: 'offline' }), [occasion('deal.changed')], { secrets, mode: 'test' });
    expect(bodyOf(sale.requests[0] as VendorRequest)).toMatchObject({
      test_event_code: 'TEST1',
      data: [{ event: 'Purchase', properties: { value: 100, currency: 'EUR', order_id: 'test-deal' } }],
    });
  });

  it('says by its code what became of it, whatever the status', () => {
    const told = (answer: ReturnType<typeof answered>) =>
      hold(tiktok(), [occasion('call.ended')], { secrets, answers: [answer] }).verdicts[0];
    expect(told(answered({ code: 0, message: 'OK', request_id: 'r1' }))).toEqual({
      kind: 'delivered',
      note: 'r1',
    });
    expect(told(answered({ code: 40100, message: 'Too many' }))?.kind).toBe('retry');
    expect(told(answered({ code: 40105, message: 'Access token is incorrect' }))).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('renew the token') as string,
    });
    expect(told(answered({ code: 40002, message: 'event_id must be a string' }))?.kind).toBe('dead');
    expect(told(answered('404 page not found'))?.kind).toBe('retry');
    expect(told({ kind: 'unreachable', why: 'timeout' })).toEqual({ kind: 'retry', why: 'timeout' });
  });

  it('is not told of whom it could not know, nor of what is older than 28 days', () => {
    const hidden = without(occasion('call.ended', { ids: { ip: '192.0.2.1' } }), 'phone');
    for (const one of [hidden, occasion('call.ended', { at: NOW - 29 * 24 * HOUR })])
      expect(hold(tiktok(), [one], { secrets })).toMatchObject({
        requests: [],
        verdicts: [{ kind: 'skipped' }],
      });
  });
});
