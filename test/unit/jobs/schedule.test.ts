/** Recurring chores; node-cron keeps its own time, so these few tests take real seconds. */
import { validate } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { reportJobCounts } from '../../../src/jobs/job-gauges.js';
import { CHORES, startSchedule } from '../../../src/jobs/schedule.js';
import { openForTest } from '../../support/store/backends.js';
import { rememberingLogger, rememberingMetrics } from '../../support/store/quiet.js';

describe('the schedule', () => {
  it('has times that node-cron can read', () => {
    expect(Object.values(CHORES).filter((time) => !validate(time))).toEqual([]);
  });

  it('runs chores, never one over itself, goes on after a failure, and waits for them on stop', async () => {
    const logger = rememberingLogger();
    const metrics = rememberingMetrics();
    const log: string[] = [];
    let ticks = 0;
    let tickedThrice = () => {};
    const thirdTick = new Promise<void>((resolve) => (tickedThrice = resolve));
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const schedule = startSchedule({
      logger,
      metrics,
      times: { 'sweep-leases': '* * * * * *', 'report-jobs': '* * * * * *' },
      chores: {
        'sweep-leases': async () => {
          log.push('begin');
          await released;
          log.push('end');
        },
        'report-jobs': () => {
          ticks += 1;
          if (ticks === 3) tickedThrice();
          return Promise.reject(new Error('no'));
        },
      },
    });
    await thirdTick;
    const stopped = schedule.stop();
    release();
    await stopped;
    expect(log).toEqual(['begin', 'end']);
    expect(metrics.told).toContain('dialtrace_chores_total report-jobs failed');
    expect(metrics.told).toContain('dialtrace_chores_total sweep-leases done');
    expect(logger.lines.some(({ text }) => text === 'a chore failed')).toBe(true);
  });

  it('reports the jobs that are stored', async () => {
    const store = await openForTest({ path: ':memory:' });
    const metrics = rememberingMetrics();
    await store.jobs.add({ task: 'import-push', payload: {}, runAt: 5, maxTries: 1 });
    await reportJobCounts({ store, metrics, clock: { now: () => 9, after: () => () => {} } });
    expect(metrics.told).toEqual([
      'dialtrace_jobs waiting = 1',
      'dialtrace_jobs due = 1',
      'dialtrace_jobs leased = 0',
      'dialtrace_jobs dead = 0',
    ]);
  });
});
