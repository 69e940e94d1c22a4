/** `numbers import|export|list|set|explain`: the stock of tracked numbers, and which one a visit would be shown. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import Table from 'cli-table3';
import type { ShowExplanation } from '../../app/numbers/explain-show.js';
import type { NumberImport } from '../../app/numbers/import-numbers.js';
import {
  cellsOf,
  NUMBER_COLUMNS,
  unknownColumns,
  type NumberCells,
} from '../../domain/numbers/number-rows.js';
import type { NumberState, TrackedNumber } from '../../domain/numbers/tracked-number.js';
import { NUMBER_STATES } from '../../domain/numbers/tracked-number.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { csvText } from '../../domain/values/csv-text.js';
import { readRows } from '../numbers/read-rows.js';
import type { ExitCode } from '../output.js';
import { withApp } from '../with-app.js';
import { auditCommand } from './numbers-audit.js';
import { withStore } from '../with-store.js';

interface Filter {
  readonly project?: string;
  readonly state?: string;
  readonly pool?: string;
  readonly trunk?: string;
}

function filterOf({ project, state, pool, trunk }: Filter) {
  const known = NUMBER_STATES.find((one): one is NumberState => one === state);
  if (state !== undefined && known === undefined)
    throw new Fault('option-unknown', `there is no state ${state}; there are ${NUMBER_STATES.join(', ')}`);
  return present({ project, state: known, pool, trunk });
}

function told({ output }: CommandContext, { written, changes, refused }: NumberImport): ExitCode {
  const of = (change: string): number => changes.filter((one) => one.change === change).length;
  const counts = { added: of('added'), changed: of('changed'), same: of('same') };
  const diff = changes.filter(({ change }) => change !== 'same');
  output.result({ ok: refused.length === 0, written, ...counts, refused, changes: diff }, () =>
    [
      ...diff.map(diffLine),
      ...refused.map(({ row, number, problems }) => `row ${row}: ${number}: ${problems.join('; ')}`),
      `${counts.added} added, ${counts.changed} changed, ${counts.same} same, ${refused.length} refused` +
        (written === 'yes' ? '' : '; nothing was written'),
    ].join('\n'),
  );
  return refused.length === 0 ? 0 : 1;
}

function diffLine({ number, change, columns }: NumberImport['changes'][number]): string {
  const cells = Object.entries(columns).map(
    ([name, { before, after }]) => `${name}: ${before || '—'} → ${after || '—'}`,
  );
  return `${change === 'added' ? '+' : '~'} ${number}${cells.length === 0 ? '' : `  ${cells.join(', ')}`}`;
}

const importFile: Action<{ readonly dryRun?: true }> = async (context, { dryRun }, path = '') => {
  const rows = await readRows(path);
  const wrong = unknownColumns(Object.keys(rows[0] ?? {}));
  if (wrong.length > 0) throw new Fault('field-invalid', `${path}: ${wrong.join('; ')}`);
  const mode = dryRun === undefined ? 'write' : 'dry-run';
  return told(context, await withApp(context, ({ app }) => app.importNumbers(rows, mode)));
};

async function filtered(context: CommandContext, filter: Filter): Promise<readonly TrackedNumber[]> {
  const wanted = filterOf(filter);
  return withStore(context, (store) => store.numbers.list(wanted));
}

const list: Action<Filter> = async (context, filter) => {
  const numbers = await filtered(context, filter);
  context.output.result({ items: numbers.map(cellsOf) }, () => numberTable(numbers));
  return 0;
};

function numberTable(numbers: readonly TrackedNumber[]): string {
  const table = new Table({ head: ['number', 'state', 'project', 'type', 'pool', 'stands for', 'trunk'] });
  table.push(
    ...numbers.map(({ number, state, project, type, pool, labels, trunk }) => [
      number,
      state,
      project,
      type,
      pool ?? '—',
      Object.values(labels).join(' / ') || '—',
      trunk ?? '—',
    ]),
  );
  return table.toString();
}

const exportFile: Action<Filter & { readonly output?: string; readonly format?: string }> = async (
  context,
  { output, format = 'csv', ...filter },
) => {
  if (format !== 'csv' && format !== 'json')
    throw new Fault('option-unknown', `there is no format ${format}; there are csv and json`);
  const rows = (await filtered(context, filter)).map(cellsOf);
  const text = format === 'csv' ? csvText(NUMBER_COLUMNS, rows) : `${JSON.stringify(rows, null, 2)}\n`;
  if (output === undefined) context.streams.out(text);
  else {
    await writeFile(output, text);
    context.output.result(
      { ok: true, numbers: rows.length, path: output },
      () => `${rows.length} → ${output}`,
    );
  }
  return 0;
};

const setMany: Action<Filter & { readonly to?: readonly string[]; readonly dryRun?: true }> = async (
  context,
  { to = [], dryRun, ...filter },
  ...given
) => {
  const cells = assignments(to);
  const named = given.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const numbers =
    named.length > 0 ? named : (await filtered(context, requireFilter(filter))).map(({ number }) => number);
  const rows: readonly NumberCells[] = numbers.map((number) => ({ ...cells, number }));
  const mode = dryRun === undefined ? 'write' : 'dry-run';
  return told(context, await withApp(context, ({ app }) => app.importNumbers(rows, mode)));
};

/** Every number there is, changed by a slip: that is asked for by name or by filter only. */
function requireFilter(filter: Filter): Filter {
  if (Object.keys(filterOf(filter)).length > 0) return filter;
  throw new Fault('field-invalid', 'name the numbers, or choose them by --project, --state, --pool, --trunk');
}

