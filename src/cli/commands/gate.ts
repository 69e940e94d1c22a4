/** `dnc add|remove|import|list` and `quarantine list|release|refuse`: who is not called, and who waits for a person. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import Table from 'cli-table3';
import { parse } from 'csv-parse/sync';
import type { ImportReport, NewDoNotCall } from '../../app/gate/do-not-call.js';
import type { TakenLead } from '../../app/leads/taken-lead.js';
import { LEAD_REASONS } from '../../domain/leads/lead.js';
import type { LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault, messageOf } from '../../errors.js';
import { runs, type Action, type CommandContext } from '../context.js';
import type { ExitCode } from '../output.js';
import { withApp } from '../with-app.js';
import { withStore } from '../with-store.js';

const BY = 'cli';

interface AddOptions {
  readonly reason?: string;
  readonly until?: string;
  readonly country?: string;
}

function instantOf(text: string | undefined): number | undefined {
  const at = text === undefined ? undefined : Date.parse(text);
  if (Number.isNaN(at)) throw new Fault('field-invalid', `"${text}" is no ISO-8601 time`);
  return at;
}

function told({ output }: CommandContext, report: ImportReport): ExitCode {
  const { added, changed, leadsEnded, refused } = report;
  const wrong = refused.map(({ row, phone, why }) => `row ${row}: ${phone}: ${why}`);
  output.result({ ok: refused.length === 0, added, changed, leads_ended: leadsEnded, refused }, () =>
    [`${added} added, ${changed} changed, ${leadsEnded} lead(s) ended`, ...wrong].join('\n'),
  );
  return refused.length === 0 ? 0 : 1;
}

const add: Action<AddOptions> = async (context, { reason, until, country }, phone = '') => {
  const row = { phone, ...present({ reason, until: instantOf(until) }) };
  const terms = { by: BY, ...present({ country }) };
  return told(context, await withApp(context, ({ app }) => app.importDoNotCall([row], terms)));
};

/** A header names `phone`, `reason`, `until`; without one the first column is the phone and the second the reason. */
function rowsOf(text: string): NewDoNotCall[] {
  const lines = parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  const [first = []] = lines;
  const names = first.map((name) => name.toLowerCase());
  const headed = names.includes('phone');
  const at = headed
    ? { phone: names.indexOf('phone'), reason: names.indexOf('reason'), until: names.indexOf('until') }
    : { phone: 0, reason: 1, until: 2 };
  return lines.slice(headed ? 1 : 0).map((line) => {
    const reason = line[at.reason];
    const until = line[at.until];
    return {
      phone: line[at.phone] ?? '',
      ...present({
        reason: reason === '' ? undefined : reason,
        until: until === '' ? undefined : instantOf(until),
      }),
    };
  });
}

const bring: Action<AddOptions> = async (context, { reason, country }, file = '') => {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new Fault('field-invalid', `${file} cannot be read: ${messageOf(thrown)}`);
  });
  const rows = rowsOf(text).map((row) => ({ ...present({ reason }), ...row }));
  const terms = { by: BY, ...present({ country }) };
  return told(context, await withApp(context, ({ app }) => app.importDoNotCall(rows, terms)));
};

const remove: Action<AddOptions> = async (context, { country }, phone = '') => {
  const terms = { by: BY, ...present({ country }) };
  const removed = await withApp(context, ({ app }) => app.removeDoNotCall(phone, terms));
  context.output.result({ ok: true, phone: removed }, () => `${removed} may be called again`);
  return 0;
};

const LIST_LIMIT = 500;

const list: Action<{ readonly cursor?: string }> = async (context, { cursor }) => {
  const page = await withStore(context, (store) =>
    store.doNotCall.list({ limit: LIST_LIMIT, ...present({ cursor }) }),
  );
  const items = page.items.map(({ phone, reason, by, addedAt, until }) => ({
    phone,
    reason,
    by,
    added_at: new Date(addedAt).toISOString(),
    until: until === undefined ? null : new Date(until).toISOString(),
  }));
  context.output.result({ items, next_cursor: page.nextCursor ?? null }, () => {
    const table = new Table({ head: ['phone', 'reason', 'by', 'since', 'until'] });
    table.push(...items.map((one) => [one.phone, one.reason, one.by, one.added_at, one.until ?? 'for ever']));
    return table.toString();
  });
  return 0;
};

const held: Action<object> = async (context) => {
  const page = await withStore(context, (store) =>
    store.leads.list({ status: 'quarantined', limit: LIST_LIMIT }),
  );
  const items = page.items.map(({ id, phone, reason, gateNote, receivedAt, formName }) => ({
    lead_id: id,
    phone: phone ?? null,
    form: formName ?? null,
    reason,
    detail: gateNote ?? null,
    received_at: new Date(receivedAt).toISOString(),
  }));
  context.output.result({ items }, () => {
    const table = new Table({ head: ['lead', 'phone', 'received', 'why', 'detail'] });
    table.push(
      ...items.map((one) => [
        one.lead_id,
        one.phone ?? '',
        one.received_at,
        LEAD_REASONS[one.reason],
        one.detail ?? '',
      ]),
    );
    return table.toString();
  });
  return 0;
};

function decided({ output }: CommandContext, taken: TakenLead): ExitCode {
  const will_call_at = taken.willCallAt === undefined ? null : new Date(taken.willCallAt).toISOString();
  const { leadId, status, reason } = taken;
  output.result(
    { ok: true, lead_id: leadId, status, reason, will_call_at },
    () => `lead ${leadId}: ${status} (${LEAD_REASONS[reason]})`,
  );
  return 0;
}

const release: Action<object> = async (context, _options, id = '') =>
  decided(context, await withApp(context, ({ app }) => app.releaseLead(id as LeadId, BY)));

const refuse: Action<object> = async (context, _options, id = '') =>
  decided(context, await withApp(context, ({ app }) => app.refuseLead(id as LeadId)));

const COUNTRY = ['--country <code>', 'country of national numbers'] as const;

export function gateCommands(program: Command): void {
  const dnc = program.command('dnc').description('phones that must not be called');
  dnc
    .command('add')
    .argument('<phone>')
    .option('--reason <text>')
    .option('--until <time>', 'ISO-8601; for ever when not given')
    .option(...COUNTRY)
    .action(runs(add));
  dnc
    .command('remove')
    .argument('<phone>')
    .option(...COUNTRY)
    .action(runs(remove));
  dnc
    .command('import')
    .description('a CSV file with a column `phone`, and perhaps `reason` and `until`')
    .argument('<file>')
    .option('--reason <text>', 'for rows without one')
    .option(...COUNTRY)
    .action(runs(bring));
  dnc.command('list').option('--cursor <cursor>').action(runs(list));
  const quarantine = program.command('quarantine').description('leads the gate holds for a person');
  quarantine.command('list').action(runs(held));
  quarantine.command('release').argument('<lead>').action(runs(release));
  quarantine.command('refuse').argument('<lead>').action(runs(refuse));
}
