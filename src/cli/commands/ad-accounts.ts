/** `connections authorise|access|sync|accounts|choose|revoke`: authorised accounts and what stands behind them. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import type { App } from '../../app/app.js';
import { ACCESS_REMEDIES, type Access } from '../../domain/tiktok/access.js';
import { ACCOUNT_ROLES, standingOf, type AdAccount } from '../../domain/tiktok/ad-account.js';
import type { Connection } from '../../domain/leads/lead.js';
import { Fault } from '../../errors.js';
import { accessJson, adAccountJson, syncJson } from '../../http/schemas/ad-accounts.js';
import { isoTime } from '../../http/schemas/common.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { findConnection } from '../find-connection.js';
import { withApp } from '../with-app.js';

/** Runs the work with the connection of this id or name. */
function withConnection<T>(
  context: CommandContext,
  idOrName: string,
  work: (app: App, connection: Connection) => Promise<T>,
): Promise<T> {
  return withApp(context, async ({ app }) => work(app, await findConnection(app, idOrName)));
}

function accessText({ state, why }: Access): string {
  return [state, why, ACCESS_REMEDIES[state]]
    .filter((part) => part !== undefined && part !== null)
    .join('\n  ');
}

function accountTable(accounts: readonly AdAccount[]): string {
  const table = new Table({ head: ['account', 'name', 'status', 'role', 'company', 'on', 'webhook'] });
  table.push(
    ...accounts.map((one) => [
      one.externalId,
      one.name,
      one.goneAt === undefined ? standingOf(one.status).text : 'no longer listed',
      ACCOUNT_ROLES[one.role] ?? one.role,
      one.company ?? '—',
      one.chosen,
      one.webhook,
    ]),
  );
  const missing = accounts.flatMap(({ name, webhookWhy }) =>
    webhookWhy === undefined ? [] : [`${name}: ${webhookWhy}`],
  );
  return [table.toString(), ...missing].join('\n');
}

const authorise: Action<object> = async (context, _options, idOrName = '') => {
  const { url, expiresAt } = await withConnection(context, idOrName, (app, { id }) =>
    app.beginAuthorisation(id),
  );
  context.output.result(
    { url, expires_at: isoTime(expiresAt) },
    () =>
      `Open this address as the owner of the account; it works once, until ${isoTime(expiresAt)}:\n${url}`,
  );
  return 0;
};

const access: Action<object> = async (context, _options, idOrName = '') => {
  const found = await withConnection(context, idOrName, (app, { id }) => app.accessOf(id));
  context.output.result(accessJson(found), () => accessText(found));
  return found.state === 'authorised' ? 0 : 1;
};

const sync: Action<{ readonly account?: readonly string[] }> = async (
  context,
  { account },
  idOrName = '',
) => {
  const report = await withConnection(context, idOrName, (app, { id }) =>
    app.syncConnection(id, account === undefined ? {} : { only: account }),
  );
  context.output.result(syncJson(report), () =>
    [accountTable(report.accounts), ...report.gaps, accessText(report.access)].join('\n'),
  );
  return report.gaps.length === 0 ? 0 : 1;
};

const accounts: Action<object> = async (context, _options, idOrName = '') => {
  const all = await withConnection(context, idOrName, (app, { id }) => app.listAdAccounts(id));
  context.output.result({ items: all.map(adAccountJson) }, () => accountTable(all));
  return 0;
};

const choose: Action<{ readonly on?: true; readonly off?: true }> = async (
  context,
  { on, off },
  idOrName = '',
  account = '',
) => {
  if ((on === undefined) === (off === undefined))
    throw new Fault('option-unknown', 'say one of --on and --off');
  const changed = await withConnection(context, idOrName, (app, { id }) =>
    app.chooseAccount(id, { account, chosen: on === undefined ? 'off' : 'on' }),
  );
  context.output.result(adAccountJson(changed), () => accountTable([changed]));
  return 0;
};

const revoke: Action<object> = async (context, _options, idOrName = '') => {
  const left = await withConnection(context, idOrName, (app, { id }) => app.revokeAccess(id, 'cli'));
  context.output.result(accessJson(left), () => accessText(left));
  return 0;
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function accountCommands(connections: Command): void {
  const one = (name: string, description: string) =>
    connections.command(name).argument('<id or name>').description(description);
  one('authorise', 'prints the address where the owner of the account says yes').action(runs(authorise));
  one('access', 'is the account authorised? exit code 1 when it is not').action(runs(access));
  one('sync', 'ad accounts, webhooks and forms, now; exit code 1 when something could not be done')
    .option('--account <id>', 'only these are wanted from now on; may be repeated', collect)
    .action(runs(sync));
  one('accounts', 'ad accounts as last synchronised').action(runs(accounts));
  one('choose', 'are forms and leads of an ad account wanted?')
    .argument('<account>')
    .option('--on', 'they are')
    .option('--off', 'they are not')
    .action(runs(choose));
  one('revoke', 'takes the access back, at TikTok too').action(runs(revoke));
}
