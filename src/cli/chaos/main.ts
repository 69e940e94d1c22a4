#!/usr/bin/env node
/**
 * `npm run chaos`: kills a controller at many points of its calls and judges what the phones saw. The last line on
 * stdout is the report as JSON; exit 0 when every promise held, 1 when one was broken.
 */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { createOutput, reportFailure } from '../output.js';
import { leaveNothingBehind } from './leave-nothing.js';
import { POINT_NAMES, type PointName } from './points.js';
import { runChaos, type ChaosReport } from './run-chaos.js';
import { pointNames, wholeNumber } from './options.js';

interface Given {
  readonly points: number;
  readonly seed: number;
  readonly at: readonly PointName[];
  readonly directory: string;
  readonly sabotage?: string;
  readonly json?: true;
}

const USAGE_EXIT = 2;

/** Everything that must be nought. */
const PROMISES = [
  'lost',
  'rung_twice',
  'open_calls',
  'orphan_channels',
  'unaccounted_rings',
  'talks_cut',
  'talks_unheard',
  'wrong_ends',
] as const satisfies readonly (keyof ChaosReport)[];

function isKept(report: ChaosReport): boolean {
  return PROMISES.every((promise) => report[promise] === 0);
}

function sentence(report: ChaosReport): string {
  return Object.entries(report)
    .map(([name, value]) => `${name.replaceAll('_', ' ').padEnd(20)} ${JSON.stringify(value)}`)
    .join('\n');
}

async function chaos({ at, sabotage, json, directory, ...rest }: Given): Promise<void> {
  const streams = {
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  };
  const output = createOutput(json === undefined ? 'human' : 'json', streams);
  output.say(`seed ${rest.seed}, files in ${directory}`);
  try {
    const report = await runChaos({
      ...rest,
      directory: resolve(directory),
      names: at,
      say: (text) => output.say(text),
      ...(sabotage && { sabotage }),
    });
    output.result(report, () => sentence(report));
    process.exitCode = isKept(report) ? 0 : 1;
  } catch (thrown) {
    process.exitCode = reportFailure(thrown, output, streams);
  }
}

leaveNothingBehind();
await new Command('chaos')
  .description('kill the controller at many points of its calls; nothing may be lost and no phone rung twice')
  .option('--points <count>', 'how many kills', wholeNumber, 20)
  .option('--seed <number>', 'where chance begins', wholeNumber, 1)
  .option('--at <names>', `only at these, by comma: ${POINT_NAMES.join(', ')}`, pointNames, POINT_NAMES)
  .option('--directory <folder>', 'where logs and recordings go', `var/chaos/${process.pid}`)
  .option('--sabotage <promise>', 'a promise that the controller is told to break: no-intent')
  .option('--json', 'the last line on stdout is one JSON object')
  .showSuggestionAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT))
  .action(chaos)
  .parseAsync();
