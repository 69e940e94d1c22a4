/** Pushes of Google Ads and VK: shapes of the reference, and everything a stranger may post instead. */
import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { parseKeepingIds } from '../../../src/domain/values/parse-keeping-ids.js';
import { draftOfEntry } from '../../../src/domain/leads/entry-draft.js';
import { readGoogleAdsPush } from '../../../src/domain/leads/google-ads-push.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { ReadPush } from '../../../src/domain/leads/lead-entry.js';
import { LEAD_SOURCES } from '../../../src/domain/leads/sources.js';
import { readVkPush } from '../../../src/domain/leads/vk-push.js';
import { aConnection, aForm } from '../../support/store/samples.js';

function draftOf(push: ReadPush): LeadDraft {
  const [read] = push.kind === 'entries' ? push.entries : [];
  if (read?.kind !== 'lead') throw new Error(JSON.stringify(push));
  const form = aForm({ ...read.entry.form, staticUtm: {}, fieldMap: {} });
  return draftOfEntry(read.entry, { source: 'form', connection: aConnection(), form });
}

const GOOGLE = `{"lead_id":"TeSter-123","form_id":7301234567890100007,"campaign_id":7301234567890100008,"creative_id":7301234567890100009,
  "gcl_id":"Cj0K","google_key":"k","is_test":true,"api_version":"1.0","user_column_data":[
  {"column_id":"WORK_PHONE","column_name":"Work Phone","string_value":"+16505550124"},
  {"column_id":"FIRST_NAME","string_value":"Jane"},{"column_id":"LAST_NAME","string_value":"Doe"},
  {"column_id":"PHONE_NUMBER","column_name":"User Phone","string_value":"+16505550123"},
  {"column_id":"which_model?","string_value":"Estate"},{"column_name":"Email","string_value":"j@d.example"}]}`;

const VK = {
  type: 'lead_forms_new',
  group_id: 1,
  event_id: 'e',
  secret: 's',
  object: {
    lead_id: 7,
    group_id: 1,
    user_id: 5,
    form_id: 3,
    form_name: 'Замер',
    ad_id: 9,
    answers: [
      { key: 'first_name', question: 'Имя', answer: 'Анна' },
      { key: 'last_name', question: 'Фамилия', answer: 'Котова' },
      { key: 'phone_number', question: 'Куда звонить', answer: '+79161234567' },
      { key: 'custom_0', question: 'Комнаты', answers: ['Кухня', 'Зал'] },
    ],
  },
};

describe('a push of Google Ads', () => {
  it('becomes a draft: the phone before that of work, ids digit for digit, a test marked', () => {
    expect(draftOf(readGoogleAdsPush(parseKeepingIds(GOOGLE)))).toMatchObject({
      externalId: 'TeSter-123',
      clientName: 'Jane Doe',
      rawPhone: '+16505550123',
      email: 'j@d.example',
      test: 'yes',
      campaign: '7301234567890100008',
      ad: '7301234567890100009',
      answers: [
        { field: 'which_model?', value: 'Estate' },
        { field: 'Work Phone', value: '+16505550124' },
      ],
      touch: { utm_source: 'google', gclid: 'Cj0K', campaign_id: '7301234567890100008' },
    });
  });

  it('with a phone of work only has that one', () => {
    const user_column_data = [{ column_id: 'WORK_PHONE', string_value: '1' }];
    expect(draftOf(readGoogleAdsPush({ lead_id: 'a', user_column_data })).rawPhone).toBe('1');
  });

  it('without its id is none', () => {
    expect(readGoogleAdsPush({ user_column_data: [] }).kind).toBe('unreadable');
  });
});

describe('an event of VK', () => {
  it('becomes a draft: names by key, answers by question', () => {
    expect(draftOf(readVkPush(VK))).toMatchObject({
      externalId: '7',
      clientName: 'Анна Котова',
      rawPhone: '+79161234567',
      ad: '9',
      answers: [{ field: 'Комнаты', value: 'Кухня, Зал' }],
      touch: { utm_source: 'vk', vk_user_id: '5' },
    });
  });

  it('of another kind is acknowledged, a broken one is told', () => {
    expect(readVkPush({ type: 'message_new', object: {} })).toMatchObject({ kind: 'other' });
    expect(readVkPush({ ...VK, object: { lead_id: 7 } })).toMatchObject({ entries: [{ kind: 'unusable' }] });
  });
});

describe('every source', () => {
  const sources = Object.entries(LEAD_SOURCES).map(([name, { read }]) => ({ name, read }));

  property.prop([fc.jsonValue(), fc.constantFrom(...sources)])('never throws', (posted, { read }) => {
    expect(['entries', 'other', 'unreadable']).toContain(read(posted, aConnection()).kind);
  });
});
