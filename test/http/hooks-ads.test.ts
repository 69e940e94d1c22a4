/** Hooks of advertising systems over HTTP: handshakes, secrets within the body, the answers each of them expects. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_SECRET, openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
  for (const payload of [
    { kind: 'google-ads', name: 'ads', secret_ref: 'env:APP_SECRET' },
    { kind: 'vk', name: 'group', secret_ref: 'env:APP_SECRET', intake: { confirmation: 'c0nf1rm' } },
    { kind: 'vk', name: 'bare', secret_ref: 'env:APP_SECRET' },
  ])
    await bed.request({ method: 'POST', url: '/v1/connections', payload });
});
afterAll(() => bed.close());

const post = (url: string, payload: object | string) =>
  bed.request({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });

const stored = async (externalId: string) => {
  const { items } = (await bed.request({ url: '/v1/leads?limit=500' })).json();
  return items.filter(({ external_id }) => external_id === externalId);
};

describe('the hook of Google Ads', () => {
  const lead = (change: object) => ({
    lead_id: 'g1',
    form_id: 1,
    google_key: APP_SECRET,
    user_column_data: [{ column_id: 'PHONE_NUMBER', string_value: '+79161110001' }],
    ...change,
  });

  it('answers {} and stores the lead once', async () => {
    expect((await post('/hooks/google-ads/ads', lead({}))).body).toBe('{}');
    expect((await post('/hooks/google-ads/ads', lead({}))).body).toBe('{}');
    expect(await stored('g1')).toMatchObject([{ status: 'queued', source: 'google-ads' }]);
  });

  it('stores a test lead and calls nobody', async () => {
    await post('/hooks/google-ads/ads', lead({ lead_id: 'g2', is_test: true }));
    expect(await stored('g2')).toMatchObject([{ status: 'not-dialled', reason: { code: 'test-lead' } }]);
  });

  it.each([
    ['a wrong key', lead({ lead_id: 'g3', google_key: 'other' }), 401],
    ['no key', lead({ lead_id: 'g3', google_key: undefined }), 401],
    ['no JSON', '{', 400],
    ['no lead', { google_key: APP_SECRET }, 422],
  ])('refuses %s with a message for the advertiser', async (_what, body, status) => {
    const answer = await post('/hooks/google-ads/ads', body);
    expect(answer.json()).toMatchObject({ status, message: expect.stringMatching(/\w/) as string });
    expect(await stored('g3')).toEqual([]);
  });
});

describe('the hook of VK', () => {
  const event = (change: object) => ({
    type: 'lead_forms_new',
    group_id: 1,
    secret: APP_SECRET,
    object: { lead_id: 70, form_id: 3, answers: [{ key: 'phone_number', answer: '+79161110002' }] },
    ...change,
  });

  it('is confirmed with the string of the connection', async () => {
    const answer = await post('/hooks/vk/group', { type: 'confirmation', group_id: 1 });
    expect([answer.statusCode, answer.body]).toEqual([200, 'c0nf1rm']);
    expect((await post('/hooks/vk/bare', { type: 'confirmation' })).json()).toMatchObject({
      code: 'conflict',
    });
  });

  it('answers ok to a lead, and to what is none', async () => {
    expect((await post('/hooks/vk/group', event({}))).body).toBe('ok');
    expect((await post('/hooks/vk/group', event({ type: 'message_new' }))).body).toBe('ok');
    expect(await stored('70')).toMatchObject([{ status: 'queued', source: 'vk' }]);
  });

  it('refuses an event without the secret', async () => {
    expect((await post('/hooks/vk/group', event({ secret: 'x' }))).statusCode).toBe(401);
    expect((await post('/hooks/vk/group', event({ secret: undefined }))).statusCode).toBe(401);
  });
});
