/** The parts of docs/dialplan.md that follow from the code: verbs with options, examples and outcomes; names. */
import { z } from 'zod';
import { NAMES } from '../domain/dialplan/names.js';
import type { Otherwise, Verb } from '../domain/dialplan/verb.js';
import { dialplanJsonSchema } from '../domain/dialplan/schema.js';
import { VERBS } from '../domain/dialplan/verbs/table.js';
import { without } from '../domain/values/present.js';
import { describedRows, markdownTable, type Schema } from './schema-rows.js';

/** Keys that every step has; the manual explains them once. */
const EVERYWHERE: readonly string[] = ['`do`', '`on`', '`note`'];

/** Options with the words that an editor shows for them. */
function optionsTable({ schema }: Verb): readonly string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const rows = describedRows(json)
    .filter(({ key }) => !EVERYWHERE.includes(key) && !key.startsWith('`on.'))
    .map(({ key, meaning, otherwise }) => [key, meaning, otherwise]);
  return rows.length === 0 ? [] : [markdownTable(['option', 'meaning', 'default'], rows)];
}

/** Keys of a plan, and those that every step has. */
export function planKeysTable(): string {
  const plan = dialplanJsonSchema() as Schema;
  const head = describedRows({ ...plan, properties: without(plan.properties ?? {}, 'steps') });
  const step = describedRows(z.toJSONSchema(VERBS['answer']?.schema ?? z.never(), { io: 'input' }) as Schema)
    .filter(({ key }) => EVERYWHERE.includes(key))
    .map((row) => ({ ...row, key: row.key.replace('`', '`steps.<name>.') }));
  const rows = [...head, ...step].map(({ key, meaning, otherwise }) => [key, meaning, otherwise]);
  return markdownTable(['key', 'meaning', 'default'], rows);
}

function notHandled(otherwise: Otherwise): string {
  if (otherwise === 'required') return '**required**';
  return otherwise === 'end' ? 'ends the call' : `counts as \`${otherwise.as}\``;
}

function outcomesTable({ outcomes }: Verb): readonly string[] {
  const rows = Object.entries(outcomes).map(([name, row]) => [
    `\`${name}\``,
    row.when,
    notHandled(row.otherwise),
  ]);
  return rows.length === 0 ? [] : [markdownTable(['outcome', 'when', 'not handled'], rows)];
}

function verbSection(name: string, verb: Verb): string {
  return [
    `### ${name}`,
    verb.summary,
    `\`\`\`yaml\n${verb.example.trim()}\n\`\`\``,
    ...(verb.more === undefined ? [] : [verb.more]),
    ...optionsTable(verb),
    ...outcomesTable(verb),
  ].join('\n\n');
}

export function verbsSection(): string {
  return Object.entries(VERBS)
    .map(([name, verb]) => verbSection(name, verb))
    .join('\n\n');
}

export function namesTable(): string {
  return markdownTable(
    ['name', 'meaning'],
    [
      ...Object.entries(NAMES).map(([name, { meaning }]) => [`\`${name}\``, meaning]),
      ['`hours.<name>`', 'are these opening hours open now'],
      ['`lead.answers.<field>`', 'what the client answered in the form'],
      ['`lead.touch.<name>`', 'where the client came from: `utm_source`, `gclid`, `ttclid`, …'],
      ['a variable', 'set by `set`, `gather`, `collect`, `webhook`, `call`, or a parameter of the plan'],
    ],
  );
}
