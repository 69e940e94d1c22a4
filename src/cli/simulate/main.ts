#!/usr/bin/env node
/**
 * `npm run simulate`: a month of leads, operators, clients and mishaps in virtual time, judged by the phones' log alone;
 * with `--crash-points`, business in which the program is killed so many times. The last line on stdout is the report as
 * JSON; exit 0 when every promise held, 1 when one was broken.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadDialplans } from '../../settings/dialplans.js';
import { oneOf, wholeNumber } from '../chaos/options.js';
import { createOutput, reportFailure } from '../output.js';
import { CRASH_SABOTAGES, type CrashPointsReport } from './crash-points.js';
import { MONTH_SABOTAGES, type MonthReport } from './run-month.js';
import type { Share } from './share.js';
import { addUp, shareOut, sharesOf, type Figures } from './share-out.js';

const SABOTAGES = [...MONTH_SABOTAGES, ...CRASH_SABOTAGES];
type Sabotage = (typeof SABOTAGES)[number];

interface Given {
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  readonly crashPoints?: number;
  readonly dialplans: string;
  readonly sabotage?: Sabotage;
  readonly json?: true;
}

const USAGE_EXIT = 2;
const SHIPPED_PLANS = resolve(import.meta.dirname, '../../../dialplans');
/** Leads of one branch of the company, crash points of one stretch. */
const MOST_LEADS = 5000;
const MOST_POINTS = 5000;
/** Shares of neighbouring seeds must not be alike. */
const SEED_STRIDE = 104_729;

/** Everything that must be nought. */
const PROMISES = [
  'unfinished',
  'rung_twice',
  'outside_hours',
  'over_capacity',
  'overlapping_attempts',
  'faults',
  'broken_promises',
] as const satisfies readonly (keyof MonthReport | keyof CrashPointsReport)[];

function sharesFor({ crashPoints, leads, days, seed, sabotage, dialplans }: Given): readonly Share[] {
  const common = { dialplans: resolve(dialplans) };
  const seedOf = (n: number): number => seed + n * SEED_STRIDE;
  if (crashPoints === undefined) {
    const mode = MONTH_SABOTAGES.find((known) => known === sabotage);
    return sharesOf(leads, MOST_LEADS).map((part, n) => ({
      ...common,
      kind: 'month',
      leads: part,
      days,
      seed: seedOf(n),
      ...(mode && { sabotage: mode }),
    }));
  }
  const mode = CRASH_SABOTAGES.find((known) => known === sabotage);
  return sharesOf(crashPoints, MOST_POINTS).map((points, n) => ({
    ...common,
    kind: 'crash-points',
    points,
    seed: seedOf(n),
    ...(mode && { sabotage: mode }),
  }));
}

function checkSabotage({ crashPoints, sabotage }: Given): void {
  const known: readonly string[] = crashPoints === undefined ? MONTH_SABOTAGES : CRASH_SABOTAGES;
  if (sabotage === undefined || known.includes(sabotage)) return;
  const where = crashPoints === undefined ? 'with --crash-points' : 'without --crash-points';
  program.error(`error: ${sabotage} is ${where}; here there are ${known.join(', ')}`, {
    exitCode: USAGE_EXIT,
  });
}

/** Complaints name what finds them again alone: one share of many. */
function sayingShare(figures: Figures, share: Share | undefined): Figures {
  if (share === undefined) return figures;
  const size = share.kind === 'month' ? `--leads ${share.leads}` : `--crash-points ${share.points}`;
  const examples = figures['examples'] as readonly string[];
  return {
    ...figures,
    examples: examples.map((example) => `${example} (alone: ${size} --seed ${share.seed})`),
  };
}

function sentence(report: Figures): string {
  return Object.entries(report)
    .map(([name, value]) => `${name.replaceAll('_', ' ').padEnd(22)} ${JSON.stringify(value)}`)
    .join('\n');
}

async function simulate(given: Given): Promise<void> {
  checkSabotage(given);
  const streams = {
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  };
  const output = createOutput(given.json === undefined ? 'human' : 'json', streams);
  try {
    const loaded = await loadDialplans(resolve(given.dialplans));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const say = (text: string): void => output.say(text);
    const module = new URL('./share.js', import.meta.url);
    const shares = sharesFor(given);
    const all = await shareOut({ module, shares, say });
    const { examples, ...figures } = addUp(all.map((one, n) => sayingShare(one, shares[n])));
    const { days, seed } = given;
    const report = {
      ...figures,
      seed,
      ...('days' in figures && { days }),
      ...('places' in figures && { places: new Set(figures['places'] as readonly string[]).size }),
      shares: all.length,
    };
    for (const example of examples as readonly string[]) output.say(example);
    output.result(report, () => sentence(report));
    process.exitCode = PROMISES.every((promise) => (figures[promise] ?? 0) === 0) ? 0 : 1;
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
  .description('Simulates a month of callbacks, or many crashes, and judges what the phones saw')
  .option('--leads <n>', 'how many leads come', atLeastOne, 2000)
  .option('--days <n>', 'over how many days', atLeastOne, 30)
  .option('--seed <n>', 'everything follows from it', wholeNumber, 1)
  .option('--crash-points <n>', 'kill the program so many times instead of a month', atLeastOne)
  .option('--dialplans <folder>', 'call flows', SHIPPED_PLANS)
  .option(
    '--sabotage <mode>',
    `break a promise on purpose: ${MONTH_SABOTAGES.join(', ')}; with --crash-points: ${CRASH_SABOTAGES.join(', ')}`,
    (text: string): Sabotage => oneOf(SABOTAGES, text),
  )
  .option('--json', 'one JSON object on stdout')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_EXIT))
  .action(simulate);
await program.parseAsync();
