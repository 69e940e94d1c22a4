/** Templates are written by admins, values by strangers: neither may run code, loop, read a file or break a call. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { LANGUAGES } from '../../../src/domain/prompts/language.js';
import { checkTemplate, renderPrompt } from '../../../src/speech/templates.js';

const language = fc.constantFrom(...LANGUAGES);
const piece = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{{ client }}',
    '{% for i in (1..999999999) %}x',
    '{% endfor %}',
    '{% include "/etc/passwd" %}',
    '{{ client.constructor.constructor("return 1")() }}',
    '{{ "x" | append: client | times: 9 }}',
    '{% if client %}',
    '{% endif %}',
    '{% capture a %}',
    '{% endcapture %}',
    '{{ a | phone | words | money: "RUB" }}',
    '{{ "now" | date }}',
    '{% raw %}',
  ),
);

test.prop([fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), language], { numRuns: 300 })(
  'any template renders or is refused with a place, and never throws',
  (template, locale) => {
    const rendered = renderPrompt({ template, locale, names: { client: { name: 'Ann' } } });
    if (rendered.ok) expect(rendered.text).not.toMatch(/root:|function|\[object/);
    else for (const problem of rendered.problems) expect(problem.line).toBeGreaterThan(0);
    expect(Array.isArray(checkTemplate(template, ['client'], locale))).toBe(true);
  },
);

test.prop([fc.string(), language])('a value is never read as a template', (value, locale) => {
  const hostile = `${value}{{ client.phone }}{% for i in (1..9) %}x{% endfor %}`;
  const rendered = renderPrompt({
    template: 'Client {{ client }}.',
    locale,
    names: { client: { name: hostile, phone: '777' } },
  });
  expect(rendered.ok && rendered.text).toContain('for i in (1..9) % x % endfor %');
  expect(rendered.ok && rendered.text).not.toContain('777');
});
