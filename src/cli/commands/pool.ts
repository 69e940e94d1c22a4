/** `pool size|simulate|report`: how many numbers a pool needs, what a size does to calls, what happened hour by hour. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import { SimRandom } from '../simulate/sim-clock.js';
import type { Overflow } from '../../domain/numbers/pool.js';
import {
  calibrationOf,
  judgeCalls,
  ratesOf,
  runPool,
  verdictsOf,
  type Decile,
  type PoolRun,
} from '../../domain/numbers/simulate-pool.js';
import { LARGEST_POOL, numbersNeeded, offeredTraffic, sizeOf } from '../../domain/numbers/sizing.js';
import {
  DELAY_LAWS,
  makeTraffic,
  USUAL_TRAFFIC,
  type Arrival,
  type DelayLaw,
} from '../../domain/numbers/traffic.js';
import { parseDuration } from '../../domain/values/duration.js';
import { Fault } from '../../errors.js';
import { runs, type Action } from '../context.js';
import { readRows } from '../numbers/read-rows.js';
import { systemClock } from '../../telemetry/clock.js';
import { withStore } from '../with-store.js';

function numberOf(text: string | undefined, what: string): number {
  const value = Number(text);
  if (text !== undefined && Number.isFinite(value) && value >= 0) return value;
  throw new Fault('field-invalid', `--${what}: "${text ?? ''}" is no number`);
}

function secondsOf(text: string, what: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw new Fault('field-invalid', `--${what}: "${text}" is no duration such as 3m or 90s`);
  return seconds;
}

/** `1%` or `0.01`. */
function shareOf(text: string, what: string): number {
  const value = text.endsWith('%') ? numberOf(text.slice(0, -1), what) / 100 : numberOf(text, what);
  if (value > 0 && value < 1) return value;
  throw new Fault('field-invalid', `--${what}: "${text}" is not between 0 % and 100 %`);
}

interface SizeOptions {
  readonly arrivalsPerHour?: string;
  readonly hold?: string;
  readonly maxOverflow?: string;
  readonly numbers?: string;
  readonly cost?: string;
  readonly whatIf?: readonly string[];
}

const rounded = (value: number): number => Number(value.toPrecision(6));

function sizeFor(arrivalsPerHour: number, holdSeconds: number, options: SizeOptions) {
  const demand = { arrivalsPerHour, holdSeconds };
  const wanted = shareOf(options.maxOverflow ?? '1%', 'max-overflow');
  const numbers =
    options.numbers === undefined
      ? numbersNeeded(offeredTraffic(demand), wanted)
      : Math.floor(numberOf(options.numbers, 'numbers'));
  if (numbers === undefined)
    throw new Fault('field-invalid', `more than ${LARGEST_POOL} numbers: check the figures`);
  const cost = options.cost === undefined ? undefined : numberOf(options.cost, 'cost');
  const size = sizeOf(demand, numbers, cost);
  return {
    hold_seconds: holdSeconds,
    erlang: rounded(offeredTraffic(demand)),
    numbers,
    overflow: rounded(size.overflow),
    overflowed_per_hour: rounded(size.overflowedPerHour),
    utilisation: rounded(size.utilisation),
    ...(size.costPerMonth !== undefined && { cost_per_month: size.costPerMonth }),
  };
}

const size: Action<SizeOptions> = (context, options) => {
  const arrivals = numberOf(options.arrivalsPerHour, 'arrivals-per-hour');
  const holds = [options.hold ?? '', ...(options.whatIf ?? [])].map((text) => secondsOf(text, 'hold'));
  const [asked, ...others] = holds.map((hold) => sizeFor(arrivals, hold, options));
  if (asked === undefined) throw new Fault('field-invalid', 'say --hold');
  const result = { arrivals_per_hour: arrivals, ...asked, ...(others.length > 0 && { what_if: others }) };
  context.output.result(result, () => sizeTable([asked, ...others]));
  return Promise.resolve(0);
};

type Sized = ReturnType<typeof sizeFor>;

