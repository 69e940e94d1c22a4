/** `dialplan`: one visible table of its commands. What each does is in src/cli/dialplan. */
import { Option, type Command } from 'commander';
import { runs } from '../context.js';
import { lintPlans } from '../dialplan/lint-command.js';
import { LINT_FORMATS } from '../dialplan/lint-report.js';
import { testPlans } from '../dialplan/test-command.js';
import { TEST_FORMATS } from '../dialplan/test-report.js';

const FOLDER = ['[folder]', 'folder of dialplans', 'dialplans'] as const;

function format(choices: readonly string[]): Option {
  return new Option('--format <name>', 'how the result is written').choices(choices);
}

export function dialplanCommand(program: Command): void {
  const dialplan = program.command('dialplan').description('check, test and try dialplans');
  dialplan
    .command('lint')
    .description('report every mistake')
    .argument(...FOLDER)
    .addOption(format(LINT_FORMATS))
    .action(runs(lintPlans));
  dialplan
    .command('test')
    .description('run the *.test.yaml files beside the plans on a virtual clock')
    .argument(...FOLDER)
    .option('--update', 'rewrite what is expected to what happens now')
    .addOption(format(TEST_FORMATS))
    .action(runs(testPlans));
}
