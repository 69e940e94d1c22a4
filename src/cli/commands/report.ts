/** `report sources`: what advertising brought and cost, as a table, JSON or a CSV file. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import Table from 'cli-table3';
import { cleaned } from '../../domain/attribution/clean-text.js';
import { MODEL_NAMES } from '../../domain/attribution/models.js';
import { reportCells, reportColumns } from '../../domain/attribution/report-table.js';
import { REPORT_GROUPINGS } from '../../domain/attribution/report-grouping.js';
import { csvText } from '../../domain/values/csv-text.js';
import { nearestName } from '../../domain/values/nearest.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { systemClock } from '../../telemetry/clock.js';
import { runs, type Action } from '../context.js';
import { withApp } from '../with-app.js';
import { leadReportCommand } from './report-leads.js';

interface ReportOptions {
  readonly project?: string;
  readonly by?: string;
  readonly model?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timeZone?: string;
  readonly windowDays?: string;
  readonly unique?: string;
  readonly csv?: string;
}

const DAYS = 30;
const DAY_MS = 86_400_000;

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  const near = nearestName(value, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  throw new Fault('option-unknown', `--${option}: there is no ${value}; ${hint}`);
}

function instantAt(option: string, text: string): number {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new Fault('field-invalid', `--${option}: "${text}" is no time, for example 2026-03-01T00:00:00Z`);
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isFinite(days) && days > 0) return days;
  throw new Fault('field-invalid', `--window-days: "${text}" is no number of days`);
}

function termsOf(options: ReportOptions) {
  const { project, by = 'source', model, unique, windowDays } = options;
  const to = options.to === undefined ? systemClock.now() : instantAt('to', options.to);
  return {
    to,
    from: options.from === undefined ? to - DAYS * DAY_MS : instantAt('from', options.from),
    by: oneOf('by', by, REPORT_GROUPINGS),
    timeZone: oneOf('time-zone', options.timeZone ?? 'UTC', ['UTC', ...Intl.supportedValuesOf('timeZone')]),
    ...present({
      project,
      model: model === undefined ? undefined : oneOf('model', model, MODEL_NAMES),
      unique:
        unique === undefined ? undefined : oneOf('unique', unique, ['across-kinds', 'per-kind'] as const),
      windowDays: windowDays === undefined ? undefined : daysOf(windowDays),
    }),
  };
}

const sources: Action<ReportOptions> = async (context, options) => {
  const terms = termsOf(options);
  const report = await withApp(context, ({ app }) => app.reportSources(terms));
  const columns = reportColumns(terms.by);
  const rows = report.rows.map(reportCells);
  if (options.csv !== undefined) await writeFile(options.csv, csvText(columns, rows));
  const { project, model } = report;
  const total = reportCells(report.total);
  context.output.result({ project, model, by: terms.by, items: rows, total }, () => {
    if (options.csv !== undefined) return `${rows.length} rows → ${options.csv}`;
    const table = new Table({ head: [...columns] });
    // A campaign is text of a stranger: it must not steer the terminal.
    for (const row of [...rows, total]) table.push(columns.map((name) => cleaned(row[name]) ?? '—'));
    return `project ${project}, model ${model}; the last row is the whole\n${table.toString()}`;
  });
  return 0;
};

export function reportCommand(program: Command): void {
  const report = program.command('report').description('what advertising brought and cost');
  leadReportCommand(report);
  report
    .command('sources')
    .option('--project <name>', 'when there are several')
    .option('--by <grouping>', REPORT_GROUPINGS.join(', '))
    .option('--model <name>', `${MODEL_NAMES.join(', ')}; default: that of the project`)
    .option('--from <time>', `default: ${DAYS} days before --to`)
    .option('--to <time>', 'default: now')
    .option('--time-zone <zone>', 'of the days; default: UTC')
    .option('--window-days <count>', 'touches and earlier contacts before it do not count')
    .option('--unique <how>', 'across-kinds, per-kind')
    .option('--csv <file>', 'write a table for spreadsheets')
    .action(runs(sources));
}
