/** Many deaths of the process, run after run, until enough points were tried; the judge reads what the world saw. */
import type { Plans } from '../../domain/dialplan/session.js';
import { judge } from './crash-judge.js';
import { crashRun } from './crash-run.js';
import type { Sabotage } from './sim-store.js';

export const CRASH_SABOTAGES = ['no-intent', 'no-lease', 'double-job'] as const satisfies readonly Sabotage[];
export type CrashSabotage = (typeof CRASH_SABOTAGES)[number];

export interface CrashPointsOptions {
  readonly points: number;
  readonly seed: number;
  readonly plans: Plans;
  readonly sabotage?: CrashSabotage;
  readonly say: (text: string) => void;
}

export interface CrashPointsReport {
  readonly crash_points: number;
  readonly seed: number;
  readonly broken_promises: number;
  /** Names of the places in which the program died, each once. */
  readonly places: readonly string[];
  readonly runs: number;
  readonly leads: number;
  readonly rings: number;
  readonly webhooks: number;
  readonly examples: readonly string[];
}

/** One run: so much business, and so many deaths while it goes on. */
const RUN = { leads: 20, callers: 8, crashes: 250 } as const;
const SAY_EVERY_RUNS = 4;
const MOST_EXAMPLES = 20;
/** Runs of neighbouring seeds must not be alike. */
const SEED_STRIDE = 7919;

export async function crashPoints(options: CrashPointsOptions): Promise<CrashPointsReport> {
  const { points, seed, say, ...rest } = options;
  const places = new Set<string>();
  const complaints: string[] = [];
  const sums = { crash_points: 0, runs: 0, leads: 0, rings: 0, webhooks: 0 };
  while (sums.crash_points < points) {
    const runSeed = seed + sums.runs * SEED_STRIDE;
    const crashes = Math.min(RUN.crashes, points - sums.crash_points);
    const traces = await crashRun({ ...RUN, ...rest, crashes, seed: runSeed });
    for (const complaint of judge(traces)) complaints.push(`seed ${runSeed}: ${complaint}`);
    for (const place of traces.deaths) places.add(place);
    sums.runs += 1;
    sums.crash_points += traces.deaths.length;
    sums.leads += traces.answered202.length;
    sums.rings += traces.phones.filter(({ what }) => what === 'invited').length;
    sums.webhooks += traces.webhooks.length;
    if (sums.runs % SAY_EVERY_RUNS === 0)
      say(`${sums.crash_points} crash points, ${complaints.length} complaints`);
  }
  return {
    ...sums,
    seed,
    broken_promises: complaints.length,
    places: [...places],
    examples: complaints.slice(0, MOST_EXAMPLES),
  };
}
