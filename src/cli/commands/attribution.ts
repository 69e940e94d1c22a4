/** `attribution diff|learn`, `placements import|list`, `costs import`: what calls are credited to, and what ads cost. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import type { Repositories, Store } from '../../app/ports/store.js';
import { MODEL_NAMES, type ModelName } from '../../domain/attribution/models.js';
import { differenceOf } from '../../domain/attribution/person.js';
import { readCost, readPlacement, type ReadRow } from '../../domain/numbers/offline-rows.js';
import { nearestName } from '../../domain/values/nearest.js';
import { Fault } from '../../errors.js';
import { systemClock } from '../../telemetry/clock.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { readRows } from '../numbers/read-rows.js';
import type { ExitCode } from '../output.js';
import { withApp } from '../with-app.js';
import { withStore } from '../with-store.js';

const DAY_MS = 86_400_000;

interface DiffOptions {
  readonly project: string;
  readonly model: string;
  readonly days?: string;
  readonly windowDays?: string;
}

function modelOf(name: string): ModelName {
  const model = MODEL_NAMES.find((one) => one === name);
  if (model !== undefined) return model;
  const near = nearestName(name, MODEL_NAMES);
  const hint = near === undefined ? `there are ${MODEL_NAMES.join(', ')}` : `did you mean ${near}?`;
  throw new Fault('option-unknown', `there is no model ${name}; ${hint}`);
}

function daysOf(text: string, what: string): number {
  const days = Number(text);
  if (Number.isFinite(days) && days > 0) return days;
  throw new Fault('field-invalid', `--${what}: "${text}" is no number of days`);
}

const diff: Action<DiffOptions> = async (context, { project, model, days = '90', windowDays }) => {
  const next = {
    model: modelOf(model),
    ...(windowDays !== undefined && { windowDays: daysOf(windowDays, 'window-days') }),
  };
  const until = systemClock.now();
  const since = until - daysOf(days, 'days') * DAY_MS;
  const stored = await withStore(context, (store) => store.attributions.ofProject(project, { since, until }));
  const difference = differenceOf(
    stored.filter(({ touches }) => touches.length > 0),
    next,
  );
  context.output.result({ project, model, ...difference }, () =>
    [
      `with ${model}, ${difference.changed} of ${difference.calls} calls would be credited to another source`,
      ...Object.entries(difference.moves)
        .sort(([, one], [, other]) => other - one)
        .map(([move, count]) => `  ${count}  ${move}`),
    ].join('\n'),
  );
  return 0;
};

const learn: Action<{ readonly project: string }> = async (context, { project }) => {
  const learned = await withApp(context, ({ app }) => app.learnCallRates(project));
  context.output.result({ project, ...learned }, () =>
    learned.kind === 'learned'
      ? `measured from ${learned.calls} calls; the next calls are judged by it`
      : `${learned.calls} calls are too few: the first rates stay`,
  );
  return 0;
};

interface Importing<T> {
  readonly read: (row: Readonly<Record<string, string>>) => ReadRow<T>;
  readonly put: (tx: Repositories, value: T) => Promise<void>;
}

/** All rows or none. */
async function importInto<T>(
  context: CommandContext,
  store: Store,
  path: string,
  { read, put }: Importing<T>,
): Promise<ExitCode> {
  const rows = (await readRows(path)).map(read);
  const refused = rows.flatMap((row, index) => (row.ok ? [] : [{ row: index + 1, problems: row.problems }]));
  if (refused.length === 0)
    await store.transaction(async (tx) => {
      for (const row of rows) if (row.ok) await put(tx, row.value);
    });
  const written = refused.length === 0 ? rows.length : 0;
  context.output.result({ ok: refused.length === 0, written, refused }, () =>
    [...refused.map(({ row, problems }) => `row ${row}: ${problems.join('; ')}`), `${written} written`].join(
      '\n',
    ),
  );
  return refused.length === 0 ? 0 : 1;
}

const importPlacements: Action<object> = (context, _options, path = '') =>
  withStore(context, (store) =>
    importInto(context, store, path, { read: readPlacement, put: (tx, value) => tx.placements.put(value) }),
  );

const importCosts: Action<object> = (context, _options, path = '') =>
  withStore(context, (store, { telephony }) =>
    importInto(context, store, path, {
      read: (row) => readCost(row, Object.keys(telephony.projects)),
      put: (tx, value) => tx.costs.put(value),
    }),
  );

const listPlacements: Action<object> = async (context) => {
  const items = await withStore(context, (store) => store.placements.list());
  context.output.result({ items }, () => {
    const table = new Table({ head: ['number', 'placement', 'from', 'to', 'stands for'] });
    table.push(
      ...items.map(({ number, name, startsOn, endsOn, labels }) => [
        number,
        name,
        startsOn,
        endsOn ?? '—',
        Object.values(labels).join(' / '),
      ]),
    );
    return table.toString();
  });
  return 0;
};

export function attributionCommands(program: Command): void {
  const attribution = program.command('attribution').description('what calls are credited to');
  attribution
    .command('diff')
    .description('how many calls another model would credit to another source; changes nothing')
    .requiredOption('--project <name>')
    .requiredOption('--model <name>', MODEL_NAMES.join(', '))
    .option('--days <count>', 'calls of so many days; default 90')
    .option('--window-days <count>', 'touches older than this before the call do not count')
    .action(runs(diff));
  attribution
    .command('learn')
    .description('measure how soon visitors call, for the calls to come; run it every night')
    .requiredOption('--project <name>')
    .action(runs(learn));
  const placements = program
    .command('placements')
    .description('static numbers off the web: posters, radio, maps');
  placements
    .command('import')
    .argument('<file>', 'CSV: number, name, starts_on, ends_on, source, …')
    .action(runs(importPlacements));
  placements.command('list').action(runs(listPlacements));
  program
    .command('costs')
    .description('what advertising cost')
    .command('import')
    .argument('<file>', 'CSV: project, day, source, medium, campaign, amount, currency')
    .action(runs(importCosts));
}
