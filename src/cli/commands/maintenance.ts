/** `backup`, `restore` and `stop-calling`. */
import type { Command } from 'commander';
import { Fault } from '../../errors.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { restoreStore } from '../../store/restore-store.js';
import { runs, type Action } from '../context.js';
import { withApp } from '../with-app.js';
import { withStore } from '../with-store.js';

const backup: Action<object> = async (context, _options, file = '') => {
  await withStore(context, (store) => store.backup(file));
  context.output.result({ ok: true, file }, () => `the store is copied to ${file}`);
  return 0;
};

const restore: Action<object> = async (context, _options, file = '') => {
  const { settings } = await requireConfiguration({
    directory: context.configDirectory,
    environment: context.environment,
  });
  const { schema } = restoreStore({ backup: file, store: settings.store.path });
  context.output.result(
    { ok: true, file, path: settings.store.path, schema },
    () => `${settings.store.path} is what ${file} was`,
  );
  return 0;
};

interface StopOptions {
  readonly off?: true;
  readonly url: string;
  readonly key?: string;
}

interface CallingState {
  readonly calling: 'stopped' | 'calling';
  readonly hung_up: number;
}

/** Through the running server, so that ringing calls end too; undefined when it does not answer. */
async function askServer(
  url: string,
  key: string | undefined,
  calling: CallingState['calling'],
): Promise<CallingState | undefined> {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const response = await fetch(new URL('/v1/control/calling', url), {
    method: 'PUT',
    headers,
    body: JSON.stringify({ calling }),
  }).catch(() => undefined);
  if (response === undefined) return undefined;
  if (response.status === 401 || response.status === 403)
    throw new Fault(
      'unauthenticated',
      'the running server asks for an API key with the scope admin: --key or DIALTRACE_API_KEY',
    );
  return (await response.json()) as CallingState;
}

const stopCalling: Action<StopOptions> = async (context, { off, url, key }) => {
  const calling = off === undefined ? 'stopped' : 'calling';
  const told = await askServer(url, key ?? context.environment['DIALTRACE_API_KEY'], calling);
  if (told === undefined)
    await withApp(context, async ({ app }) =>
      off === undefined ? app.stopCalling('cli') : app.resumeCalling('cli'),
    );
  const how =
    told === undefined
      ? 'no server answered; the store says so for the next start'
      : `${told.hung_up} ringing call(s) ended`;
  context.output.result({ ok: true, calling, hung_up: told?.hung_up ?? 0 }, () =>
    off === undefined ? `calling is stopped; ${how}` : 'calling goes on',
  );
  return 0;
};

export function maintenanceCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the store while it runs')
    .argument('<file>')
    .action(runs(backup));
  program
    .command('restore')
    .description('put a copy in the place of the store (stop Dialtrace first)')
    .argument('<file>')
    .action(runs(restore));
  program
    .command('stop-calling')
    .description('emergency stop: no new calls, ringing ones end')
    .option('--off', 'lift it')
    .option('--url <url>', 'where Dialtrace listens', 'http://127.0.0.1:8080')
    .option('--key <key>', 'API key (or DIALTRACE_API_KEY)')
    .action(runs(stopCalling));
}
