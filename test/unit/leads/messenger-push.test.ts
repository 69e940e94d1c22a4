/** Events of respond.io, Pancake and others: which message is heard, and where its phone and its tracking id stand. */
import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import type { ConnectionIntake } from '../../../src/domain/leads/lead.js';
import type { HeardMessage } from '../../../src/domain/leads/conversation.js';
import { readMessengerPush } from '../../../src/domain/leads/messenger-push.js';
import { aConnection } from '../../support/store/samples.js';

type Provider = NonNullable<ConnectionIntake['provider']>;
const read = (provider: Provider, event: unknown) =>
  readMessengerPush(event, aConnection({ kind: 'messenger', intake: { provider } }));

function heardOf(provider: Provider, event: unknown): HeardMessage {
  const push = read(provider, event);
  const [entry] = push.kind === 'entries' ? push.entries : [];
  if (entry?.kind !== 'heard') throw new Error(JSON.stringify(push));
  return entry.message;
}

const RESPOND = {
  event_type: 'message.received',
  contact: { id: 42, firstName: 'Ánh', lastName: 'Nguyễn', phone: '+84912345678', email: 'a@n.example' },
  channel: { id: 7, name: 'TikTok shop', source: 'tiktok_business' },
  message: {
    messageId: 1_700_000_000_000_000,
    traffic: 'incoming',
    message: { type: 'text', text: 'Giá bao nhiêu?' },
    referral: { tracking_id: 'tt-1', ad_id: '7301234567890100007' },
  },
};

const PANCAKE = {
  event_type: 'messaging',
  page_id: 'tt_100',
  data: {
    conversation: { id: 'tt_100_5', from: { id: '5', name: 'Anna' }, type: 'INBOX', ad_ids: ['ad9'] },
    message: {
      id: 'm1',
      message: '<div>My number is +7 916 123-45-67</div>',
      from: { id: '5', name: 'Anna' },
      phone_info: [{ phone_number: '+79161234567' }],
    },
  },
};

describe('respond.io', () => {
  it('tells contact, channel and text; the tracking id goes into the touch', () => {
    expect(heardOf('respond-io', RESPOND)).toEqual({
      conversationId: '42',
      messageId: '1700000000000000',
      text: 'Giá bao nhiêu?',
      phone: '+84912345678',
      clientName: 'Ánh Nguyễn',
      email: 'a@n.example',
      form: { externalId: 'tiktok_business', displayName: 'TikTok shop' },
      touch: { tracking_id: 'tt-1', ad_id: '7301234567890100007' },
    });
  });

  it('news of a contact are heard without a text; the business’s own messages are not', () => {
    const contact = { event_type: 'contact.updated', contact: { id: 42, phone: '+1' } };
    expect(heardOf('respond-io', contact)).toMatchObject({ conversationId: '42', phone: '+1' });
    expect(read('respond-io', { ...RESPOND, event_type: 'message.sent' }).kind).toBe('other');
    expect(read('respond-io', { ...RESPOND, message: { traffic: 'outgoing' } }).kind).toBe('other');
  });
});

describe('Pancake', () => {
  it('tells the text without its markup, the phone it found, and the advertisement', () => {
    expect(heardOf('pancake', PANCAKE)).toEqual({
      conversationId: 'tt_100_5',
      messageId: 'm1',
      text: 'My number is +7 916 123-45-67',
      phone: '+79161234567',
      clientName: 'Anna',
      form: { externalId: 'tt_100', displayName: 'tt_100' },
      touch: { ad_id: 'ad9' },
    });
  });

  it('what the page itself wrote, and what is no conversation, is acknowledged', () => {
    const message = { ...PANCAKE.data.message, from: { id: 'tt_100' } };
    expect(read('pancake', { ...PANCAKE, data: { ...PANCAKE.data, message } }).kind).toBe('other');
    expect(read('pancake', { event_type: 'connect_status', data: {} }).kind).toBe('other');
  });
});

describe('TikTok itself', () => {
  const event = (name: string, content: string) => ({
    client_key: 'k',
    event: name,
    user_openid: 'biz',
    content,
  });

  it('tells a message within its content, ids digit for digit', () => {
    const content =
      '{"conversation_id":"a+b=","message_id":7301234567890100007,"type":"text","text":{"body":"Hi"}}';
    expect(heardOf('tiktok', event('im_receive_msg', content))).toEqual({
      conversationId: 'a+b=',
      messageId: '7301234567890100007',
      text: 'Hi',
      form: { externalId: 'biz', displayName: 'TikTok' },
      touch: { utm_source: 'tiktok' },
    });
  });

  it('tells by a referral which advertisement it began with', () => {
    const ad =
      '{"conversation_id":"c","referral":{"source":"ad","ad":{"ad_id":7301234567890100008,"ad_name":"Video"}}}';
    expect(heardOf('tiktok', event('im_referral_msg', ad)).touch).toEqual({
      utm_source: 'tiktok',
      utm_medium: 'cpc',
      utm_content: 'Video',
      ad_id: '7301234567890100008',
    });
    const link = '{"conversation_id":"c","referral":{"short_link":{"ref":"spring-7"}}}';
    expect(heardOf('tiktok', event('im_referral_msg', link)).touch).toMatchObject({
      tracking_id: 'spring-7',
    });
  });

  it.each([
    ['a message of the business', event('im_send_msg', '{"conversation_id":"c"}')],
    ['a message without its conversation', event('im_receive_msg_eu', '{}')],
    ['content that is no JSON', event('im_receive_msg', '{')],
  ])('acknowledges %s', (_what, pushed) => {
    expect(read('tiktok', pushed).kind).toBe('other');
  });
});

describe('another messenger', () => {
  it.each([
    [
      'flat',
      { chat_id: 'z1', text: 'Hi', phone: '+79161234567', name: 'Anna', platform: 'zwiz', ttclid: 'T' },
    ],
    [
      'nested',
      {
        conversation: { id: 'z1' },
        message: { id: 'm', text: 'Hi' },
        contact: { phone: '+79161234567', name: 'Anna' },
        platform: 'zwiz',
        meta: { ttclid: 'T' },
      },
    ],
  ])('is read %s', (_how, event) => {
    expect(heardOf('generic', event)).toMatchObject({
      conversationId: 'z1',
      text: 'Hi',
      phone: '+79161234567',
      clientName: 'Anna',
      form: { externalId: 'zwiz' },
      touch: { ttclid: 'T' },
    });
  });

  it('without a conversation is one by its phone, without both none', () => {
    expect(heardOf('generic', { phone: '+1', text: 'x' }).conversationId).toBe('+1');
    expect(read('generic', { text: 'x' }).kind).toBe('unreadable');
    expect(read('generic', { chat_id: 'a', direction: 'Outgoing', text: 'x' }).kind).toBe('other');
  });
});

property.prop([fc.constantFrom<Provider>('respond-io', 'pancake', 'tiktok', 'generic'), fc.jsonValue()])(
  'no event makes a reader throw',
  (provider, event) => {
    expect(['entries', 'other', 'unreadable']).toContain(read(provider, event).kind);
  },
);
