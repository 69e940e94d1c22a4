#!/usr/bin/env node
/**
 * `npm run simulate`: a month of leads, operators, clients and mishaps in virtual time, judged by the phones' log alone.
 * The last line on stdout is the report as JSON; exit 0 when every promise held, 1 when one was broken.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadDialplans } from '../../settings/dialplans.js';
import { oneOf, wholeNumber } from '../chaos/options.js';
import { createOutput, reportFailure } from '../output.js';
import { MONTH_SABOTAGES, runMonth, type MonthReport, type MonthSabotage } from './run-month.js';

interface Given {
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  readonly dialplans: string;
  readonly sabotage?: MonthSabotage;
  readonly json?: true;
}

const USAGE_EXIT = 2;
const SHIPPED_PLANS = resolve(import.meta.dirname, '../../../dialplans');

/** Everything that must be nought. */
const PROMISES = [
  'unfinished',
  'rung_twice',
  'outside_hours',
  'over_capacity',
  'overlapping_attempts',
  'faults',
] as const satisfies readonly (keyof MonthReport)[];

type Figures = Omit<MonthReport, 'examples'>;

function sentence(report: Figures): string {
  return Object.entries(report)
    .map(([name, value]) => `${name.replaceAll('_', ' ').padEnd(22)} ${JSON.stringify(value)}`)
    .join('\n');
}

async function simulate({ json, dialplans, sabotage, ...rest }: Given): Promise<void> {
  const streams = {
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  };
  const output = createOutput(json === undefined ? 'human' : 'json', streams);
  try {
    const loaded = await loadDialplans(resolve(dialplans));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const say = (text: string): void => output.say(text);
    const { examples, ...report } = await runMonth({
      ...rest,
      plans: loaded.plans,
      say,
      ...(sabotage && { sabotage }),
    });
    for (const example of examples) output.say(example);
    output.result(report, () => sentence(report));
    process.exitCode = PROMISES.every((promise) => report[promise] === 0) ? 0 : 1;
  } catch (thrown) {
    process.exitCode = reportFailure(thrown, output, streams);
  }
}

function atLeastOne(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('expected at least 1');
  return value;
}

const program = new Command('simulate')
  .description('Simulates a month of callbacks and judges what the phones saw')
  .option('--leads <n>', 'how many leads come', atLeastOne, 2000)
  .option('--days <n>', 'over how many days', atLeastOne, 30)
  .option('--seed <n>', 'everything follows from it', wholeNumber, 1)
  .option('--dialplans <folder>', 'call flows', SHIPPED_PLANS)
  .option(
    '--sabotage <mode>',
    `break a promise on purpose: ${MONTH_SABOTAGES.join(', ')}`,
    (text: string): MonthSabotage => oneOf(MONTH_SABOTAGES, text),
  )
  .option('--json', 'one JSON object on stdout')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_EXIT))
  .action(simulate);
await program.parseAsync();
