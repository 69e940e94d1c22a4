/** `connections fetch|fetches|test` and `forms fields`: instant forms and the leads behind them. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import type { FormReading } from '../../app/tiktok/read-form.js';
import type { LeadExport } from '../../domain/tiktok/lead-export.js';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import { parseDuration } from '../../domain/values/duration.js';
import { Fault } from '../../errors.js';
import { formReadingJson, leadExportJson, testLeadJson } from '../../http/schemas/instant-forms.js';
import { runs, type Action } from '../context.js';
import { findConnection } from '../find-connection.js';
import { withApp } from '../with-app.js';

interface FormOption {
  readonly form?: string;
}

function fetchTable(fetches: readonly LeadExport[]): string {
  const table = new Table({ head: ['form', 'region', 'state', 'found', 'added', 'known', 'why'] });
  table.push(
    ...fetches.map((one) => [
      one.formId,
      one.region,
      one.state,
      one.found,
      one.added,
      one.repeated,
      one.why ?? '',
    ]),
  );
  return table.toString();
}

const fetchLeads: Action<FormOption> = async (context, { form }, idOrName = '') => {
  const begun = await withApp(context, async ({ app }) => {
    const { id } = await findConnection(app, idOrName);
    return app.fetchLeads(id, form as FormId | undefined);
  });
  context.output.result({ items: begun.map(leadExportJson) }, () => fetchTable(begun));
  return 0;
};

const listFetches: Action<object> = async (context, _options, idOrName = '') => {
  const all = await withApp(context, async ({ app }) =>
    app.listFetches((await findConnection(app, idOrName)).id),
  );
  context.output.result({ items: all.map(leadExportJson) }, () => fetchTable(all));
  return all.some(({ state }) => state === 'failed') ? 1 : 0;
};

const test: Action<FormOption & { readonly wait: string }> = async (
  context,
  { form, wait },
  idOrName = '',
) => {
  const seconds = parseDuration(wait);
  if (seconds === undefined)
    throw new Fault('option-unknown', `--wait: "${wait}" is no duration such as 20s`);
  const report = await withApp(context, async ({ app }) => {
    const id: ConnectionId = (await findConnection(app, idOrName)).id;
    return app.testLead(id, {
      waitMs: seconds * 1000,
      ...(form !== undefined && { formId: form as FormId }),
    });
  });
  context.output.result(testLeadJson(report), () =>
    [
      `A test lead of ${report.form.displayName} was made and taken.`,
      report.result === 'pushed'
        ? 'Its push came: leads of this form are called.'
        : `Its push did not come within ${wait}. TikTok may push no test leads; if real ones do not come either, see that http.publicUrl is reached from outside.`,
      report.phone === 'there'
        ? 'Its phone was recognised.'
        : `No phone was recognised among: ${report.answers.join(', ')}. Name it with forms set --map.`,
    ].join('\n'),
  );
  return report.result === 'pushed' && report.phone === 'there' ? 0 : 1;
};

function fieldTable({ fields, stale }: FormReading): string {
  const table = new Table({ head: ['field', 'becomes', 'by', 'suggested'] });
  table.push(...fields.map(({ field, becomes, by, suggested = '' }) => [field, becomes, by, suggested]));
  const gone = stale.map((field) => `"${field}" is mapped, but no longer on the form.`);
  return [table.toString(), ...gone].join('\n');
}

const fields: Action<object> = async (context, _options, id = '') => {
  const reading = await withApp(context, ({ app }) => app.fieldsOf(id as FormId));
  context.output.result(formReadingJson(reading), () => fieldTable(reading));
  return reading.stale.length === 0 ? 0 : 1;
};

export function instantFormCommands(connections: Command, forms: Command): void {
  const name = '<id or name>';
  connections
    .command('fetch')
    .argument(name)
    .description('fetches the leads that no push brought; known ones are not taken twice')
    .option('--form <id>', 'of one form only')
    .action(runs(fetchLeads));
  connections
    .command('fetches')
    .argument(name)
    .description('what fetches brought; exit code 1 when one failed')
    .action(runs(listFetches));
  connections
    .command('test')
    .argument(name)
    .description('makes a test lead at TikTok and waits for its push at the running server')
    .option('--form <id>', 'default: the first published one')
    .option('--wait <duration>', 'for the push', '20s')
    .action(runs(test));
  forms
    .command('fields')
    .argument('<id>')
    .description('what each field of an instant form becomes, and what is suggested')
    .action(runs(fields));
}
