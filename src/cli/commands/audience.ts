/** `audience`: customer audiences at an ad platform, filled from leads and calls. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import {
  AUDIENCE_ACTIONS,
  AUDIENCE_SCHEMAS,
  type Audience,
  type AudienceId,
  type AudienceTask,
  type Segment,
} from '../../domain/tiktok/audience.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { audienceJson, audienceTaskJson } from '../../http/schemas/audiences.js';
import { isoTime } from '../../http/schemas/common.js';
import { runs, type Action } from '../context.js';
import { findConnection } from '../find-connection.js';
import { withApp } from '../with-app.js';

interface AddOptions {
  readonly connection: string;
  readonly account: string;
  readonly schema: string;
  readonly tag?: readonly string[];
  readonly mark?: readonly string[];
  readonly source?: readonly string[];
  readonly status?: readonly string[];
  readonly days?: string;
}

function oneOf<T extends string>(known: readonly T[], text: string, option: string): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new Fault('option-unknown', `${option} is one of ${known.join(', ')}`);
  return found;
}

function segmentOf({ tag: tags, mark: marks, source: sources, status: statuses, days }: AddOptions): Segment {
  const count = days === undefined ? undefined : Number(days);
  if (count !== undefined && !(count > 0))
    throw new Fault('option-unknown', `--days: "${String(days)}" is no number of days`);
  return present({ tags, marks, sources, statuses, days: count });
}

function segmentText({ tags, marks, sources, statuses, days }: Segment): string {
  const parts = Object.entries({ tags, marks, sources, statuses }).flatMap(([name, values]) =>
    values === undefined ? [] : [`${name}: ${values.join(', ')}`],
  );
  const all = days === undefined ? parts : [...parts, `last ${days} days`];
  return all.join('; ') || 'everybody';
}

function audienceTable(audiences: readonly Audience[]): string {
  const table = new Table({
    head: ['id', 'name', 'at TikTok', 'account', 'schema', 'segment', 'state', 'matched'],
  });
  table.push(
    ...audiences.map((one) => [
      one.id,
      one.name,
      one.externalId ?? '—',
      one.accountId,
      one.schema,
      segmentText(one.segment),
      one.state,
      one.matched ?? '—',
    ]),
  );
  return table.toString();
}

function taskTable(tasks: readonly AudienceTask[]): string {
  const table = new Table({ head: ['task', 'action', 'state', 'runs', 'valid', 'total', 'why'] });
  table.push(
    ...tasks.map((one) => [
      one.id,
      one.action,
      one.state,
      isoTime(one.runAt),
      one.valid ?? '—',
      one.total ?? '—',
      one.why ?? '',
    ]),
  );
  return table.toString();
}

const list: Action<object> = async (context) => {
  const all = await withApp(context, ({ app }) => app.listAudiences());
  context.output.result({ items: all.map(audienceJson) }, () => audienceTable(all));
  return 0;
};

const add: Action<AddOptions> = async (context, options, name = '') => {
  const schema = oneOf(AUDIENCE_SCHEMAS, options.schema, '--schema');
  const added = await withApp(context, async ({ app }) => {
    const { id: connectionId } = await findConnection(app, options.connection);
    const { account: accountId } = options;
    return app.addAudience({ connectionId, accountId, name, schema, segment: segmentOf(options) });
  });
  context.output.result(audienceJson(added), () => audienceTable([added]));
  return 0;
};

const preview: Action<object> = async (context, _options, id = '') => {
  const { valid, total } = await withApp(context, ({ app }) => app.previewAudience(id as AudienceId));
  context.output.result({ valid, total }, () => `${valid} of ${total} people can be matched`);
  return valid > 0 ? 0 : 1;
};

interface FillOptions {
  readonly now?: true;
  readonly at?: string;
}

const fill: Action<FillOptions> = async (context, { now, at }, id = '', action = '') => {
  if (now !== undefined && at !== undefined) throw new Fault('option-unknown', 'say one of --now and --at');
  const task = await withApp(context, ({ app }) =>
    app.planFill(id as AudienceId, {
      action: oneOf(AUDIENCE_ACTIONS, action, 'the action'),
      trigger: now === undefined ? 'scheduled' : 'instant',
      by: 'cli',
      ...(at !== undefined && { at: at.replace(':', '') }),
    }),
  );
  context.output.result(audienceTaskJson(task), () => taskTable([task]));
  return 0;
};

const tasks: Action<object> = async (context, _options, id = '') => {
  const { audience, tasks: all } = await withApp(context, ({ app }) => app.audienceOf(id as AudienceId));
  context.output.result({ ...audienceJson(audience), tasks: all.map(audienceTaskJson) }, () =>
    [audienceTable([audience]), taskTable(all)].join('\n'),
  );
  return all[0]?.state === 'failed' ? 1 : 0;
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function audienceCommands(program: Command): void {
  const audience = program.command('audience').description('customer audiences at TikTok');
  audience.command('list').action(runs(list));
  audience
    .command('add')
    .argument('<name>')
    .description('names an audience and its segment; the first upload makes it')
    .requiredOption('--connection <id or name>')
    .requiredOption('--account <id>', 'ad account')
    .option('--schema <schema>', AUDIENCE_SCHEMAS.join(', '), 'phone')
    .option('--tag <tag>', 'of calls; may be repeated', collect)
    .option('--mark <mark>', 'of calls; may be repeated', collect)
    .option('--source <utm_source>', 'of leads; may be repeated', collect)
    .option('--status <status>', 'of leads; may be repeated', collect)
    .option('--days <days>', 'leads of the last so many days')
    .action(runs(add));
  audience
    .command('preview')
    .argument('<id>')
    .description('how many people would be uploaded now')
    .action(runs(preview));
  audience
    .command('fill')
    .argument('<id>')
    .argument('<action>', AUDIENCE_ACTIONS.join(', '))
    .description('uploads the segment, by the running server: at tiktok.audiencesAt unless told')
    .option('--now', 'as soon as TikTok lets us')
    .option('--at <time>', 'such as 03:30, in the time zone of the ad account')
    .action(runs(fill));
  audience
    .command('tasks')
    .argument('<id>')
    .description('its uploads, newest first; exit code 1 when the last one failed')
    .action(runs(tasks));
}
