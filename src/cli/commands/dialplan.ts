/** `dialplan`: one visible table of its commands. What each does is in src/cli/dialplan. */
import { Option, type Command } from 'commander';
import { runs } from '../context.js';
import { explainStoredCall } from '../dialplan/explain-command.js';
import { exportPlans } from '../dialplan/export-command.js';
import { importPlans, IMPORT_SOURCES } from '../dialplan/import/import-command.js';
import { drawPlan, GRAPH_FORMATS } from '../dialplan/graph-command.js';
import { lintPlans } from '../dialplan/lint-command.js';
import { LINT_FORMATS } from '../dialplan/lint-report.js';
import { REPLAY_MODELS, replayCalls } from '../dialplan/replay-command.js';
import { simulatePlan } from '../dialplan/sim-command.js';
import { testPlans } from '../dialplan/test-command.js';
import { TEST_FORMATS } from '../dialplan/test-report.js';

const FOLDER = ['[folder]', 'folder of dialplans', 'dialplans'] as const;
const FOLDER_OPTION = ['--folder <folder>', 'folder of dialplans', 'dialplans'] as const;

function format(choices: readonly string[]): Option {
  return new Option('--format <name>', 'how the result is written').choices(choices);
}

export function dialplanCommand(program: Command): void {
  const dialplan = program.command('dialplan').description('check, test and try dialplans');
  dialplan
    .command('lint')
    .description('report every mistake')
    .argument(...FOLDER)
    .option(
      '--numbers <source>',
      'tracked numbers and their plans: store, or CSV or JSON with number and dialplan',
    )
    .option('--patience <seconds>', 'how long callers wait (180)')
    .option('--longest-text <seconds>', 'how long people listen (30)')
    .addOption(format(LINT_FORMATS))
    .action(runs(lintPlans));
  dialplan
    .command('test')
    .description('run the *.test.yaml files beside the plans on a virtual clock')
    .argument(...FOLDER)
    .option('--update', 'rewrite what is expected to what happens now')
    .option('--watch', 'run again whenever a file of the folder changes')
    .addOption(format(TEST_FORMATS))
    .action(runs(testPlans));
  dialplan
    .command('sim')
    .description('run one plan against a script on a virtual clock, without a phone')
    .argument('<plan>', 'name of the plan')
    .option(...FOLDER_OPTION)
    .option('--script <lines>', 'what happens, "<seconds> <who> <does> …", separated by ;')
    .option('--script-file <file>', 'the same, one a line')
    .option('--facts <file>', 'YAML with `facts` and `legs`; a *.test.yaml serves too')
    .option('--locale <locale>', 'language of the call')
    .option('--interactive', 'step by hand: type what happens, see what the plan does')
    .option('--calls <count>', 'this many random callers in the place of a script')
    .option('--days <count>', 'over so many days', '7')
    .option('--operators <count>', 'with so many operators on duty (those of the settings)')
    .option('--seed <number>', 'the same seed gives the same callers', '1')
    .action(runs(simulatePlan));
  ofCalls(dialplan);
}

/** What is drawn, exported, replayed or told from plans and stored calls. */
function ofCalls(dialplan: Command): void {
  dialplan
    .command('graph')
    .description('draw a plan')
    .argument('<plan>', 'name of the plan')
    .option(...FOLDER_OPTION)
    .addOption(format(GRAPH_FORMATS).default('mermaid'))
    .option('--calls <time>', 'with the counts of stored calls of the last 7d, 12h, … (svg)')
    .action(runs(drawPlan));
  dialplan
    .command('import')
    .description('plans out of another dialplan; what cannot be translated is listed')
    .argument('<file>')
    .addOption(new Option('--from <kind>', 'what the file is').choices(IMPORT_SOURCES).makeOptionMandatory())
    .option('--out <folder>', 'write the plans and numbers.csv there', 'imported')
    .action(runs(importPlans));
  dialplan
    .command('export')
    .description('what rings whom when the controller is down, for FreeSWITCH alone')
    .requiredOption('--freeswitch <folder>', 'write a failsafe profile, its trunks and its dialplan there')
    .option('--numbers <source>', 'tracked numbers: store, or a CSV or JSON file', 'store')
    .option('--contacts <file>', 'addresses of registered phones: user,sip:address')
    .option('--address <address>', 'of the failsafe profile', '127.0.0.1')
    .option('--port <port>', 'of the failsafe profile', '5070')
    .action(runs(exportPlans));
  dialplan
    .command('replay')
    .description('past calls under changed plans: where they would have gone another way')
    .option(...FOLDER_OPTION)
    .option('--since <time>', 'calls that began in the last 7d, 12h, …', '7d')
    .option('--plan <file>', 'one changed plan, in the place of its namesake')
    .addOption(
      new Option('--assume <model>', 'go on after the difference as people of this model would').choices(
        REPLAY_MODELS,
      ),
    )
    .option('--seed <number>', 'of the model', '1')
    .action(runs(replayCalls));
  dialplan
    .command('explain')
    .description('tell a stored call step by step: what happened, and why')
    .argument('<call-id>', 'id of the call')
    .action(runs(explainStoredCall));
}
