/** The runner on a virtual clock over a real store. */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Job } from '../../../src/app/ports/store.js';
import type { TaskOutcome } from '../../../src/app/tasks.js';
import { createJobRunner } from '../../../src/jobs/job-runner.js';
import type { JobRunner } from '../../../src/jobs/job-runner.js';
import type { JobRunnerOptions, TaskContext } from '../../../src/jobs/tasks.js';
import type { OpenedStore } from '../../../src/store/open-store.js';
import { countingIds, openForTest, scratchFolder } from '../../support/store/backends.js';
import { rememberingLogger, rememberingMetrics } from '../../support/store/quiet.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

/** Says nothing when it is done. */
type Handler = (job: Job, context: TaskContext) => Promise<unknown>;

function tasksOf(work: Handler): JobRunnerOptions['tasks'] {
  const handler = async (job: Job, context: TaskContext): Promise<TaskOutcome> =>
    ((await work(job, context)) as TaskOutcome | undefined) ?? { kind: 'done' };
  return {
    'place-callback': handler,
    'wake-line': handler,
    'deliver-webhook': handler,
    'tell-destination': handler,
    'check-recording': handler,
    'escalate-lead': handler,
    'sync-connection': handler,
    'fetch-lead': handler,
    'fill-audience': handler,
    'fetch-missed-leads': handler,
    'import-push': handler,
  };
}

interface Bench {
  readonly store: OpenedStore;
  readonly clock: VirtualClock;
  readonly logger: ReturnType<typeof rememberingLogger>;
  readonly metrics: ReturnType<typeof rememberingMetrics>;
  readonly runner: (handler: Handler, more?: Partial<JobRunnerOptions>) => JobRunner;
  readonly add: (more?: Partial<Omit<Job, 'id' | 'tries'>>) => Promise<Job['id']>;
}

/** Every runner is stopped at the end, and must then leave no timer behind. */
async function bench(path = ':memory:'): Promise<Bench> {
  const clock = new VirtualClock(0);
  const store = await openForTest({ path, clock });
  const logger = rememberingLogger();
  const metrics = rememberingMetrics();
  const common = { store, clock, random: { next: () => 0 }, owner: 'one', concurrency: 2, logger, metrics };
  const runners: JobRunner[] = [];
  onTestFinished(async () => {
    for (const runner of runners) await runner.stop({ drainMs: 0 });
    expect(clock.pending).toBe(0);
  });
  return {
    store,
    clock,
    logger,
    metrics,
    runner(handler, more = {}) {
      const runner = createJobRunner({ ...common, tasks: tasksOf(handler), ...more });
      runners.push(runner);
      runner.start();
      return runner;
    },
    add: (more) => store.jobs.add({ task: 'place-callback', payload: {}, runAt: 0, maxTries: 3, ...more }),
  };
}

/** A handler that ends when told. */
function gate(): { readonly handler: Handler; readonly begun: string[]; readonly open: () => void } {
  const begun: string[] = [];
  let release = () => {};
  const opened = new Promise<void>((resolve) => (release = resolve));
  return {
    begun,
    open: release,
    handler: async ({ id }) => {
      begun.push(id);
      await opened;
    },
  };
}

describe('deliveries that hang', () => {
  it('leave hands free for callbacks, and do not make the runner spin', async () => {
    const { store, clock, runner, add } = await bench();
    const begun: string[] = [];
    let looks = 0;
    const counted = { ...store.jobs, nextDueAt: () => ((looks += 1), store.jobs.nextDueAt()) };
    const letGo: (() => void)[] = [];
    const hang = ({ task }: Job) => {
      begun.push(task);
      return task === 'deliver-webhook'
        ? new Promise<void>((resolve) => letGo.push(resolve))
        : Promise.resolve();
    };
    for (let n = 0; n < 6; n += 1) await add({ task: 'deliver-webhook' });
    runner(hang, { store: { jobs: counted, onJobsAdded: (listener) => store.onJobsAdded(listener) } });
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(begun).toEqual(['deliver-webhook']);
    await add({ task: 'place-callback' });
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(begun).toEqual(['deliver-webhook', 'place-callback']);
    looks = 0;
    for (let turn = 0; turn < 20; turn += 1) await clock.advance(1);
    expect(looks).toBeLessThan(3);
    while (begun.length < 7) {
      for (const go of letGo.splice(0)) go();
      await nextTurn();
    }
    for (const go of letGo) go();
  });
});

