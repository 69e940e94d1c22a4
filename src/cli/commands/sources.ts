/** `connections` and `forms`: authorised accounts of lead sources, and the settings of their forms. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import {
  CONNECTION_KINDS,
  type Connection,
  type ConnectionKind,
  type Form,
} from '../../domain/leads/lead.js';
import { present } from '../../domain/values/present.js';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import type { FormChange } from '../../app/connections/set-form.js';
import { Fault } from '../../errors.js';
import { connectionJson, formJson } from '../../http/schemas/connections.js';
import { runs, type Action } from '../context.js';
import { findConnection } from '../find-connection.js';
import { withApp } from '../with-app.js';
import { accountCommands } from './ad-accounts.js';
import { intakeSettings, withIntake, type IntakeOptions } from './intake-options.js';
import { instantFormCommands } from './instant-forms.js';

interface SourceOptions extends IntakeOptions {
  readonly secret?: string;
  readonly on?: true;
  readonly off?: true;
  readonly name?: string;
  readonly whisper?: string;
  readonly locale?: string;
  readonly country?: string;
  readonly group?: string;
  readonly policy?: string;
  readonly utm?: readonly string[];
  readonly map?: readonly string[];
  readonly tag?: readonly string[];
}

const KINDS: readonly ConnectionKind[] = CONNECTION_KINDS;

function kindOf(text: string): ConnectionKind {
  const kind = KINDS.find((known) => known === text);
  if (kind === undefined)
    throw new Fault('field-invalid', `"${text}" is no kind of connection; there are ${KINDS.join(', ')}`);
  return kind;
}

function onOff({ on, off }: SourceOptions): 'on' | 'off' | undefined {
  if (on !== undefined && off !== undefined) throw new Fault('option-unknown', 'say one of --on and --off');
  return on === undefined ? off && 'off' : 'on';
}

function pairsOf(pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs
      .map((pair) => pair.split(/=(.*)/s, 2) as [string, string])
      .map(([name, value]) => [name.startsWith('utm_') ? name : `utm_${name}`, value]),
  );
}

/** What is not named stays as it was; a label has no `=` in it. */
function withMap({ map }: SourceOptions, before: Form['fieldMap'] = {}): Pick<FormChange, 'fieldMap'> {
  if (map === undefined) return {};
  const pairs = map.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]);
  const all = Object.entries({ ...before, ...Object.fromEntries(pairs) });
  return { fieldMap: Object.fromEntries(all.filter(([, name]) => name !== '')) };
}

function connectionFields(options: SourceOptions) {
  const { secret: secretRef, whisper: whisperTemplate, locale, country, tag: tags, name } = options;
  return present({
    secretRef,
    whisperTemplate,
    locale,
    country: country?.toUpperCase(),
    tags,
    name,
    enabled: onOff(options),
  });
}

function formFields(options: SourceOptions) {
  const { name: displayName, whisper: whisperTemplate, locale, country, group, policy, utm } = options;
  return present({
    displayName,
    whisperTemplate,
    locale,
    country: country?.toUpperCase(),
    group,
    policy,
    staticUtm: pairsOf(utm),
    enabled: onOff(options),
  });
}

function connectionTable(connections: readonly Connection[]): string {
  const table = new Table({ head: ['id', 'kind', 'name', 'on', 'secret', 'hook'] });
  table.push(
    ...connections.map((one) => [
      one.id,
      one.kind,
      one.name,
      one.enabled,
      one.secretRef ?? '—',
      connectionJson(one).hook_path,
    ]),
  );
  return table.toString();
}

function formTable(forms: readonly Form[]): string {
  const table = new Table({ head: ['id', 'form', 'at the source', 'on', 'group', 'policy', 'utm'] });
  table.push(
    ...forms.map((form) => [
      form.id,
      form.displayName,
      form.externalId,
      form.enabled,
      form.group ?? '—',
      form.policy ?? '—',
      Object.values(form.staticUtm).join(' '),
    ]),
  );
  return table.toString();
}

