/** Rendering and checking of prompt texts, and the `Templates` port over a catalogue. */
import { describe, expect, it } from 'vitest';
import { LEAD_NAMES } from '../../../src/domain/prompts/prompt-names.js';
import { checkTemplate, createTemplates, renderPrompt } from '../../../src/speech/templates.js';

const render = (template: string, names = {}, locale = 'en'): unknown => {
  const rendered = renderPrompt({ template, locale, names });
  return rendered.ok ? rendered.text : rendered.problems;
};

describe('renderPrompt', () => {
  it('says names, fallbacks, answers and tags', () => {
    const template =
      '{{ form }}, {{ client | default: "client" }}, {{ client.name | default: "nobody" }}, {{ city }}, {{ answers["Your city"] }}, {{ utm.source }}';
    const names = {
      form: 'Windows',
      answers: { city: 'Brno', 'Your city': 'Praha', form: 'not me' },
      utm: { source: 'tiktok' },
    };
    expect(render(template, names)).toBe('Windows, client, nobody, Brno, Praha, tiktok');
    expect(render('{{ client }} {{ client.phone | phone }}', { client: { name: 'Ann', phone: '123' } })).toBe(
      'Ann one two three',
    );
  });

  it('takes the default also for a blank and behind another filter', () => {
    expect(render('{{ client | default: "client" }}', { client: { name: '  ' } })).toBe('client');
    expect(render('Call {{ client.phone | phone | default: "no number" }}')).toBe('Call no number');
  });

  it('reads numbers by the locale of the text', () => {
    const template =
      '{{ minutes | words: "feminine" }} {{ minutes | plural: "минута", "минуты", "минут" }}, {{ sum | money: "RUB" }}, {{ at | time }}';
    expect(render(template, { minutes: 22, sum: '5', at: '09:00' }, 'ru')).toBe(
      'двадцать две минуты, пять рублей, девять часов',
    );
  });

  it.each([
    ['{{ client', 1, /not closed/],
    ['a\n{{ form | fone }}', 2, /undefined filter: fone/],
    ['{{ form | defalt: "x" }}', 1, /did you mean `default`/],
    ['{% includ "x" %}', 1, /tag "includ" not found/],
    ['{% include "x" %}', 1, /tag "include" not found/],
    ['{{ form | words: "female" }}', 1, /takes masculine, feminine/],
    ['{% for i in (1..100000000) %}x{% endfor %}', 1, /limit exceeded/],
    ['{{ nothing }}', 1, /says nothing/],
  ])('refuses %j', (template, line, problem) => {
    const rendered = renderPrompt({ template, locale: 'en', names: { form: '3' } });
    expect(rendered).toMatchObject({
      ok: false,
      problems: [{ line, problem: expect.stringMatching(problem) as unknown }],
    });
  });

  it('shows nothing of an object but its own fields', () => {
    expect(
      render('x{{ client.constructor }}{{ client.toString }}{{ utm.__proto__ }}{{ utm }}', {
        client: { name: 'A' },
        utm: {},
      }),
    ).toMatch(/^x/);
    expect(render('x{{ client.constructor.name }}', { client: { name: 'A' } })).toBe('x');
  });
});

describe('checkTemplate', () => {
  it('accepts the names of a lead', () => {
    expect(
      checkTemplate(
        '{{ form }} {{ client.phone | phone }} {{ utm.campaign }} {{ answers["x y"] }}',
        LEAD_NAMES,
      ),
    ).toEqual([]);
    expect(
      checkTemplate('{% assign a = form %}{{ a }} {% for x in (1..3) %}{{ x }}{% endfor %}', LEAD_NAMES),
    ).toEqual([]);
  });

  it('accepts a text that is all names, and refuses a blank one', () => {
    expect(checkTemplate('{{ answers.city }}', LEAD_NAMES)).toEqual([]);
    expect(checkTemplate('{% if utm.source == "x" %}y{% endif %}', LEAD_NAMES)).toEqual([]);
    expect(checkTemplate(' \n', LEAD_NAMES)).toMatchObject([{ problem: 'the text says nothing' }]);
    expect(checkTemplate('{{ answers.n | plural: "a" }}', LEAD_NAMES)).toHaveLength(1);
  });

  it('finds every unknown name at once, with place and nearest name', () => {
    expect(checkTemplate('{{ frm }}\n {{ client.nam }} {{ utm }}', LEAD_NAMES)).toEqual([
      { line: 1, column: 4, problem: expect.stringContaining('did you mean `form`') as unknown },
      { line: 2, column: 5, problem: expect.stringContaining('did you mean `client.name`') as unknown },
      { line: 2, column: 22, problem: expect.stringContaining('`utm` is not known') as unknown },
    ]);
  });

  it('finds wrong plural forms for the language of the text', () => {
    const template = '{{ minutes | plural: "minute", "minutes" }}';
    expect(checkTemplate(template, ['minutes'], 'en')).toEqual([]);
    expect(checkTemplate(template, ['minutes'], 'ru')[0]?.problem).toMatch(/takes 3 forms in ru, not 2/);
  });
});

it('renders the wording that the seed chooses, without a seed the first', () => {
  const variants = ['Hello, {{ client }}.', 'Good day.'];
  const hi = { id: 'hi', locale: 'en', text: 'Hi.', variants, names: [] };
  const templates = createTemplates(() => ({ en: { hi } }));
  const heard = Array.from({ length: 50 }, (_, n) =>
    templates.render('hi', 'en', { client: 'Jan' }, `c${n}`),
  );
  expect(new Set(heard.map((rendered) => rendered.ok && rendered.text))).toEqual(
    new Set(['Hi.', 'Hello, Jan.', 'Good day.']),
  );
  expect(templates.render('hi', 'en', {})).toMatchObject({ text: 'Hi.' });
});

it('serves the port: by id and locale, free text, recordings', () => {
  const recording = { path: '/p/en/busy.wav', revision: '1' };
  const templates = createTemplates(() => ({
    en: {
      busy: {
        id: 'busy',
        locale: 'en',
        text: 'Busy, {{ client | default: "client" }}.',
        names: [],
        recordings: [recording],
      },
    },
    ru: { busy: { id: 'busy', locale: 'ru', text: 'Занято.', names: [] } },
  }));
  expect(templates.render('busy', 'ru-RU', {})).toEqual({ ok: true, text: 'Занято.', locale: 'ru-RU' });
  expect(templates.render('busy', 'cs', { client: { name: 'Jan' } })).toEqual({
    ok: true,
    text: 'Busy, Jan.',
    // The text is English, so an English voice reads it.
    locale: 'en',
  });
  expect(templates.render('bus', 'cs', {})).toMatchObject({ ok: false });
  for (const client of [null, 'Jan', { name: 7 }, {}])
    expect(templates.render('busy', 'cs', { client })).toMatchObject({ ok: true });
  expect(templates.renderText('{{ form | x }}', 'en', {})).toEqual({
    ok: false,
    problems: [expect.stringMatching(/^1:1 undefined filter: x/)],
  });
  expect(templates.check('{{ frm }}', ['form'])).toHaveLength(1);
  expect(templates.recorded('busy', 'ru')).toBe(recording.path);
  expect(templates.recorded('none', 'ru')).toBeUndefined();
});