function assignments(pairs: readonly string[]): NumberCells {
  const cells = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Fault('field-invalid', `"${pair}" is no column=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const wrong = [
    ...unknownColumns(Object.keys(cells)),
    ...(pairs.length === 0 ? ['say --to column=value'] : []),
  ];
  if (wrong.length > 0) throw new Fault('field-invalid', wrong.join('; '));
  return cells;
}

interface ExplainOptions {
  readonly project?: string;
  readonly referrer?: string;
}

const explain: Action<ExplainOptions> = async (context, { project, referrer }, address = '') => {
  const url = urlOf(address);
  const explanation = await withApp(context, ({ app }) =>
    app.explainShow({
      url: url.href,
      landing: { host: url.hostname, path: url.pathname, query: Object.fromEntries(url.searchParams) },
      ...present({
        project,
        referrer: referrer === undefined ? undefined : { url: referrer, host: urlOf(referrer).hostname },
      }),
    }),
  );
  const { touch, ...rest } = explanation;
  const { channel, source, medium, campaign } = touch;
  context.output.result({ ...rest, touch: present({ channel, source, medium, campaign }) }, () =>
    explanationText(explanation),
  );
  return 0;
};

function urlOf(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Fault(
      'field-invalid',
      `"${text}" is no URL, for example https://shop.example/?utm_source=google`,
    );
  }
}

function explanationText({ project, touch, rules, rule, show, number, pool }: ShowExplanation): string {
  const what =
    show.kind === 'pool'
      ? `a number of pool ${show.pool}`
      : show.kind === 'static'
        ? 'a static number'
        : 'the site’s number';
  const detail =
    pool === undefined
      ? (number ?? (show.kind === 'static' ? 'none fits: the site’s number stays' : undefined))
      : `${pool.free} of ${pool.numbers} free`;
  return [
    `project ${project}; ${touch.source} / ${touch.medium} (${touch.channel})`,
    ...rules.map(({ name, fits }) => `  ${fits === 'yes' ? (name === rule ? '✔' : '·') : '✘'} ${name}`),
    rule === undefined ? 'no rule fits: the site’s number stays' : `rule "${rule}" wins: ${what}`,
    ...(detail === undefined ? [] : [detail]),
  ].join('\n');
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

function filters(command: Command): Command {
  return command
    .option('--project <name>')
    .option('--state <state>', NUMBER_STATES.join(', '))
    .option('--pool <name>')
    .option('--trunk <name>');
}

export function numbersCommand(program: Command): void {
  const numbers = program.command('numbers').description('tracked numbers');
  numbers
    .command('import')
    .description(`all rows or none; columns: ${NUMBER_COLUMNS.join(', ')}`)
    .argument('<file>', 'CSV with a header, or JSON; - reads standard input')
    .option('--dry-run', 'tell what would change, write nothing')
    .action(runs(importFile));
  filters(numbers.command('list')).action(runs(list));
  filters(numbers.command('export'))
    .option('--output <file>', 'default: standard output')
    .option('--format <csv|json>', 'default: csv')
    .action(runs(exportFile));
  filters(numbers.command('set').argument('[numbers...]', 'or those of the filter'))
    .description('the same change to many numbers')
    .option('--to <column=value>', 'may be repeated; an empty value removes', collect)
    .option('--dry-run', 'tell what would change, write nothing')
    .action(runs(setMany));
  numbers
    .command('explain')
    .description('which rule a visit of this address meets, and what it is shown')
    .argument('<url>')
    .option('--project <name>', 'when there are several')
    .option('--referrer <url>')
    .action(runs(explain));
  auditCommand(numbers);
}