const addOne: Action<SourceOptions> = async (context, options, kind = '', name = '') => {
  const added = await withApp(context, ({ app }) =>
    app.addConnection({ ...connectionFields(options), ...withIntake(options), kind: kindOf(kind), name }),
  );
  context.output.result(connectionJson(added), () => connectionTable([added]));
  return 0;
};

const listAll: Action<object> = async (context) => {
  const all = await withApp(context, ({ app }) => app.listConnections());
  context.output.result({ items: all.map(connectionJson) }, () => connectionTable(all));
  return 0;
};

const setOne: Action<SourceOptions> = async (context, options, idOrName = '') => {
  const changed = await withApp(context, async ({ app }) => {
    const { id, intake } = await findConnection(app, idOrName);
    return app.setConnection(id, { ...connectionFields(options), ...withIntake(options, intake) });
  });
  context.output.result(connectionJson(changed), () => connectionTable([changed]));
  return 0;
};

const listForms: Action<{ connection?: string }> = async (context, { connection }) => {
  const forms = await withApp(context, async ({ app }) => {
    const id: ConnectionId | undefined =
      connection === undefined ? undefined : (await findConnection(app, connection)).id;
    return app.listForms(id);
  });
  context.output.result({ items: forms.map(formJson) }, () => formTable(forms));
  return 0;
};

const addOneForm: Action<SourceOptions> = async (context, options, connection = '', externalId = '') => {
  const added = await withApp(context, async ({ app }) => {
    const { id: connectionId } = await findConnection(app, connection);
    return app.addForm({ ...formFields(options), ...withMap(options), connectionId, externalId });
  });
  context.output.result(formJson(added), () => formTable([added]));
  return 0;
};

const setOneForm: Action<SourceOptions> = async (context, options, id = '') => {
  const changed = await withApp(context, async ({ app }) => {
    const before = (await app.listForms()).find((form) => form.id === id);
    return app.setForm(id as FormId, { ...formFields(options), ...withMap(options, before?.fieldMap) });
  });
  context.output.result(formJson(changed), () => formTable([changed]));
  return 0;
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

function settings(command: Command): Command {
  return command
    .option('--on', 'switch it on')
    .option('--off', 'switch it off: its leads are stored, never dialled')
    .option('--whisper <template>', 'what the operator hears, e.g. "Callback from {{ form }}, {{ client }}"')
    .option('--locale <locale>', 'language of the whisper')
    .option('--country <code>', 'country of national numbers');
}

export function sourceCommands(program: Command): void {
  const connections = program.command('connections').description('authorised accounts of lead sources');
  connections.command('list').action(runs(listAll));
  intakeSettings(settings(connections.command('add').argument('<kind>', KINDS.join(', ')).argument('<name>')))
    .option('--secret <reference>', 'env:NAME, file:/path: what its pushes are signed with')
    .option('--tag <tag>', 'may be repeated', collect)
    .action(runs(addOne));
  intakeSettings(settings(connections.command('set').argument('<id or name>')))
    .option('--secret <reference>', 'env:NAME, file:/path')
    .option('--name <name>', 'another name')
    .option('--tag <tag>', 'may be repeated', collect)
    .action(runs(setOne));

  accountCommands(connections);

  const forms = program.command('forms').description('forms (pages) of connections');
  forms.command('list').option('--connection <id or name>').action(runs(listForms));
  formSettings(
    forms.command('add').argument('<connection>', 'id or name').argument('<id at the source>'),
  ).action(runs(addOneForm));
  instantFormCommands(connections, forms);
  formSettings(forms.command('set').argument('<id>')).action(runs(setOneForm));
}

function formSettings(command: Command): Command {
  return settings(command)
    .option('--name <name>', 'name shown and spoken')
    .option('--group <name>', 'operators’ group')
    .option('--policy <name>', 'callback policy')
    .option(
      '--map <label=name>',
      'what a field of the source is to us, e.g. "Kam zavolat=phone"; empty: as before; may be repeated',
      collect,
    )
    .option('--utm <name=value>', 'static UTM tag; may be repeated', collect);
}
