/** `dialplan lint`: every problem of every plan at its line. */
import type { Command } from 'commander';
import { loadDialplans } from '../../settings/dialplans.js';
import { runs, type Action } from '../context.js';
import { problemJson, problemsText } from './config.js';

const lint: Action<object> = async ({ output }, _options, folder = 'dialplans') => {
  const loaded = await loadDialplans(folder);
  const problems = loaded.ok ? [] : loaded.problems;
  const plans = loaded.ok ? Object.keys(loaded.plans) : [];
  output.result({ ok: loaded.ok, plans, problems: problems.map(problemJson) }, () =>
    problemsText(problems, `${plans.length} plan(s), no problems: ${plans.join(', ')}`),
  );
  return loaded.ok ? 0 : 1;
};

export function dialplanCommand(program: Command): void {
  const dialplan = program.command('dialplan').description('work with dialplans');
  dialplan
    .command('lint')
    .description('report every mistake')
    .argument('[folder]', 'folder of dialplans', 'dialplans')
    .action(runs(lint));
}
