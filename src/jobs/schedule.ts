/**
 * Recurring chores by the clock on the wall. What a chore does is given by main; when it runs stands in one table here.
 * Nothing durable: a chore missed while the program was down is done by the next one.
 */
import { createTask } from 'node-cron';
import type { Logger as CronLogger, ScheduledTask } from 'node-cron';
import type { Logger, Metrics } from '../app/ports/ports.js';

/** Seconds minutes hours day month weekday, in UTC. The daily ones lie apart and in the quiet hours of most zones. */
export const CHORES = {
  'sweep-leases': '*/30 * * * * *',
  'report-jobs': '*/15 * * * * *',
  'expire-idempotency-keys': '0 7 * * * *',
  'expire-recordings': '0 17 * * * *',
  'remove-old-pushes': '0 27 1 * * *',
  'remove-old-events': '0 37 1 * * *',
  'remove-old-deliveries': '0 47 1 * * *',
} as const satisfies Readonly<Record<string, string>>;
export type ChoreName = keyof typeof CHORES;

/** Answers a count or anything else to be logged; throwing is logged and counted, the next run comes as planned. */
export type Chore = () => Promise<unknown>;

export interface ScheduleOptions {
  readonly chores: Readonly<Partial<Record<ChoreName, Chore>>>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Other times than those of the table, for tests. */
  readonly times?: Readonly<Partial<Record<ChoreName, string>>>;
}

export interface Schedule {
  /** Starts no more chores and waits for those that run. */
  stop(): Promise<void>;
}

export function startSchedule({ chores, logger, metrics, times = {} }: ScheduleOptions): Schedule {
  const running = new Set<Promise<void>>();
  const tasks = namesOf(chores).map((name) => {
    const chore = chores[name];
    const run = () => {
      const ended = runChore({ name, chore, logger, metrics }).finally(() => running.delete(ended));
      running.add(ended);
      return ended;
    };
    return startTask(name, times[name] ?? CHORES[name], run, logger);
  });
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
      await Promise.all(running);
    },
  };
}

function namesOf(chores: ScheduleOptions['chores']): readonly ChoreName[] {
  return (Object.keys(CHORES) as ChoreName[]).filter((name) => chores[name] !== undefined);
}

interface ChoreRun extends Pick<ScheduleOptions, 'logger' | 'metrics'> {
  readonly name: ChoreName;
  readonly chore: Chore | undefined;
}

async function runChore({ name, chore, logger, metrics }: ChoreRun): Promise<void> {
  try {
    const result = await chore?.();
    logger.debug({ chore: name, result }, 'a chore is done');
    metrics.count('dialtrace_chores_total', { chore: name, outcome: 'done' });
  } catch (error) {
    logger.error({ chore: name, error }, 'a chore failed');
    metrics.count('dialtrace_chores_total', { chore: name, outcome: 'failed' });
  }
}

function startTask(name: ChoreName, time: string, run: () => Promise<void>, logger: Logger): ScheduledTask {
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
function cronLogger(chore: ChoreName, logger: Logger): CronLogger {
  return {
    debug: (message) => logger.debug({ chore }, String(message)),
    info: (message) => logger.debug({ chore }, message),
    warn: (message) => logger.warn({ chore }, message),
    error: (message, error) =>
      logger.error({ chore, error: error ?? message }, 'the schedule reports an error'),
  };
}
