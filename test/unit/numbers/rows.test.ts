import { describe, expect, it } from 'vitest';
import { placementOn } from '../../../src/domain/numbers/offline.js';
import { readCost, readPlacement } from '../../../src/domain/numbers/offline-rows.js';
import {
  cellsOf,
  changeOf,
  readNumber,
  unknownColumns,
  type NumberCells,
  type NumberWorld,
} from '../../../src/domain/numbers/number-rows.js';
import { kindOfNumber, type TrackedNumber } from '../../../src/domain/numbers/tracked-number.js';
import type { E164 } from '../../../src/domain/values/ids.js';

const WORLD: NumberWorld = {
  projects: ['shop'],
  pools: { ads: 'shop', other: 'brand' },
  trunks: ['carrier'],
  dialplans: ['inbound'],
  now: 1000,
  coolDownDays: 30,
};

const read = (cells: NumberCells, before?: TrackedNumber) => readNumber(cells, before, WORLD);

function good(cells: NumberCells, before?: TrackedNumber): TrackedNumber {
  const result = read(cells, before);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.number;
}

function problems(cells: NumberCells, before?: TrackedNumber): readonly string[] {
  const result = read(cells, before);
  return result.ok ? [] : result.problems;
}

describe('a row of numbers', () => {
  const pool = { number: '+74951234567', project: 'shop', pool: 'ads' };

  it('says by its columns what the number is for, and the numbering plan says its kind', () => {
    expect(good(pool)).toEqual({
      number: '+74951234567',
      state: 'pool',
      project: 'shop',
      pool: 'ads',
      type: 'geographic',
      country: 'RU',
      area: '495',
      labels: {},
    });
    expect(good({ number: '78001234567', project: 'shop', source: 'radio' })).toMatchObject({
      state: 'static',
      type: 'toll-free',
      labels: { source: 'radio' },
    });
  });

  it.each([
    [{ ...pool, number: 'call us' }, '"call us" is no number in E.164, for example +74951234567'],
    [{ ...pool, project: 'shp' }, 'project: there is no shp; did you mean shop?'],
    [{ number: '+74951234567' }, 'project: is missing'],
    [{ ...pool, pool: 'other' }, 'pool: other is of project brand'],
    [{ ...pool, trunk: 'carier' }, 'trunk: there is no carier; did you mean carrier?'],
    [{ ...pool, state: 'free' }, 'state: "free" is none of unassigned, static, pool, cool-down, disabled'],
    [{ ...pool, fail_safe: '+74951234567' }, 'fail_safe: a number cannot be its own fail-safe'],
    [{ ...pool, monthly_cost: 'cheap' }, 'monthly_cost: "cheap" is no amount'],
    [
      { number: '+74951234567', project: 'shop', state: 'static' },
      'source: a static number says what it stands for',
    ],
  ])('%j: %s', (cells, problem) => {
    expect(problems(cells)).toContain(problem);
  });

  it('what is absent stays, what is empty goes; the way through an export changes nothing', () => {
    const before = good({ ...pool, note: 'first', monthly_cost: '2.5', fail_safe: '+74957654321' });
    expect(good({ number: pool.number, note: '' }, before)).toEqual({ ...before, note: undefined });
    expect(changeOf(before, good(cellsOf(before), before))).toEqual({
      number: pool.number,
      change: 'same',
      columns: {},
    });
    expect(changeOf(before, good({ number: pool.number, note: 'second' }, before)).columns).toEqual({
      note: { before: 'first', after: 'second' },
    });
  });

  it('a number that was shown rests before it means something else', () => {
    const before = good(pool);
    expect(problems({ number: pool.number, state: 'static', source: 'tv' }, before)).toEqual([
      'state: pool cannot become static; cool-down first',
    ]);
    const resting = good({ number: pool.number, state: 'cool-down' }, before);
    expect(resting.coolDownUntil).toBe(1000 + 30 * 86_400_000);
    expect(problems({ number: pool.number, state: 'pool' }, resting)).toEqual([
      'state: it rests until 1970-01-31T00:00:01.000Z',
    ]);
    const later = { ...WORLD, now: 31 * 86_400_000 };
    expect(readNumber({ number: pool.number, state: 'pool' }, resting, later)).toMatchObject({ ok: true });
  });

  it('unknown columns are told with the nearest name', () => {
    expect(unknownColumns(['number', 'campain'])).toEqual([
      'there is no column campain; did you mean campaign?',
    ]);
  });
});

describe('the kind of a number', () => {
  it.each([
    ['+78001234567', { type: 'toll-free', country: 'RU' }],
    ['+79161234567', { type: 'mobile', country: 'RU', area: '916' }],
    ['+12133734253', { type: 'geographic', country: 'US', area: '213' }],
    ['+442079460000', { type: 'geographic', country: 'GB', area: '20' }],
  ])('%s', (number, kind) => {
    expect(kindOfNumber(number as E164)).toEqual(kind);
  });
});

describe('rows of placements and costs', () => {
  it('are read, or refused with every problem', () => {
    const row = {
      number: '+74951234567',
      name: 'spot',
      starts_on: '2026-01-01',
      ends_on: '',
      source: 'radio',
    };
    expect(readPlacement(row)).toEqual({
      ok: true,
      value: { number: '+74951234567', name: 'spot', startsOn: '2026-01-01', labels: { source: 'radio' } },
    });
    expect(readPlacement({ ...row, starts_on: '1.1.2026', source: '', ends_on: '2026-13-01' })).toEqual({
      ok: false,
      problems: [
        'starts_on: "1.1.2026" is no day such as 2026-03-31',
        'ends_on: "2026-13-01" is no day such as 2026-03-31',
        'source: a placement says what it stands for',
      ],
    });
    const cost = { project: 'shop', day: '2026-01-05', source: 'google', amount: '12.50', currency: 'EUR' };
    expect(readCost(cost, ['shop'])).toMatchObject({ ok: true, value: { amount: 12.5, campaign: '' } });
    expect(readCost({ ...cost, project: 'x', amount: '-1', currency: 'euro' }, ['shop'])).toEqual({
      ok: false,
      problems: [
        'amount: "-1" is no amount',
        'currency: "euro" is no ISO 4217 code',
        'project: there is no x',
      ],
    });
  });
});

describe('the placement of a day', () => {
  const number = '+74951234567' as E164;
  const winter = { number, name: 'w', startsOn: '2026-01-01', endsOn: '2026-01-31', labels: {} };
  const spring = { number, name: 's', startsOn: '2026-03-01', labels: {} };

  it.each([
    ['2025-12-31', undefined],
    ['2026-01-31', 'w'],
    ['2026-02-10', 'w'],
    ['2026-03-01', 's'],
    ['2027-01-01', 's'],
  ])('%s: %s', (day, name) => {
    expect(placementOn([spring, winter], day)?.name).toBe(name);
  });
});
