// Writes the generated pages (docs/errors.md, docs/events.md, docs/reasons.md, config/*.schema.json) from the tables in
// the code. `--check` writes nothing and fails when a committed page differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const load = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const [
  { ERRORS },
  { EVENTS },
  { REASON_TEXTS },
  { jsonSchemas },
  { planKeysTable, verbsSection, namesTable },
  { cookbookPages },
  { settingsPage },
] = await Promise.all([
  load('errors.js'),
  load('domain/calls/events.js'),
  load('domain/leads/reason-texts.js'),
  load('settings/json-schema.js'),
  load('settings/dialplan-manual.js'),
  load('settings/cookbook.js'),
  load('settings/settings-manual.js'),
]);

// A page written by hand with parts from the code, between `<!-- name: … -->` and `<!-- /name -->`.
const filled = (path, parts) =>
  Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name}: [^\\n]*-->)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, begin, end) => `${begin}\n\n${part}\n\n${end}`,
      ),
    readFileSync(root + path, 'utf8'),
  );
const formatted = async (path, text) =>
  prettier.format(text, { ...(await prettier.resolveConfig(root + path)), parser: 'markdown' });
const pretty = (path, parts) => formatted(path, filled(path, parts));
const note = 'Generated from the code by `node scripts/docs.mjs`; do not edit.';
const table = (head, rows) =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
const page = (title, intro, body) => `# ${title}\n\n${intro}\n\n${body}\n\n${note}\n`;

const pages = {
  'docs/errors.md': page(
    'Errors',
    'Every fault has a stable code, in API answers (RFC 9457 `code`), in logs and in the CLI’s `--json`. Outcomes of calls (busy, no answer, …) are not errors and are not listed here.',
    table(
      ['code', 'HTTP', 'what', 'remedy'],
      Object.entries(ERRORS).map(([code, row]) => [`\`${code}\``, row.status, row.title, row.remedy]),
    ),
  ),
  'docs/events.md': page(
    'Events',
    'The same names in a call’s timeline, on `/v1/events` and in outgoing webhooks.',
    table(
      ['event', 'meaning'],
      Object.entries(EVENTS).map(([name, text]) => [`\`${name}\``, text]),
    ),
  ),
  'docs/reasons.md': page(
    'Reasons of a lead’s status',
    'What `reason.code` of a lead can be, and `reason.text` in the language of the lead, its form, its connection or its group (else in English).',
    table(
      ['reason', 'en', ...Object.keys(REASON_TEXTS).filter((language) => language !== 'en')],
      Object.entries(REASON_TEXTS.en).map(([name, text]) => [
        `\`${name}\``,
        text,
        ...Object.entries(REASON_TEXTS).flatMap(([language, texts]) =>
          language === 'en' ? [] : [texts[name]],
        ),
      ]),
    ),
  ),
  'docs/settings.md': await formatted('docs/settings.md', `${settingsPage()}\n\n${note}\n`),
  'docs/cookbook.md': await formatted('docs/cookbook.md', await cookbookPages(`${root}dialplans/cookbook`)),
  'docs/dialplan.md': await pretty('docs/dialplan.md', {
    keys: planKeysTable(),
    verbs: verbsSection(),
    names: namesTable(),
  }),
  ...Object.fromEntries(Object.entries(jsonSchemas()).map(([name, text]) => [`config/${name}`, text])),
};

let stale = 0;
for (const [path, text] of Object.entries(pages)) {
  const current = (() => {
    try {
      return readFileSync(root + path, 'utf8');
    } catch {
      return '';
    }
  })();
  if (current === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not what the code says; run: node scripts/docs.mjs`);
    stale += 1;
  } else writeFileSync(root + path, text);
}
process.exit(stale > 0 ? 1 : 0);
