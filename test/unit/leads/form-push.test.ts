/** Bodies of form builders, in the shapes they post: what becomes of each field, and of everything a stranger may post. */
import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { readBody } from '../../../src/app/leads/read-body.js';
import { draftOfEntry } from '../../../src/domain/leads/entry-draft.js';
import { readFormPush } from '../../../src/domain/leads/form-push.js';
import type { Form, LeadDraft } from '../../../src/domain/leads/lead.js';
import { aConnection, aForm } from '../../support/store/samples.js';

const connection = aConnection({ kind: 'site' });

function draftsOf(body: string, form: Partial<Form> = {}): readonly LeadDraft[] {
  const push = readFormPush(readBody('form', body));
  if (push.kind !== 'entries') throw new Error(JSON.stringify(push));
  return push.entries.map((read) => {
    if (read.kind !== 'lead') throw new Error(JSON.stringify(read));
    const ofForm = aForm({ ...read.entry.form, staticUtm: {}, fieldMap: {}, ...form });
    return draftOfEntry(read.entry, { source: 'form', connection, form: ofForm });
  });
}

const TILDA = new URLSearchParams({
  Name: 'Анна',
  Phone: '+7 (916) 123-45-67',
  'Ваш этаж?': '3',
  tranid: '111:222',
  formid: 'form333',
  formname: 'Замер',
  COOKIES:
    '_ga=GA1.2.1234567890.1700000000; _ym_uid=1690000000123; TILDAUTM=utm_source%3Dvk%7C%7C%7Cutm_campaign%3Dspring%7C%7C%7C',
}).toString();

const ELEMENTOR = new URLSearchParams([
  ['form[id]', 'a1b2'],
  ['form[name]', 'Callback'],
  ['fields[name][id]', 'name'],
  ['fields[name][type]', 'text'],
  ['fields[name][title]', 'Jméno a příjmení'],
  ['fields[name][value]', 'Jan Novák'],
  ['fields[field_9][id]', 'field_9'],
  ['fields[field_9][type]', 'tel'],
  ['fields[field_9][title]', 'Kam zavolat'],
  ['fields[field_9][value]', '601 123 456'],
  ['fields[field_8][id]', 'field_8'],
  ['fields[field_8][title]', 'Zpráva'],
  ['fields[field_8][value]', ''],
  ['meta[page_url][title]', 'Page URL'],
  ['meta[page_url][value]', 'https://s.example/a?utm_source=google&utm_medium=cpc&gclid=G1#x'],
]).toString();

const TYPEFORM = JSON.stringify({
  event_id: 'e1',
  event_type: 'form_response',
  form_response: {
    form_id: 'lT4Z3j',
    token: 'a3a12ec67a1365927098a606107fac15',
    hidden: { utm_source: 'tiktok', ttclid: 'T1', ya_cid: '77' },
    definition: {
      title: 'Kitchen',
      fields: [
        { id: 'q1', title: 'Tên của bạn', type: 'short_text', ref: 'r1' },
        { id: 'q2', title: 'Where can we reach you', type: 'phone_number', ref: 'r2' },
        { id: 'q3', title: 'Rooms', type: 'multiple_choice', ref: 'r3' },
      ],
    },
    answers: [
      { type: 'text', text: 'Nguyễn Ánh', field: { id: 'q1', type: 'short_text', ref: 'r1' } },
      {
        type: 'phone_number',
        phone_number: '+84912345678',
        field: { id: 'q2', type: 'phone_number', ref: 'r2' },
      },
      { type: 'choices', choices: { labels: ['Bath', 'Hall'] }, field: { id: 'q3', ref: 'r3' } },
    ],
  },
});

