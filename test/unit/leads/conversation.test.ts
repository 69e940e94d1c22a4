/** When a conversation makes a lead, and what of it the lead keeps. */
import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import {
  entryOfConversation,
  hear,
  newConversation,
  type Conversation,
  type Heard,
  type HeardMessage,
  type HearingFacts,
} from '../../../src/domain/leads/conversation.js';
import type { ConnectionIntake } from '../../../src/domain/leads/lead.js';
import { saysOneOf } from '../../../src/domain/leads/words.js';
import { branded } from '../../support/store/samples.js';

const FORM = { externalId: 'tiktok', displayName: 'TikTok' };
const message = (change: Partial<HeardMessage> = {}): HeardMessage => ({
  conversationId: 'c',
  form: FORM,
  touch: {},
  ...change,
});
const facts = (intake: ConnectionIntake = {}, lead: HearingFacts['lead'] = 'none'): HearingFacts => ({
  intake,
  lead,
  country: 'RU',
  now: 1000,
});
const fresh = newConversation(branded('connection-1'), 'c');

function heardAll(texts: readonly string[], intake: ConnectionIntake = {}): Heard {
  return texts.reduce<Heard>(
    ({ conversation }, text, index) =>
      hear(conversation, message({ text, messageId: `m${index}` }), facts(intake)),
    { conversation: fresh, verdict: 'repeated', wish: 'no' },
  );
}

describe('a conversation', () => {
  it('makes a lead as soon as a phone is known, of the contact or written in any message', () => {
    expect(heardAll(['Hello', 'what does it cost?']).verdict).toBe('no-phone-yet');
    const written = heardAll(['Hello', 'ring me: 8 916 123-45-67, order 12345']);
    expect(written).toMatchObject({ verdict: 'lead', conversation: { phone: '+79161234567' } });
    expect(hear(fresh, message({ phone: '+84912345678', text: 'Hi' }), facts()).verdict).toBe('lead');
  });

  it('believes what the client wrote before what the messenger knows', () => {
    const heard = hear(fresh, message({ phone: '+84912345678', text: 'my number is +79161234567' }), facts());
    expect(heard.conversation.phone).toBe('+79161234567');
  });

  it('waits for one of the words when words are asked for, whichever message has it', () => {
    const intake = { leadWords: ['цена', 'замер*'] };
    expect(heardAll(['8 916 123-45-67'], intake).verdict).toBe('no-word-yet');
    expect(heardAll(['Хочу замерить окно', '8 916 123-45-67'], intake).verdict).toBe('lead');
  });

  it('that asks to be called needs no other word, and is a callback', () => {
    const intake = { leadWords: ['цена'], callbackWords: ['перезвон*'] };
    const heard = heardAll(['Перезвоните: 8 916 123-45-67'], intake);
    expect(heard.verdict).toBe('lead');
    expect(entryOfConversation(heard, message(), intake)).toMatchObject({
      kind: 'callback',
      externalId: 'c',
    });
  });

  it('makes one lead; another only when the client asks again after the first ended', () => {
    const intake = { callbackWords: ['call me'] };
    const made: Conversation = { ...heardAll(['8 916 123-45-67']).conversation, leads: 1 };
    const say = (text: string, lead: HearingFacts['lead']) =>
      hear(made, message({ text }), facts(intake, lead));
    expect(say('and in blue?', 'open').verdict).toBe('known');
    expect(say('please call me', 'open').verdict).toBe('known');
    expect(say('thank you', 'final').verdict).toBe('known');
    const again = say('please call me', 'final');
    expect(again.verdict).toBe('lead');
    expect(entryOfConversation(again, message(), intake).externalId).toBe('c#1000');
  });

  it('is silent after an opt-out word, until the client asks to be called', () => {
    const intake = { optOutWords: ['стоп', 'stop'], callbackWords: ['перезвон*'] };
    expect(heardAll(['8 916 123-45-67', 'Стоп!'], intake).verdict).toBe('opted-out');
    expect(heardAll(['8 916 123-45-67', 'Стоп!', 'а сколько стоит?'], intake).verdict).toBe('opted-out');
    expect(heardAll(['8 916 123-45-67', 'Стоп!', 'перезвоните'], intake).verdict).toBe('lead');
  });

  it('keeps no more messages than its connection asks for', () => {
    const heard = heardAll(['one', 'two', 'three', '+79161234567']);
    const said = (intake: ConnectionIntake) =>
      entryOfConversation(heard, message(), intake).fields.find(({ field }) => field === 'message')?.value;
    expect(said({})).toBe('two\nthree\n+79161234567');
    expect(said({ messages: 1 })).toBe('+79161234567');
    expect(said({ messages: 0 })).toBeUndefined();
  });

  property.prop([fc.array(fc.string(), { maxLength: 30 }), fc.integer({ min: 0, max: 29 })])(
    'a message that comes again changes nothing',
    (texts, place) => {
      const { conversation } = heardAll(texts);
      const text = texts[place];
      if (text === undefined || place < texts.length - 10 || text.trim() === '') return;
      const again = hear(conversation, message({ text, messageId: `m${place}` }), facts());
      const isKept = conversation.messages.some(({ id }) => id === `m${place}`);
      if (isKept) expect(again).toMatchObject({ verdict: 'repeated', conversation });
    },
  );

  property.prop([fc.array(fc.string({ maxLength: 2000 }), { maxLength: 40 })])('stays small', (texts) => {
    expect(JSON.stringify(heardAll(texts).conversation.messages).length).toBeLessThan(10 * 6 * 400);
  });
});

describe('words', () => {
  it.each([
    ['Перезвоните мне!', ['перезвон*'], true],
    ['Перезвоните мне!', ['перезвон'], false],
    ['please CALL  me, now', ['call me'], true],
    ['recall me', ['call me'], false],
    ['gọi lại cho tôi', ['gọi lại'], true],
    ['nothing', ['*'], false],
    ['nothing', [], false],
  ])('%s / %s', (text, wanted, is) => {
    expect(saysOneOf(text, wanted)).toBe(is);
  });
});
