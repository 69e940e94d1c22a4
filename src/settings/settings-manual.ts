/**
 * docs/settings.md: every key of every kind of file with the words that an editor shows for it, read from the JSON Schemas.
 * What is not described there is not in the page either. Called by scripts/docs.mjs.
 */
import { jsonSchemas } from './json-schema.js';
import { describedRows, markdownTable, type Schema } from './schema-rows.js';

/** Files whose keys are told in dialplan.md, verb by verb. */
const ELSEWHERE: readonly string[] = ['dialplan.schema.json'];

const INTRO =
  'Every key of every kind of file, with the words that an editor shows. A first line `# yaml-language-server: $schema=<the schema>` gives completion and hover; `dialtrace config schema DIR` writes the schemas. `<name>` stands for a name of yours, `[]` for each item of a list. Dialplans have a page of their own: [dialplan.md](dialplan.md).';

export function settingsPage(): string {
  const schemas = Object.entries(jsonSchemas()).filter(([name]) => !ELSEWHERE.includes(name));
  return ['# Settings and files', INTRO, ...schemas.map(([name, text]) => section(name, text))].join('\n\n');
}

function section(name: string, text: string): string {
  const schema = JSON.parse(text) as Schema;
  const own = schema.description === undefined ? [] : [schema.description];
  const rows = describedRows(schema).map(({ key, meaning, otherwise }) => [key, meaning, otherwise]);
  const table = markdownTable(['key', 'meaning', 'default'], rows);
  return [`## ${schema.title ?? name}`, `\`config/${name}\``, ...own, table].join('\n\n');
}
