#!/usr/bin/env node
/**
 * `npm run bench [-- part …]`: measures, and prints one JSON document on stdout; progress goes to stderr. Every figure
 * stands beside something measured in the same run (docs/benchmarks.md tells how to read it). Exit 0 also when a budget
 * is missed: a timing is a benchmark, not a test.
 */
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { VERSION } from '../../main.js';
import { systemClock } from '../../sip/system.js';
import { leaveNothingBehind } from '../chaos/leave-nothing.js';
import { wholeNumber } from '../chaos/options.js';
import { createOutput, reportFailure, type ExitCode, type Output } from '../output.js';
import { callRate } from './call-rate.js';
import { dialplanRate } from './dialplan-rate.js';
import { external } from './external.js';
import type { Figures } from './figures.js';
import { leadLatency } from './lead-latency.js';
import { leaseRate } from './lease-rate.js';
import { memory } from './memory.js';
import { pacing } from './pacing.js';
import { parseRate } from './parse-rate.js';
import type { BenchOptions, Part } from './part.js';
import { startUp } from './start-up.js';
import { storeRate } from './store-rate.js';

const PARTS = {
  start: startUp,
  parse: parseRate,
  dialplan: dialplanRate,
  store: storeRate,
  numbers: leaseRate,
  pacing,
  lead: leadLatency,
  calls: callRate,
  memory,
  external,
} as const satisfies Readonly<Record<string, Part>>;

type PartName = keyof typeof PARTS;
const PART_NAMES = Object.keys(PARTS) as PartName[];
/** `external` needs servers, so it is only run when it is named. */
const DEFAULT_PARTS = PART_NAMES.filter((name) => name !== 'external');

/** Names of figures that have a budget, as `part.figure`. */
function budgets(results: Readonly<Record<string, Figures>>, met: 'met' | 'missed'): string[] {
  return Object.entries(results).flatMap(([part, figures]) =>
    Object.entries(figures).flatMap(([name, figure]) =>
      typeof figure === 'object' && figure.met === (met === 'met') ? [`${part}.${name}`] : [],
    ),
  );
}

async function measure(names: readonly PartName[], options: BenchOptions): Promise<object> {
  const results: Record<string, Figures> = {};
  const loadBefore = loadavg()[0];
  for (const name of names) results[name] = await PARTS[name](options);
  return {
    version: VERSION,
    measured_at: new Date(systemClock.now()).toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    // A machine that is busy with other things shows here; the ratios suffer less than the figures.
    load_average: [loadBefore, loadavg()[0]],
    met: budgets(results, 'met'),
    missed: budgets(results, 'missed'),
    results,
  };
}

type Given = Omit<BenchOptions, 'environment' | 'say'>;

async function bench(parts: readonly PartName[], given: Given): Promise<void> {
  const streams = {
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  };
  const output: Output = createOutput('json', streams);
  try {
    const directory = resolve(given.directory);
    const report = await measure(parts, {
      ...given,
      directory,
      environment: process.env,
      say: (text) => output.say(text),
    });
    streams.out(`${JSON.stringify(report, null, 2)}\n`);
  } catch (thrown) {
    const code: ExitCode = reportFailure(thrown, output, streams);
    process.exitCode = code;
  }
}

const USAGE_EXIT = 2;

leaveNothingBehind();
await new Command('bench')
  .description('measure; one JSON document on stdout')
  .addArgument(
    new Argument('[part...]', 'all but external when none is named')
      .choices(PART_NAMES)
      .default(DEFAULT_PARTS),
  )
  .option('--seconds <count>', 'of load in lead, pacing and calls', wholeNumber, 15)
  .option('--calls <count>', 'short calls in memory', wholeNumber, 2000)
  .option('--directory <folder>', 'where stores and recordings go', `var/bench/${process.pid}`)
  .option(
    '--floor <file>',
    'external: a program to measure beside, which serves the same calls on the same servers',
  )
  .option('--rate <count>', 'external: calls a second', wholeNumber, 10)
  .showSuggestionAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT))
  .action(bench)
  .parseAsync();
