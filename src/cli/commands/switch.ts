/** `switch list`, `switch drain`, `switch undrain`: the servers that make up the switch of a running Dialtrace. */
import type { Command } from 'commander';
import CliTable from 'cli-table3';
import { askServer, type ServerOptions } from '../ask-server.js';
import { runs, type Action } from '../context.js';

interface Server {
  readonly name: string;
  readonly side: string;
  readonly node: string;
  readonly standing: string;
  readonly legs: number;
  readonly phones: number | null;
  readonly version: string | null;
  readonly load: {
    readonly sessions: number;
    readonly max_sessions: number;
    readonly idle_cpu: number;
  } | null;
}

const list: Action<ServerOptions> = async (context, options) => {
  const { items } = await askServer<{ readonly items: readonly Server[] }>(context, options, {
    method: 'GET',
    path: '/v1/switch/servers',
  });
  context.output.result({ ok: true, servers: items }, () => tableOf(items));
  return 0;
};

function tableOf(items: readonly Server[]): string {
  const table = new CliTable({
    head: ['name', 'side', 'address', 'standing', 'legs', 'phones', 'sessions', 'idle CPU'],
  });
  for (const { name, side, node, standing, legs, phones, load } of items)
    table.push([
      name,
      side,
      node,
      standing,
      legs,
      phones ?? '',
      load === null ? '' : `${load.sessions} of ${load.max_sessions}`,
      load === null ? '' : `${Math.round(load.idle_cpu * 100)} %`,
    ]);
  return table.toString();
}

function wishing(wish: 'drain' | 'undrain'): Action<ServerOptions> {
  return async (context, options, name = '') => {
    const server = await askServer<Server>(context, options, {
      method: 'POST',
      path: `/v1/switch/servers/${encodeURIComponent(name)}/${wish}`,
      body: {},
    });
    context.output.result({ ok: true, server }, () => sentenceOf(server, wish));
    return 0;
  };
}

function sentenceOf({ name, legs, phones }: Server, wish: 'drain' | 'undrain'): string {
  if (wish === 'undrain') return `${name} takes calls again`;
  const left = [
    ...(legs === 0 ? [] : [`${legs} leg(s) of this process go on there`]),
    ...(phones === null || phones === 0 ? [] : [`${phones} phone(s) are registered there until they move`]),
  ];
  return left.length === 0
    ? `${name} takes no new calls and has none: it can be stopped`
    : `${name} takes no new calls; ${left.join(', ')}`;
}

export function switchCommand(program: Command): void {
  const command = program
    .command('switch')
    .description('servers of the switch: how they are, and draining one');
  const withServer = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option('--url <url>', 'where Dialtrace listens', 'http://127.0.0.1:8080')
      .option('--key <key>', 'API key (or DIALTRACE_API_KEY)');
  withServer('list', 'every drachtio-server and FreeSWITCH: state, legs, load').action(runs(list));
  withServer('drain', 'give a server no new calls; those on it go on')
    .argument('<name>')
    .action(runs(wishing('drain')));
  withServer('undrain', 'give a server calls again')
    .argument('<name>')
    .action(runs(wishing('undrain')));
}
