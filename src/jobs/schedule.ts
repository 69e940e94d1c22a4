/**
 * Recurring chores by the clock on the wall. What a chore does is given by main; when it runs stands in one table here.
 * Nothing durable: a chore missed while the program was down is done by the next one.
 */
import { createTask } from 'node-cron';
import type { Logger as CronLogger, ScheduledTask } from 'node-cron';
import type { Logger, Metrics } from '../app/ports/ports.js';
import type { Chore as RepeatedChore } from '../app/tasks.js';
import { Fault } from '../errors.js';

/** Seconds minutes hours day month weekday, in UTC. The daily ones lie apart and in the quiet hours of most zones. */
export const CHORES = {
  'audit-numbers': '0 17 2 * * *',
  'sync-accounts': '0 27 3 * * *',
  'watch-disk': '0 * * * * *',
  'remove-old-events': '0 37 1 * * *',
  'remove-old-deliveries': '0 47 1 * * *',
} as const satisfies Readonly<Record<string, string>>;
export type ChoreName = keyof typeof CHORES;

/** Answers a count or anything else to be logged; throwing is logged and counted, the next run comes as planned. */
export type Chore = () => Promise<unknown>;

export interface ScheduleOptions {
  readonly chores: Readonly<Partial<Record<ChoreName, Chore>>>;
  /** Those of the application, which say themselves how often they run. */
  readonly repeated?: readonly RepeatedChore[];
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Schedule {
  /** Starts no more chores and waits for those that run. */
  stop(): Promise<void>;
}

interface Planned {
  readonly name: string;
  readonly time: string;
  readonly chore: Chore;
}

export function startSchedule({ chores, repeated = [], logger, metrics }: ScheduleOptions): Schedule {
  const running = new Set<Promise<void>>();
  const tasks = [...planned(chores), ...repeated.map(plannedRepetition)].map((plan) => {
    const run = () => {
      const ended = runChore(plan, { logger, metrics }).finally(() => running.delete(ended));
      running.add(ended);
      return ended;
    };
    return startTask(plan, run, logger);
  });
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
      await Promise.all(running);
    },
  };
}

function planned(chores: ScheduleOptions['chores']): readonly Planned[] {
  return (Object.keys(CHORES) as ChoreName[]).flatMap((name) => {
    const chore = chores[name];
    return chore === undefined ? [] : [{ name, time: CHORES[name], chore }];
  });
}

function plannedRepetition(repeated: RepeatedChore): Planned {
  return { name: repeated.name, time: timeOfEvery(repeated.everySeconds), chore: () => repeated.run() };
}

/** Seconds that divide a minute, minutes that divide an hour, or hours that divide a day; others are a `bug`. */
export function timeOfEvery(seconds: number): string {
  const [minutes, hours] = [seconds / 60, seconds / 3600];
  if (60 % seconds === 0 && seconds < 60) return `*/${seconds} * * * * *`;
  if (Number.isInteger(minutes) && 60 % minutes === 0 && minutes < 60) return `0 */${minutes} * * * *`;
  if (Number.isInteger(hours) && 24 % hours === 0) return `0 0 */${hours} * * *`;
  throw new Fault('bug', `Nothing can recur every ${seconds} seconds by the clock.`);
}

async function runChore(
  { name, chore }: Planned,
  { logger, metrics }: Pick<ScheduleOptions, 'logger' | 'metrics'>,
) {
  try {
    const result = await chore();
    logger.debug({ chore: name, result }, 'a chore is done');
    metrics.count('dialtrace_chores_total', { chore: name, outcome: 'done' });
  } catch (error) {
    logger.error({ chore: name, error }, 'a chore failed');
    metrics.count('dialtrace_chores_total', { chore: name, outcome: 'failed' });
  }
}

function startTask({ name, time }: Planned, run: () => Promise<void>, logger: Logger): ScheduledTask {
  const task = createTask(time, run, {
    name,
    timezone: 'UTC',
    noOverlap: true,
    logger: cronLogger(name, logger),
  });
  void task.start();
  return task;
}

/** What node-cron has to say (a chore overlapping itself, a run missed) goes where everything goes. */
function cronLogger(chore: string, logger: Logger): CronLogger {
  return {
    debug: (message) => logger.debug({ chore }, String(message)),
    info: (message) => logger.debug({ chore }, message),
    warn: (message) => logger.warn({ chore }, message),
    error: (message, error) =>
      logger.error({ chore, error: error ?? message }, 'the schedule reports an error'),
  };
}
