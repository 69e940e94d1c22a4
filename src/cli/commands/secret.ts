/** `secret set|remove`: what `store:NAME` refers to. The value comes on stdin: arguments are seen by everybody on a machine. */
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { runs, type Action } from '../context.js';
import { withApp } from '../with-app.js';

const set: Action<object> = async (context, _options, name = '') => {
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  await withApp(context, ({ app }) => app.setSecret(name, value));
  context.output.result({ ok: true, reference: `store:${name}` }, () => `store:${name} is set`);
  return 0;
};

const remove: Action<object> = async (context, _options, name = '') => {
  await withApp(context, ({ app }) => app.removeSecret(name));
  context.output.result({ ok: true }, () => `store:${name} is removed`);
  return 0;
};

export function secretCommand(program: Command): void {
  const secret = program.command('secret').description('secrets in the store, sealed; named as store:NAME');
  secret
    .command('set')
    .argument('<name>', 'small letters, digits and hyphens')
    .description('reads the secret from stdin')
    .action(runs(set));
  secret.command('remove').argument('<name>').action(runs(remove));
}
