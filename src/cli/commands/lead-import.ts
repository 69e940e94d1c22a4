/** `lead import`: a CSV file of leads that were left elsewhere, into the store, beside a running server or without one. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Fault, messageOf } from '../../errors.js';
import { leadRows } from '../../http/lead-rows.js';
import { importedJson, OLD_AFTER_DAYS } from '../../http/routes/lead-import.js';
import { runs, type Action } from '../context.js';
import { findConnection } from '../find-connection.js';
import { withApp } from '../with-app.js';

interface ImportOptions {
  readonly connection: string;
  readonly form: string;
  readonly dryRun?: true;
  readonly call?: true;
  readonly oldAfterDays: string;
}

type Imported = ReturnType<typeof importedJson>;

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isFinite(days) && days >= 0) return days;
  throw new Fault('field-invalid', `--old-after-days: "${text}" is no number of days`);
}

const textOf = (path: string): Promise<string> =>
  readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} cannot be read: ${messageOf(error)}`);
  });

/** What needs a look: rows that were taken as they are say nothing. */
function told({ rows, stored, repeated, unusable, will_call, dry_run }: Imported): string {
  const lines = rows
    .filter(({ result, status }) => result !== 'stored' || status === 'no-phone' || status === 'blocked')
    .map(({ line, result, why, status }) => `line ${line}: ${status ?? result} (${why ?? ''})`);
  const counts = `${stored} stored, ${will_call} of them to be called, ${repeated} repeated, ${unusable} unusable`;
  return [...lines, `${counts}${dry_run ? '; nothing was written' : ''}`].join('\n');
}

const importFile: Action<ImportOptions> = async (context, options, path = '') => {
  const rows = leadRows(await textOf(path));
  const mode = options.dryRun === undefined ? 'write' : 'dry-run';
  const results = await withApp(context, async ({ app }) =>
    app.importLeads({
      connectionId: (await findConnection(app, options.connection)).id,
      form: options.form,
      rows,
      mode,
      oldAfterDays: daysOf(options.oldAfterDays),
      old: options.call === undefined ? 'store' : 'call',
    }),
  );
  const imported = importedJson(results, mode);
  context.output.result(imported, () => told(imported));
  return imported.unusable === 0 ? 0 : 1;
};

export function leadImportCommand(lead: Command): void {
  lead
    .command('import')
    .description(
      'leads of a CSV file: TikTok’s export, another system’s, or any columns by the form’s field map',
    )
    .argument('<file>', 'CSV with a header; - reads standard input')
    .requiredOption('--connection <id or name>', 'whose leads they are')
    .requiredOption('--form <id or name>', 'of which form; an unknown one is made')
    .option('--dry-run', 'what would become of each row; nothing is stored')
    .option('--call', 'call old leads too')
    .option(
      '--old-after-days <count>',
      'left earlier, or nobody knows when: not dialled',
      String(OLD_AFTER_DAYS),
    )
    .action(runs(importFile));
}
