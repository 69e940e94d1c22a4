/** `deals import|list`: sales of the CRM from a file, and what they were matched to. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import { cleaned } from '../../domain/attribution/clean-text.js';
import { DEAL_STATUSES, type Deal, type DealReport, type DealStatus } from '../../domain/deals/deal.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { DEAL_COLUMNS, dealJson, dealReport } from '../../http/schemas/deals.js';
import { runs, type Action } from '../context.js';
import { readRows, type TextRow } from '../numbers/read-rows.js';
import { withApp } from '../with-app.js';
import { withStore } from '../with-store.js';

interface Refused {
  readonly row: number;
  readonly problems: string;
}

function readAll(rows: readonly TextRow[]) {
  const reports: DealReport[] = [];
  const refused: Refused[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      reports.push(dealReport(row));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      refused.push({ row: index + 1, problems: thrown.message });
    }
  }
  return { reports, refused };
}

const importFile: Action<object> = async (context, _options, path = '') => {
  const read = readAll(await readRows(path));
  const { taken, refused: unknown } =
    read.refused.length > 0
      ? { taken: [], refused: [] }
      : await withApp(context, ({ app }) => app.takeDeals(read.reports));
  const refused = [
    ...read.refused,
    ...unknown.map(({ place, problem }): Refused => ({ row: place + 1, problems: problem })),
  ];
  const of = (result: string): number => taken.filter((one) => one.result === result).length;
  const matched = taken.filter(({ deal }) => deal.matchedBy !== 'nothing').length;
  const counts = { added: of('added'), changed: of('changed'), same: of('same'), stale: of('stale') };
  context.output.result({ ok: refused.length === 0, ...counts, matched, refused }, () =>
    [
      ...refused.map(({ row, problems }) => `row ${row}: ${problems}`),
      refused.length > 0
        ? `${refused.length} refused; nothing was written`
        : `${counts.added} added, ${counts.changed} changed, ${counts.same + counts.stale} known already; ` +
          `${matched} of ${taken.length} matched to a contact`,
    ].join('\n'),
  );
  return refused.length === 0 ? 0 : 1;
};

function statusOf(text: string | undefined): DealStatus | undefined {
  const status = DEAL_STATUSES.find((one) => one === text);
  if (text !== undefined && status === undefined)
    throw new Fault('option-unknown', `there is no status ${text}; there are ${DEAL_STATUSES.join(', ')}`);
  return status;
}

/** The source is a text of a stranger: it must not steer the terminal. */
function rowOf({ externalId, status, stage, amount, currency, at, matchedBy, labels }: Deal): string[] {
  const { source, medium, campaign } = labels;
  const from = [source, medium, campaign].filter((part) => part !== undefined).join(' / ');
  return [
    externalId,
    stage === undefined ? status : `${status} (${stage})`,
    amount === undefined ? '' : `${amount} ${currency ?? ''}`,
    new Date(at).toISOString(),
    matchedBy,
    from,
  ].map((cell) => cleaned(cell) ?? '—');
}

interface ListOptions {
  readonly status?: string;
  readonly project?: string;
  readonly limit?: string;
}

const list: Action<ListOptions> = async (context, { status, project, limit = '50' }) => {
  const filter = { limit: Number(limit), ...present({ status: statusOf(status), project }) };
  const { items } = await withStore(context, (store) => store.deals.list(filter));
  context.output.result({ items: items.map(dealJson) }, () => {
    const table = new Table({ head: ['deal', 'status', 'amount', 'since', 'matched by', 'source'] });
    table.push(...items.map(rowOf));
    return table.toString();
  });
  return 0;
};

export function dealsCommand(program: Command): void {
  const deals = program.command('deals').description('sales of the CRM, and where their clients came from');
  deals
    .command('import')
    .description(`all rows or none; columns: ${DEAL_COLUMNS.join(', ')}`)
    .argument('<file>', 'CSV with a header, or JSON; - reads standard input')
    .action(runs(importFile));
  deals
    .command('list')
    .option('--status <status>', DEAL_STATUSES.join(', '))
    .option('--project <name>')
    .option('--limit <count>', 'default: 50')
    .action(runs(list));
}
