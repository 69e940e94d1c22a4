import { describe, expect, test } from 'vitest';
import { PacingMeter } from '../../src/media/pacing-meter.js';
import { GROUPS, Schedule } from '../../src/media/schedule.js';
import { HandClock } from '../support/media/hand-clock.js';

interface Served {
  readonly at: number;
  readonly group: number;
  readonly skipped: number;
}

function running(groups: readonly number[] = [0, 1, 2, 3]) {
  const clock = new HandClock();
  const served: Served[] = [];
  const schedule = new Schedule({
    clock,
    hasPorts: (group) => groups.includes(group),
    serve: (group, skipped) => served.push({ at: clock.now(), group, skipped }),
  });
  schedule.start();
  return { clock, served, schedule };
}

describe('schedule', () => {
  test('serves each group every 20 ms, five apart, without drift', () => {
    const { clock, served } = running();
    clock.advanceTo(1000);
    for (let group = 0; group < GROUPS; group += 1) {
      const times = served.filter((each) => each.group === group).map((each) => each.at);
      expect(times).toHaveLength(group === 0 ? 51 : 50);
      expect(times.every((at, index) => at === group * 5 + index * 20)).toBe(true);
    }
  });

  test('wakes only for groups that have ports', () => {
    const { clock, served, schedule } = running([2]);
    clock.advanceTo(100);
    expect(served.map((each) => each.at)).toEqual([10, 30, 50, 70, 90]);
    expect(schedule.meter.read().ticks).toBe(5);
  });

  test('after a stall serves each group once, says what fell out, and finds its old raster again', () => {
    const { clock, served, schedule } = running();
    clock.advanceTo(199);
    served.length = 0;
    clock.stallUntil(272);
    expect(served.map(({ group }) => group).sort()).toEqual([0, 1, 2, 3]);
    // Due in the stall: groups 0, 1, 2 four times, group 3 three times.
    expect(served.reduce((sum, each) => sum + each.skipped, 0)).toBe(3 + 3 + 3 + 2);
    clock.advanceTo(300);
    expect(served.slice(GROUPS).map((each) => each.at)).toEqual([275, 280, 285, 290, 295, 300]);
    expect(schedule.meter.read().skipped).toBe(11);
  });

  test('a little lateness skips nothing', () => {
    const { clock, served } = running([0]);
    clock.advanceTo(19);
    clock.stallUntil(33);
    clock.advanceTo(60);
    expect(served.map((each) => [each.at, each.skipped])).toEqual([
      [0, 0],
      [33, 0],
      [40, 0],
      [60, 0],
    ]);
  });

  test('leaves no timer when stopped', () => {
    const { clock, schedule } = running();
    clock.advanceTo(50);
    schedule.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('pacing meter', () => {
  test('gives quantiles to a twentieth of a millisecond', () => {
    const meter = new PacingMeter();
    for (let tick = 1; tick <= 100; tick += 1) meter.tick(tick / 10, 0);
    meter.tick(-1, 2);
    const pacing = meter.read();
    expect(pacing).toMatchObject({ ticks: 101, maxMs: 10, skipped: 2 });
    expect(pacing.p50Ms).toBeCloseTo(5, 0);
    expect(pacing.p99Ms).toBeCloseTo(9.9, 0);
    meter.reset();
    expect(meter.read()).toMatchObject({ ticks: 0, maxMs: 0, skipped: 0 });
  });
});
