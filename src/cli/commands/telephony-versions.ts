/** `config apply`, `config versions`, `config rollback`: the telephony of a running server, by its API. */
import type { Command } from 'commander';
import { askServer, type ServerOptions } from '../ask-server.js';
import { runs, type Action } from '../context.js';

interface Version {
  readonly version: number;
  readonly applied_at: string;
  readonly author: string;
  readonly source: string;
  readonly percent: number;
  readonly changes: readonly string[];
}

function versionText({ version, applied_at, author, source, percent, changes }: Version): string {
  const canary = percent === 100 ? '' : `, ${percent} % of the callers`;
  return [
    `version ${version}  ${applied_at}  ${author} (${source}${canary})`,
    ...changes.map((change) => `  ${change}`),
  ].join('\n');
}

const apply: Action<ServerOptions & { readonly percent: string }> = async (context, options) => {
  const body = { percent: Number(options.percent) };
  const version = await askServer<Version>(context, options, {
    method: 'POST',
    path: '/v1/telephony/apply',
    body,
  });
  context.output.result({ ok: true, ...version }, () => versionText(version));
  return 0;
};

const rollback: Action<ServerOptions> = async (context, options, number = '') => {
  const body = number === '' || number === 'undefined' ? {} : { version: Number(number) };
  const version = await askServer<Version>(context, options, {
    method: 'POST',
    path: '/v1/telephony/rollback',
    body,
  });
  context.output.result({ ok: true, ...version }, () => versionText(version));
  return 0;
};

const versions: Action<ServerOptions> = async (context, options) => {
  const { items, state } = await askServer<{
    items: readonly Version[];
    state: { readonly ok: boolean; readonly detail: string };
  }>(context, options, { method: 'GET', path: '/v1/telephony/versions' });
  context.output.result({ ok: state.ok, state: state.detail, versions: items }, () =>
    [state.detail, ...items.map(versionText)].join('\n'),
  );
  return state.ok ? 0 : 1;
};

function ofServer(command: Command): Command {
  return command
    .option('--url <url>', 'where Dialtrace listens', 'http://127.0.0.1:8080')
    .option('--key <key>', 'API key with the scope admin (or DIALTRACE_API_KEY)');
}

export function versionCommands(config: Command): void {
  ofServer(config.command('apply'))
    .description('take the files into use in the running server, as a new version')
    .option('--percent <percent>', 'for so many of the callers only, always the same ones', '100')
    .action(runs(apply));
  ofServer(config.command('versions'))
    .description('versions of the running server: who, when, what changed')
    .action(runs(versions));
  ofServer(config.command('rollback'))
    .description('back to a version')
    .argument('[version]', 'its number; default: the one before the newest')
    .action(runs(rollback));
}
