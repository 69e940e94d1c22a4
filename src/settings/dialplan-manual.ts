/** The parts of docs/dialplan.md that follow from the code: verbs with options, examples and outcomes; names. */
import { z } from 'zod';
import { NAMES } from '../domain/dialplan/names.js';
import type { Otherwise, Verb } from '../domain/dialplan/verb.js';
import { VERBS } from '../domain/dialplan/verbs/table.js';

/** Keys that every step has; the manual explains them once. */
const EVERYWHERE: readonly string[] = ['do', 'next', 'on', 'note'];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

interface JsonField {
  readonly description?: string;
  readonly default?: unknown;
}

/** Options with the words that an editor shows for them. */
function optionsTable({ schema }: Verb): readonly string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    readonly properties?: Readonly<Record<string, JsonField>>;
    readonly required?: readonly string[];
  };
  const rows = Object.entries(json.properties ?? {})
    .filter(([name]) => !EVERYWHERE.includes(name))
    .map(([name, field]) => [
      `\`${name}\``,
      field.description ?? '',
      defaultText(field, json.required, name),
    ]);
  return rows.length === 0 ? [] : [table(['option', 'meaning', 'default'], rows)];
}

function defaultText(field: JsonField, required: readonly string[] | undefined, name: string): string {
  if (required?.includes(name) === true) return '**required**';
  const { default: value } = field;
  if (!['string', 'number', 'boolean'].includes(typeof value)) return '';
  return `\`${JSON.stringify(value).replaceAll('"', '')}\``;
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
  return rows.length === 0 ? [] : [table(['outcome', 'when', 'not handled'], rows)];
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
  return table(
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
