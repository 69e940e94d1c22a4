/** `dialplan test`: runs the cases beside the plans on a virtual clock. Registered in commands/dialplan.ts. */
import { Fault, messageOf } from '../../errors.js';
import type { Action, CommandContext } from '../context.js';
import type { ExitCode } from '../output.js';
import { reportProblems } from './lint-command.js';
import { onChanges } from './on-changes.js';
import { loadTestSet, runTests, updateExpectations, type TestReport, type TestSet } from './test-folder.js';
import { failuresOf, testJson, testJunit, testTap, testText, type TestFormat } from './test-report.js';

interface TestOptions {
  readonly update?: true;
  readonly watch?: true;
  readonly format?: TestFormat;
}

export const testPlans: Action<TestOptions> = async (context, options, folder = 'dialplans') => {
  if (options.watch === undefined) return testOnce(context, options, folder);
  await onChanges(folder, context.signal, async () => {
    context.output.say(`── ${folder} ──`);
    await testOnce(context, options, folder).catch((error: unknown) => context.output.say(messageOf(error)));
  });
  return 0;
};

async function testOnce(
  context: CommandContext,
  { update, format }: TestOptions,
  folder: string,
): Promise<ExitCode> {
  const loaded = await loadTestSet(folder);
  if (!loaded.ok) return reportProblems(context, loaded.problems);
  if (loaded.set.files.length === 0)
    throw new Fault('field-invalid', `${folder} has no *.test.yaml file to run`);
  const report = runTests(loaded.set);
  return print(
    context,
    update === undefined ? report : await updated(context, loaded.set, report, folder),
    format,
  );
}

/** What a run after the update says; files with a script that cannot run are left alone and go on failing. */
async function updated(
  { output }: CommandContext,
  { files }: TestSet,
  { results }: TestReport,
  folder: string,
): Promise<TestReport> {
  for (const path of await updateExpectations(files, results)) output.say(`${path}: expectations rewritten`);
  const again = await loadTestSet(folder);
  if (!again.ok) throw new Error(`a rewritten test file no longer reads: ${JSON.stringify(again.problems)}`);
  return runTests(again.set);
}

function print(
  { output, streams }: CommandContext,
  report: TestReport,
  format: TestFormat = 'text',
): ExitCode {
  if (format === 'json') streams.out(`${JSON.stringify(testJson(report))}\n`);
  else output.result(testJson(report), () => TEXTS[format](report));
  return failuresOf(report).length === 0 ? 0 : 1;
}

const TEXTS = { text: testText, junit: testJunit, tap: testTap } as const;
