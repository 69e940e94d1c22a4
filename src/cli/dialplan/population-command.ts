/** `dialplan sim --calls N`: days of random callers, and what became of them. Called by sim-command.ts. */
import { existsSync } from 'node:fs';
import { DEFAULT_POLICY } from '../../domain/leads/resolve-intake.js';
import type { Group, Operator, Telephony } from '../../domain/routing/telephony.js';
import { isOpen } from '../../domain/schedule/opening-hours.js';
import { USUAL_HABITS } from '../../domain/simulation/population/habits.js';
import { runPopulation, type Population } from '../../domain/simulation/population/run-population.js';
import type { PopulationSummary } from '../../domain/simulation/population/tally.js';
import type { Plans } from '../../domain/dialplan/session.js';
import { Fault } from '../../errors.js';
import { loadSettings } from '../../settings/load.js';
import type { CommandContext } from '../context.js';
import type { ExitCode } from '../output.js';
import type { Scene } from './example-facts.js';
import { SCRIPT_START } from './run-test-file.js';

export interface PopulationOptions {
  readonly calls?: string;
  readonly days: string;
  readonly seed: string;
  readonly operators?: string;
}

export interface Crowd {
  readonly plan: string;
  readonly plans: Plans;
  readonly scene: Scene;
  /** `example`: nobody gave facts, so the group of the settings is taken when there are settings. */
  readonly from: 'example' | 'file';
}

const DAY_MS = 86_400_000;

export async function simulateCrowd(
  context: CommandContext,
  options: PopulationOptions,
  crowd: Crowd,
): Promise<ExitCode> {
  const known = crowd.from === 'example' ? await staffedScene(context, crowd.scene) : steady(crowd.scene);
  const staffed =
    options.operators === undefined ? known : manned(known, countOf(options.operators, 'operators', 1000));
  const population: Population = {
    plan: crowd.plan,
    plans: crowd.plans,
    legs: crowd.scene.legs,
    calls: countOf(options.calls, 'calls', 10_000_000),
    days: countOf(options.days, 'days', 366),
    seed: countOf(options.seed, 'seed', 2 ** 31),
    habits: USUAL_HABITS,
    startAt: Math.floor(SCRIPT_START / DAY_MS) * DAY_MS,
    ...staffed,
  };
  const began = performance.now();
  const summary = runPopulation(population);
  const seconds = (performance.now() - began) / 1000;
  context.output.result(crowdJson(population, summary, seconds), () => crowdText(summary, seconds));
  return summary.stuck === 0 ? 0 : 1;
}

function countOf(text: string | undefined, name: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= most) return count;
  throw new Fault('field-invalid', `--${name} must be a whole number from 1 to ${most}, not "${text ?? ''}"`);
}

type Staffed = Pick<Population, 'facts' | 'operatorsAt'>;

function steady({ facts }: Scene): Staffed {
  return { facts, operatorsAt: () => facts.operators };
}

/** The group of the default policy with its hours, as the settings have it. */
async function staffedScene(
  { configDirectory, environment }: CommandContext,
  scene: Scene,
): Promise<Staffed> {
  if (!existsSync(configDirectory)) return steady(scene);
  const loaded = await loadSettings({ directory: configDirectory, environment, dialplans: undefined });
  if (!loaded.ok) return steady(scene);
  const { telephony } = loaded.value;
  const group = telephony.groups[telephony.callbacks[DEFAULT_POLICY]?.group ?? ''];
  return group === undefined ? steady(scene) : onDuty(scene, telephony, group);
}

function onDuty({ facts }: Scene, telephony: Telephony, group: Group): Staffed {
  const operators = group.operators.flatMap((name): readonly Operator[] => {
    const operator = telephony.operators[name];
    return operator === undefined ? [] : [operator];
  });
  const hours = group.hours === undefined ? undefined : telephony.hours[group.hours];
  const open = byMinute((at) => hours === undefined || isOpen(hours, group.timeZone, at));
  return {
    facts: { ...facts, group, operators, locale: group.locale },
    operatorsAt: (at) => (open(at) ? operators : []),
  };
}

const MINUTE_MS = 60_000;

/** Hours open and close by the minute, and a week has only ten thousand of them. */
function byMinute(answer: (at: number) => boolean): (at: number) => boolean {
  const known = new Map<number, boolean>();
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    const before = known.get(minute);
    if (before !== undefined) return before;
    const now = answer(minute * MINUTE_MS);
    known.set(minute, now);
    return now;
  };
}

/** So many people on duty in the place of those that are known. */
function manned(staffed: Staffed, count: number): Staffed {
  const crew = Array.from({ length: count }, (_, index): Operator => {
    const name = `operator-${index + 1}`;
    return { name, displayName: name, devices: [{ kind: 'registered', user: name }] };
  });
  return {
    facts: { ...staffed.facts, operators: crew },
    operatorsAt: (at) => (staffed.operatorsAt(at).length === 0 ? [] : crew),
  };
}

function crowdJson(
  { plan, days, seed }: Population,
  { steps, ...summary }: PopulationSummary,
  seconds: number,
): object {
  return {
    ok: summary.stuck === 0,
    plan,
    days,
    seed,
    calls: summary.calls,
    answered: summary.answered,
    lost: summary.lost,
    mean_wait_seconds: summary.meanWaitSeconds,
    p95_wait_seconds: summary.p95WaitSeconds,
    busiest_step: summary.busiestStep,
    dispositions: summary.dispositions,
    steps: steps.map(({ step, entered, seconds: spent, lostHere }) => ({
      step,
      entered,
      seconds: spent,
      lost_here: lostHere,
    })),
    stuck: summary.stuck,
    stuck_at: summary.stuckAt,
    seconds: Math.round(seconds * 100) / 100,
    decisions_per_second: Math.round(summary.decisions / seconds),
  };
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

function crowdText(summary: PopulationSummary, seconds: number): string {
  const { calls, answered, lost, meanWaitSeconds, p95WaitSeconds, busiestStep, stuck, stuckAt } = summary;
  const width = Math.max(0, ...summary.steps.map(({ step }) => step.length));
  return [
    `${calls} calls in ${seconds.toFixed(1)} s: ${answered} answered (${percent(answered, calls)}), ${lost} lost`,
    `wait before the talk: ${meanWaitSeconds} s on average, ${p95WaitSeconds} s for 95 of 100`,
    `busiest step: ${busiestStep ?? '-'}`,
    '',
    `${'step'.padEnd(width)}  entered  mean seconds  lost here`,
    ...summary.steps.map(({ step, entered, seconds: spent, lostHere }) =>
      [
        step.padEnd(width),
        String(entered).padStart(7),
        (spent / Math.max(1, entered)).toFixed(1).padStart(12),
        String(lostHere).padStart(9),
      ].join('  '),
    ),
    '',
    ...Object.entries(summary.dispositions).map(
      ([name, count]) => `${name}: ${count} (${percent(count, calls)})`,
    ),
    ...(stuck === 0 ? [] : [`${stuck} calls wait for something that never comes, at ${stuckAt.join(', ')}`]),
  ].join('\n');
}
