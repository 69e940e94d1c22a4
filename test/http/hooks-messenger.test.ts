/** Conversations over HTTP: from the first message to the lead, words, opt-out, repetitions, the handshake. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_SECRET, openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
  const intake = {
    callback_words: ['перезвон*'],
    opt_out_words: ['стоп'],
    verify_token_ref: 'env:APP_SECRET',
  };
  for (const [name, provider] of [
    ['respond', 'respond-io'],
    ['zwiz', 'generic'],
  ])
    await bed.request({
      method: 'POST',
      url: '/v1/connections',
      payload: {
        kind: 'messenger',
        name,
        secret_ref: 'env:APP_SECRET',
        country: 'RU',
        intake: { ...intake, provider },
      },
    });
});
afterAll(() => bed.close());

let messages = 0;
async function say(chat: string, text: string, more: object = {}) {
  messages += 1;
  const answer = await bed.request({
    method: 'POST',
    url: `/hooks/messenger/zwiz?token=${APP_SECRET}`,
    payload: { chat_id: chat, message_id: `m${messages}`, text, platform: 'tiktok', ...more },
  });
  return answer.json().results[0];
}
const leadOf = async (id: string | undefined) => (await bed.request({ url: `/v1/leads/${id}` })).json();

describe('a conversation', () => {
  it('is listened to until a phone is written, then it is a lead with what was said', async () => {
    expect(await say('c1', 'Сколько стоит замер?', { tracking_id: 'tt-7', name: 'Анна' })).toMatchObject({
      result: 'acknowledged',
      why: 'no-phone-yet',
    });
    const made = await say('c1', 'мой номер 8 916 222-00-01');
    expect(made).toMatchObject({ result: 'stored', status: 'queued', external_id: 'c1' });
    expect(await leadOf(made?.lead_id)).toMatchObject({
      source: 'messenger',
      kind: 'messenger',
      phone: '+79162220001',
      client_name: 'Анна',
      form_name: 'tiktok',
      answers: [{ field: 'message', value: 'Сколько стоит замер?\nмой номер 8 916 222-00-01' }],
      touch: { tracking_id: 'tt-7' },
    });
    const next = await say('c1', 'после шести');
    expect(next).toMatchObject({ result: 'acknowledged', why: 'known', lead_id: made?.lead_id });
    expect(await leadOf(made?.lead_id)).toMatchObject({
      answers: [{ value: expect.stringContaining('после шести') as string }],
    });
  });

  it('that wishes to hear nothing is not called', async () => {
    const made = await say('c2', '+79162220002');
    expect(await say('c2', 'Стоп')).toMatchObject({ why: 'opted-out' });
    expect(await leadOf(made?.lead_id)).toMatchObject({
      status: 'cancelled',
      reason: { code: 'client-refused' },
    });
    expect(await say('c2', 'а цена?')).toMatchObject({ why: 'opted-out' });
    const again = await say('c2', 'перезвоните, пожалуйста');
    expect(again).toMatchObject({ result: 'stored', status: 'queued' });
    expect(await leadOf(again?.lead_id)).toMatchObject({ kind: 'callback' });
  });

  it('whose push comes again makes nothing twice', async () => {
    const made = await say('c3', '+79162220003', { message_id: 'same' });
    expect(await say('c3', '+79162220003', { message_id: 'same' })).toMatchObject({
      result: 'repeated',
      lead_id: made?.lead_id,
    });
  });

  it('is remembered no longer than pushes are; its lead is', async () => {
    await say('c4', '+79162220004');
    await bed.services.store.conversations.removeOlderThan(bed.services.clock.now() + 1);
    expect(await say('c4', 'вы где?')).toMatchObject({ why: 'no-phone-yet' });
    expect(await say('c4', '+79162220004')).toMatchObject({ why: 'known' });
  });
});

describe('a person who is erased', () => {
  it('is gone from the conversation too', async () => {
    await say('c5', 'кухня');
    await say('c5', '+79162220005', { name: 'Анна' });
    await bed.app.erasePerson('+79162220005', 'test');
    const connection = await bed.app.findConnection(['messenger'], 'zwiz');
    const kept = await bed.services.store.conversations.byId(connection?.id as never, 'c5');
    expect(kept).toMatchObject({ messages: [], touch: {} });
    expect(JSON.stringify(kept)).not.toMatch(/Анна|7916/);
  });
});

describe('what is kept of a conversation', () => {
  it('goes field by field, as days end', async () => {
    const { store, clock } = bed.services;
    await say('c6', '+79162220006', { name: 'Анна' });
    const connection = await bed.app.findConnection(['messenger'], 'zwiz');
    const kept = () => store.conversations.byId(connection?.id as never, 'c6');
    const window = { from: 0, before: clock.now() + 1000 };
    await store.people.clear('name', window);
    expect(await kept()).toMatchObject({ phone: '+79162220006', leads: 1 });
    expect(await kept()).not.toHaveProperty('clientName');
    await store.people.clear('phone', window);
    expect(JSON.stringify(await kept())).not.toContain('7916');
  });
});

describe('the hook of a messenger', () => {
  it('is signed by respond.io', async () => {
    const payload = JSON.stringify({
      event_type: 'contact.created',
      contact: { id: 9, phone: '+79162220009' },
    });
    const signature = createHmac('sha256', APP_SECRET).update(payload).digest('base64');
    const send = (headers: Record<string, string>) =>
      bed.request({ method: 'POST', url: '/hooks/messenger/respond', payload, headers });
    expect((await send({ 'x-webhook-signature': signature })).json().results).toMatchObject([
      { result: 'stored' },
    ]);
    expect((await send({ 'x-webhook-signature': 'no' })).statusCode).toBe(401);
  });

  it('answers the challenge of whoever knows the token', async () => {
    const ask = (token: string) =>
      bed.request({
        url: `/hooks/messenger/zwiz?hub.mode=subscribe&hub.challenge=1158&hub.verify_token=${token}`,
      });
    const answer = await ask(APP_SECRET);
    expect([answer.statusCode, answer.body]).toEqual([200, '1158']);
    expect((await ask('other')).statusCode).toBe(403);
  });
});
