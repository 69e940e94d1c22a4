/** Recurring chores; node-cron keeps its own time, so these few tests take real seconds. */
import { validate } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { CHORES, startSchedule, timeOfEvery } from '../../../src/jobs/schedule.js';
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
      chores: {},
      repeated: [
        {
          name: 'slow',
          everySeconds: 1,
          run: async () => {
            log.push('begin');
            await released;
            log.push('end');
          },
        },
        {
          name: 'failing',
          everySeconds: 1,
          run: () => {
            ticks += 1;
            if (ticks === 3) tickedThrice();
            return Promise.reject(new Error('no'));
          },
        },
      ],
    });
    await thirdTick;
    const stopped = schedule.stop();
    release();
    await stopped;
    expect(log).toEqual(['begin', 'end']);
    expect(metrics.told).toContain('dialtrace_chores_total failing failed');
    expect(metrics.told).toContain('dialtrace_chores_total slow done');
    expect(logger.lines.some(({ text }) => text === 'a chore failed')).toBe(true);
  });

  it.each([
    [5, '*/5 * * * * *'],
    [60, '0 */1 * * * *'],
    [900, '0 */15 * * * *'],
    [3600, '0 0 */1 * * *'],
    [86_400, '0 0 */24 * * *'],
  ])('every %i seconds is %s', (seconds, time) => {
    expect(timeOfEvery(seconds)).toBe(time);
    expect(validate(time)).toBe(true);
  });

  it.each([7, 90, 5000, 0, 604_800])('refuses to run every %i seconds', (seconds) => {
    expect(() => timeOfEvery(seconds)).toThrow(expect.objectContaining({ code: 'bug' }));
  });
});
