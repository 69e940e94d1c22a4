/** `report leads`: leads and their calls by form, advertisement, ad group or campaign. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import Table from 'cli-table3';
import { cleaned } from '../../domain/attribution/clean-text.js';
import { TALLY_GROUPINGS, tallyCells, tallyColumns } from '../../domain/leads/lead-tally.js';
import { csvText } from '../../domain/values/csv-text.js';
import { Fault } from '../../errors.js';
import { isoTime } from '../../http/schemas/common.js';
import { leadTallyJson } from '../../http/schemas/lead-tally.js';
import { systemClock } from '../../telemetry/clock.js';
import { runs, type Action } from '../context.js';
import { findConnection } from '../find-connection.js';
import { withApp } from '../with-app.js';

interface LeadReportOptions {
  readonly by: string;
  readonly connection?: string;
  readonly from?: string;
  readonly to?: string;
  readonly csv?: string;
}

const DAYS = 30;
const DAY_MS = 86_400_000;

function instantAt(option: string, text: string | undefined, otherwise: number): number {
  const at = text === undefined ? otherwise : Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new Fault(
    'option-unknown',
    `--${option}: "${String(text)}" is no time, for example 2026-03-01T00:00:00Z`,
  );
}

const leads: Action<LeadReportOptions> = async (context, { by: asked, connection, from, to, csv }) => {
  const by = TALLY_GROUPINGS.find((known) => known === asked);
  if (by === undefined) throw new Fault('option-unknown', `--by is one of ${TALLY_GROUPINGS.join(', ')}`);
  const end = instantAt('to', to, systemClock.now() + 1);
  const window = { by, to: end, from: instantAt('from', from, end - DAYS * DAY_MS) };
  const tallies = await withApp(context, async ({ app }) => {
    if (connection === undefined) return app.tallyLeads(window);
    return app.tallyLeads({ ...window, connectionId: (await findConnection(app, connection)).id });
  });
  if (csv !== undefined)
    await writeFile(
      csv,
      csvText(
        tallyColumns(by),
        tallies.map((tally) => tallyCells(by, tally)),
      ),
    );
  context.output.result({ by, items: tallies.map(leadTallyJson) }, () => {
    if (csv !== undefined) return `${tallies.length} rows → ${csv}`;
    const table = new Table({ head: [by, 'leads', 'reached', 'calls', 'talks', 'last lead'] });
    // Names are texts of strangers: they must not steer the terminal.
    for (const { key, name, leads: count, reached, calls, talks, lastLeadAt } of tallies)
      table.push([cleaned(name ?? key) ?? '—', count, reached, calls, talks, isoTime(lastLeadAt)]);
    return table.toString();
  });
  return 0;
};

export function leadReportCommand(report: Command): void {
  report
    .command('leads')
    .description('leads and their calls')
    .option('--by <grouping>', TALLY_GROUPINGS.join(', '), 'form')
    .option('--connection <id or name>', 'of one only')
    .option('--from <time>', `default: ${DAYS} days before --to`)
    .option('--to <time>', 'default: now')
    .option('--csv <file>', 'write a table for spreadsheets')
    .action(runs(leads));
}