function sizeTable(sizes: readonly Sized[]): string {
  const table = new Table({
    head: ['held', 'erlang', 'numbers', 'without a number', 'an hour', 'in use', 'a month'],
  });
  table.push(
    ...sizes.map((one) => [
      `${one.hold_seconds} s`,
      one.erlang,
      one.numbers,
      percent(one.overflow),
      one.overflowed_per_hour.toFixed(1),
      percent(one.utilisation),
      one.cost_per_month ?? '—',
    ]),
  );
  return table.toString();
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

interface SimulateOptions extends Record<string, string | true | undefined> {
  readonly numbers?: string;
  readonly traffic?: string;
  readonly arrivalsPerHour?: string;
  readonly days?: string;
  readonly seed?: string;
  readonly exclusive?: string;
  readonly tail?: string;
  readonly coolDown?: string;
  readonly overflow?: string;
  readonly threshold?: string;
  readonly callShare?: string;
  readonly medianStay?: string;
  readonly medianDelay?: string;
  readonly delayTail?: string;
  readonly clickShare?: string;
  readonly delayLaw?: string;
  readonly ratesOfSeed?: string;
}

function overflowOf(text: string): Overflow {
  if (text === 'lend' || text === 'site-number') return { kind: text };
  throw new Fault('option-unknown', `there is no overflow ${text}; there are lend and site-number`);
}

function lawOf(text: string): DelayLaw {
  const law = DELAY_LAWS.find((one) => one === text);
  if (law !== undefined) return law;
  throw new Fault('option-unknown', `there is no delay law ${text}; there are ${DELAY_LAWS.join(', ')}`);
}

function shapeOf(options: SimulateOptions) {
  const given = (value: string | undefined, usual: number, what: string): number =>
    value === undefined ? usual : numberOf(value, what);
  return {
    ...USUAL_TRAFFIC,
    arrivalsPerHour: given(options.arrivalsPerHour, USUAL_TRAFFIC.arrivalsPerHour, 'arrivals-per-hour'),
    days: given(options.days, USUAL_TRAFFIC.days, 'days'),
    callShare: given(options.callShare, USUAL_TRAFFIC.callShare, 'call-share'),
    delayLaw: lawOf(options.delayLaw ?? USUAL_TRAFFIC.delayLaw),
    delayTail: given(options.delayTail, USUAL_TRAFFIC.delayTail, 'delay-tail'),
    clickShare: given(options.clickShare, USUAL_TRAFFIC.clickShare, 'click-share'),
    medianStaySeconds: secondsOf(
      options.medianStay ?? String(USUAL_TRAFFIC.medianStaySeconds) + 's',
      'median-stay',
    ),
    medianDelaySeconds: secondsOf(
      options.medianDelay ?? String(USUAL_TRAFFIC.medianDelaySeconds) + 's',
      'median-delay',
    ),
  };
}

/** Columns `at` and `stay` in seconds, and `clicked_after`, `called_after` where there was one. */
async function trafficOf(options: SimulateOptions): Promise<readonly Arrival[]> {
  if (options.traffic === undefined) {
    const random = new SimRandom(numberOf(options.seed ?? '1', 'seed'));
    return makeTraffic(shapeOf(options), () => random.next());
  }
  const rows = await readRows(options.traffic);
  const arrivals = rows.map((row): Arrival => ({
    at: numberOf(row['at'], 'traffic at'),
    staySeconds: numberOf(row['stay'], 'traffic stay'),
    ...(row['clicked_after']
      ? { clickedAfter: numberOf(row['clicked_after'], 'traffic clicked_after') }
      : {}),
    ...(row['called_after'] ? { calledAfter: numberOf(row['called_after'], 'traffic called_after') } : {}),
  }));
  return arrivals.sort((one, other) => one.at - other.at);
}

async function runOf(options: SimulateOptions): Promise<PoolRun> {
  const traffic = await trafficOf(options);
  return runPool(
    {
      numbers: Math.floor(numberOf(options.numbers ?? '20', 'numbers')),
      exclusiveSeconds: secondsOf(options.exclusive ?? '2m', 'exclusive'),
      tailSeconds: secondsOf(options.tail ?? '30m', 'tail'),
      coolDownSeconds: secondsOf(options.coolDown ?? '0s', 'cool-down'),
      overflow: overflowOf(options.overflow ?? 'lend'),
    },
    traffic,
  );
}

const simulate: Action<SimulateOptions> = async (context, options) => {
  const run = await runOf(options);
  const threshold = shareOf(options.threshold ?? '60%', 'threshold');
  const first = judgeCalls(run);
  const { ratesOfSeed } = options;
  const measured = ratesOfSeed === undefined ? run : await runOf({ ...options, seed: ratesOfSeed });
  const learned = judgeCalls(run, ratesOf(measured));
  const { visitors, issued, lent, overflowed, unseenCalls } = run;
  const result = {
    visitors,
    issued,
    lent,
    overflowed,
    overflow: visitors === 0 ? 0 : rounded(overflowed / visitors),
    calls: run.calls.length,
    calls_unseen: unseenCalls,
    threshold,
    first_rates: { ...verdictsOf(first, threshold), deciles: calibrationOf(first) },
    learned_rates: { ...verdictsOf(learned, threshold), deciles: calibrationOf(learned) },
  };
  context.output.result(result, () =>
    [
      `${visitors} visitors, ${issued} numbers given (${lent} lent), ${percent(result.overflow)} without one`,
      ...(['first_rates', 'learned_rates'] as const).map((kind) => {
        const { attributed, ambiguous, misattributed } = result[kind];
        return `${kind.replace('_', ' ')}: ${attributed} attributed, ${percent(misattributed)} of them wrong; ${ambiguous} ambiguous`;
      }),
      calibrationTable(result.learned_rates.deciles),
    ].join('\n'),
  );
  return 0;
};

function calibrationTable(deciles: readonly Decile[]): string {
  const lines = deciles.map(
    ({ from, calls, meanConfidence, right, error }) =>
      `| ${from.toFixed(1)}–${(from + 0.1).toFixed(1)} | ${calls} | ${calls === 0 ? '–' : meanConfidence.toFixed(3)} | ${calls === 0 ? '–' : right.toFixed(3)} | ${calls < ENOUGH ? '–' : error.toFixed(3)} |`,
  );
  return [
    '| confidence | calls | mean confidence | share right | error |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** Fewer calls than this say nothing about an error of a few hundredths. */
const ENOUGH = 200;
const HOUR_MS = 3_600_000;

const report: Action<{ readonly pool?: string; readonly hours?: string }> = async (
  context,
  { pool, hours = '24' },
) => {
  const span = numberOf(hours, 'hours') * HOUR_MS;
  const rows = await withStore(context, (store) => {
    const until = systemClock.now();
    return store.numberLeases.hours({ since: until - span, until, ...(pool !== undefined && { pool }) });
  });
  const items = rows.map(({ hourAt, ...row }) => ({ hour: new Date(hourAt).toISOString(), ...row }));
  context.output.result({ items }, () => {
    const table = new Table({ head: ['pool', 'hour', 'issued', 'lent', 'without a number', 'called'] });
    table.push(...items.map((row) => [row.pool, row.hour, row.issued, row.lent, row.overflowed, row.called]));
    return table.toString();
  });
  return 0;
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function poolCommand(program: Command): void {
  const pool = program.command('pool').description('pools of tracked numbers');
  pool
    .command('size')
    .description('numbers needed, by Erlang’s loss formula')
    .requiredOption('--arrivals-per-hour <count>', 'visitors in the busiest hour')
    .requiredOption('--hold <duration>', 'from the first look until another may have the number, e.g. 3m')
    .option('--max-overflow <share>', 'visitors who may find none, e.g. 1%; default 1%')
    .option('--numbers <count>', 'what so many numbers do, instead of how many are needed')
    .option('--cost <amount>', 'of one number a month')
    .option('--what-if <duration>', 'another hold beside it; may be repeated', collect)
    .action(runs(size));
  pool
    .command('simulate')
    .description('a pool under traffic, and how many calls go to the wrong visitor')
    .option('--numbers <count>', 'default 20')
    .option('--traffic <file>', 'CSV: at, stay, clicked_after, called_after in seconds; default: made up')
    .option('--arrivals-per-hour <count>', 'on average; default 200')
    .option('--days <count>', 'default 30')
    .option('--seed <number>', 'default 1')
    .option('--rates-of-seed <number>', 'learn from another month of this shape; default: from the same')
    .option('--call-share <share>', 'default 0.05')
    .option('--median-stay <duration>', 'default 75s')
    .option('--median-delay <duration>', 'from arrival to call; default 4m')
    .option('--delay-law <name>', `${DELAY_LAWS.join(', ')}; default log-logistic`)
    .option('--delay-tail <power>', 'smaller: later calls; default 0.75')
    .option('--click-share <share>', 'callers who press the number; default 0.45')
    .option('--exclusive <duration>', 'default 2m')
    .option('--tail <duration>', 'default 30m')
    .option('--cool-down <duration>', 'default 0s')
    .option('--overflow <policy>', 'lend or site-number; default lend')
    .option('--threshold <share>', 'default 60%')
    .action(runs(simulate));
  pool
    .command('report')
    .description('hour by hour: issued, lent, without a number, called')
    .option('--pool <name>')
    .option('--hours <count>', 'back from now; default 24')
    .action(runs(report));
}