describe('the job runner', () => {
  it('runs what was added, at once and when it is due', async () => {
    const { runner, add, clock, metrics, store } = await bench();
    const ran: string[] = [];
    const jobs = runner(({ payload }) => Promise.resolve(void ran.push(payload['n'] ?? '')));
    await add({ payload: { n: 'now' } });
    await jobs.idle();
    expect(ran).toEqual(['now']);
    await add({ payload: { n: 'later' }, runAt: 700 });
    await clock.advance(699);
    expect(ran).toEqual(['now']);
    await clock.advance(1);
    await jobs.idle();
    expect(ran).toEqual(['now', 'later']);
    expect(metrics.told).toContain('dialtrace_job_runs_total place-callback done');
    expect(await store.jobs.counts(0)).toEqual({ waiting: 0, due: 0, leased: 0, dead: 0 });
  });

  it('runs jobs of one key once, at the time of the last adding', async () => {
    const { runner, add, clock } = await bench();
    const ran: number[] = [];
    const jobs = runner(() => Promise.resolve(void ran.push(clock.now())));
    await add({ key: 'k', runAt: 500 });
    await add({ key: 'k', runAt: 2500 });
    await clock.advance(2400);
    expect(ran).toEqual([]);
    await clock.advance(200);
    await jobs.idle();
    expect(ran).toEqual([2500]);
  });

  it('runs no more than `concurrency` at once, and takes the next when one ends', async () => {
    const { runner, add } = await bench();
    const { handler, begun, open } = gate();
    for (let n = 0; n < 5; n += 1) await add();
    const jobs = runner(handler);
    for (let n = 0; n < 5; n += 1) await nextTurn();
    expect(begun).toHaveLength(2);
    open();
    await jobs.idle();
    expect(begun).toHaveLength(5);
  });

  it('tries again after back-off, then gives up', async () => {
    const { runner, add, clock, store, logger } = await bench();
    const ran: number[] = [];
    runner(() => {
      ran.push(clock.now());
      throw new Error('no switch');
    });
    await add();
    await clock.advance(10_000);
    // Half of 2 s, then half of 4 s: chance is 0 here.
    expect(ran).toEqual([0, 1000, 3000]);
    expect(await store.jobs.counts(clock.now())).toMatchObject({ waiting: 0, dead: 1 });
    expect(logger.lines.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
      'a job is given up',
    ]);
  });

  it('waits as long as a receiver asks', async () => {
    const { runner, add, clock } = await bench();
    const ran: number[] = [];
    runner(() => {
      ran.push(clock.now());
      return Promise.resolve<TaskOutcome>(
        ran.length === 1 ? { kind: 'retry', why: '429', notBefore: 60_000 } : { kind: 'done' },
      );
    });
    await add();
    await clock.advance(59_999);
    expect(ran).toEqual([0]);
    await clock.advance(1);
    expect(ran).toEqual([0, 60_000]);
  });

  it('keeps the lease of a long run, so that no other takes the job', async () => {
    const { runner, add, clock, store } = await bench();
    const mine = gate();
    const other = gate();
    // An expired lease on the last try would bury the job.
    await add({ maxTries: 1 });
    runner(mine.handler);
    await nextTurn();
    runner(other.handler, { owner: 'two' });
    await clock.advance(120_000);
    expect([mine.begun.length, other.begun.length]).toEqual([1, 0]);
    expect(await store.jobs.counts(clock.now())).toMatchObject({ leased: 1, dead: 0 });
    mine.open();
    await clock.advance(40_000);
    expect(other.begun).toEqual([]);
  });

  it('takes over what a dead runner left, when its lease expires', async () => {
    const { runner, add, clock, store } = await bench();
    const id = await add();
    await store.jobs.claim('dead', 0, 30_000, 1);
    const { handler, begun, open } = gate();
    open();
    runner(handler);
    await clock.advance(29_999);
    expect(begun).toEqual([]);
    await clock.advance(1);
    expect(begun).toEqual([id]);
  });

  it('aborts a run whose lease was lost', async () => {
    const { runner, add, clock, store } = await bench();
    const aborted: string[] = [];
    await add();
    runner(async ({ id }, { signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted.push(id);
    });
    await clock.advance(1);
    clock.jump(40_000);
    const [stolen] = await store.jobs.claim('thief', clock.now(), clock.now() + 90_000, 1);
    await clock.advance(1000);
    expect(aborted).toEqual([stolen?.id]);
    expect(await store.jobs.counts(clock.now())).toMatchObject({ leased: 1 });
  });

  it('never runs a job twice at once with several runners on one file', async () => {
    const path = join(scratchFolder(), 'store.sqlite');
    const { runner, add, clock, store } = await bench(path);
    const second = await openForTest({ path, clock, ids: countingIds('other') });
    const ran: string[] = [];
    const handler: Handler = async ({ id }) => {
      await nextTurn();
      ran.push(id);
    };
    const ids: string[] = [];
    for (let n = 0; n < 100; n += 1) ids.push(await add({ runAt: n % 7 }));
    const runners = [
      runner(handler, { concurrency: 5 }),
      runner(handler, { store: second, owner: 'two', concurrency: 5 }),
    ];
    await clock.advance(3000);
    await Promise.all(runners.map((one) => one.idle()));
    expect(ran.sort()).toEqual(ids.sort());
    expect(await store.jobs.nextDueAt()).toBeUndefined();
  });

  it('finds jobs that another process added within a second', async () => {
    const path = join(scratchFolder(), 'store.sqlite');
    const { runner, clock } = await bench(path);
    const second = await openForTest({ path, clock, ids: countingIds('other') });
    const ran: string[] = [];
    runner(({ id }) => Promise.resolve(void ran.push(id)));
    await clock.advance(10);
    const id = await second.jobs.add({ task: 'place-callback', payload: {}, runAt: 0, maxTries: 1 });
    await clock.advance(1000);
    expect(ran).toEqual([id]);
  });

  it('goes on when the store fails for a while', async () => {
    const { runner, add, clock, store, logger } = await bench();
    const ran: string[] = [];
    let fails = 3;
    const claim: OpenedStore['jobs']['claim'] = (...given) =>
      (fails -= 1) >= 0 ? Promise.reject(new Error('disk full')) : store.jobs.claim(...given);
    runner(({ id }) => Promise.resolve(void ran.push(id)), {
      store: { ...store, jobs: { ...store.jobs, claim } },
    });
    await clock.advance(1);
    const id = await add();
    await clock.advance(5000);
    expect(ran).toEqual([id]);
    expect(logger.lines.filter(({ text }) => text === 'jobs cannot be read')).toHaveLength(3);
  });

  it('drains on stop: takes nothing new and waits for what runs', async () => {
    const { runner, add, store } = await bench();
    const { handler, begun, open } = gate();
    const id = await add();
    const jobs = runner(handler);
    await nextTurn();
    const stopped = jobs.stop();
    await add();
    open();
    await stopped;
    expect(begun).toEqual([id]);
    expect(await store.jobs.counts(0)).toMatchObject({ waiting: 1, leased: 0 });
  });

  it('does not wait for ever for a run that hangs', async () => {
    const { runner, add, clock } = await bench();
    const signals: AbortSignal[] = [];
    await add();
    const jobs = runner((_job, { signal }) => {
      signals.push(signal);
      return new Promise<void>(() => {});
    });
    await nextTurn();
    const stopped = jobs.stop({ drainMs: 500 });
    await clock.advance(500);
    await stopped;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