describe('a form push', () => {
  it('of Tilda: names, its ids, and the analytics of its cookies', () => {
    expect(draftsOf(TILDA)).toMatchObject([
      {
        externalId: '111:222',
        clientName: 'Анна',
        rawPhone: '+7 (916) 123-45-67',
        answers: [{ field: 'Ваш этаж?', value: '3' }],
        touch: {
          ga_client_id: '1234567890.1700000000',
          ym_client_id: '1690000000123',
          utm_source: 'vk',
          utm_campaign: 'spring',
        },
      },
    ]);
  });

  it('of Elementor: nested names, the type where the label says nothing, tags of the page address', () => {
    const [draft] = draftsOf(ELEMENTOR);
    expect(draft).toMatchObject({
      clientName: 'Jan Novák',
      rawPhone: '601 123 456',
      answers: [],
      touch: { utm_source: 'google', utm_medium: 'cpc', gclid: 'G1' },
    });
  });

  it('of Typeform: answers under the titles of their questions, hidden fields as the touch', () => {
    expect(draftsOf(TYPEFORM)).toMatchObject([
      {
        externalId: 'a3a12ec67a1365927098a606107fac15',
        clientName: 'Nguyễn Ánh',
        rawPhone: '+84912345678',
        answers: [{ field: 'Rooms', value: 'Bath, Hall' }],
        touch: { utm_source: 'tiktok', ttclid: 'T1', ym_client_id: '77' },
      },
    ]);
  });

  it('of Contact Form 7, as multipart, with a file', () => {
    const part = (head: string, text: string) =>
      `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
    const body = `${part('name="_wpcf7"', '42')}${part('name="your-name"', 'Анна')}${part('name="your-tel"', '89161234567')}${part('name="plan"; filename="flat.pdf"', '%PDF')}--b--\r\n`;
    expect(draftsOf(body)).toMatchObject([
      { clientName: 'Анна', rawPhone: '89161234567', answers: [{ field: 'plan', value: 'flat.pdf' }] },
    ]);
  });

  it('of Webflow: only what the client filled in', () => {
    const payload = {
      name: 'Email Form',
      formId: 'w1',
      id: 's1',
      data: { 'First Name': 'A', Surname: 'B', Phone: '1' },
    };
    expect(draftsOf(JSON.stringify({ triggerType: 'form_submission', payload }))).toMatchObject([
      { externalId: 's1', clientName: 'A B', rawPhone: '1', answers: [] },
    ]);
  });

  it('obeys the map of its form before its own names, and the static UTM before those of the page', () => {
    const form = {
      fieldMap: { Phone: 'second phone', 'Ваш этаж?': 'phone' },
      staticUtm: { utm_source: 'site' },
    };
    expect(draftsOf(TILDA, form)).toMatchObject([
      {
        rawPhone: '3',
        answers: [{ field: 'second phone', value: '+7 (916) 123-45-67' }],
        touch: { utm_source: 'site', utm_campaign: 'spring' },
      },
    ]);
  });

  it('keeps an answer whose label only looks like a field of ours', () => {
    expect(draftsOf('phone=1&Country=Czechia&Department=Doors&language=English')).toMatchObject([
      {
        answers: [
          { field: 'Country', value: 'Czechia' },
          { field: 'Department', value: 'Doors' },
          { field: 'language', value: 'English' },
        ],
      },
    ]);
  });

  it('keeps ids of 19 digits, and a wished time', () => {
    expect(
      draftsOf('{"submission_id":7301234567890100007,"tel":"1","call_at":"2026-11-22T10:00:00+03:00"}'),
    ).toMatchObject([{ externalId: '7301234567890100007', callAt: Date.UTC(2026, 10, 22, 7) }]);
  });

  it('without fields is none; a test of the builder is acknowledged', () => {
    expect(readFormPush(readBody('form', 'test=test'))).toMatchObject({
      entries: [{ kind: 'acknowledged' }],
    });
    expect(readFormPush(readBody('form', 'hello'))).toMatchObject({ kind: 'unreadable' });
    expect(() => readBody('form', '{"phone":')).toThrow(/not JSON/);
  });

  it('reaches into no machinery of objects', () => {
    expect(draftsOf('phone=1&__proto__[admin]=1&a[__proto__]=2')[0]?.answers).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  property.prop([fc.jsonValue()])('never throws, whatever JSON was posted', (posted) => {
    expect(['entries', 'unreadable']).toContain(readFormPush(posted).kind);
  });

  property.prop([fc.dictionary(fc.string({ minLength: 1 }), fc.string())])(
    'loses no filled field',
    (posted) => {
      const push = readFormPush(posted);
      const [read] = push.kind === 'entries' ? push.entries : [];
      if (read?.kind !== 'lead') return;
      const form = aForm({ ...read.entry.form, staticUtm: {}, fieldMap: {} });
      const text = JSON.stringify(draftOfEntry(read.entry, { source: 'form', connection, form }));
      for (const { value } of read.entry.fields)
        expect(text).toContain(JSON.stringify(value.trim()).slice(1, -1));
    },
  );

  property.prop([fc.string()])('never throws, whatever text was posted', (text) => {
    try {
      readFormPush(readBody('form', text));
    } catch (error) {
      expect(error).toMatchObject({ code: 'body-malformed' });
    }
  });
});
