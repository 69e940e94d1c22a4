import { describe, expect, it } from 'vitest';
import type { Hours, Telephony } from '../../../src/domain/routing/telephony.js';
import { callWindow, isTimeZone, nextDayAt, nextInWindow } from '../../../src/domain/schedule/call-window.js';
import { zonesOfNumber, zonesOfTable } from '../../../src/domain/schedule/number-zones.js';
import type { E164 } from '../../../src/domain/values/ids.js';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';

const everyDay = (name: string, from: number, to: number): Hours => ({
  name,
  week: Object.fromEntries(
    Array.from({ length: 7 }, (_, day) => [String(day + 1), [{ from: from * 60, to: to * 60 }]]),
  ),
  exceptions: {},
});

/** Office 09:00–20:00 in Moscow; clients may be called 08:00–21:00 of their own day. */
const sim = simTelephony();
const telephony: Telephony = {
  ...sim,
  hours: { office: everyDay('office', 9, 20), lawful: everyDay('lawful', 8, 21) },
};
const group = { ...sim.groups['sales']!, timeZone: 'Europe/Moscow' };
const policy = { ...sim.callbacks['default']!, clientHours: 'lawful' };

function nextFor(at: string, client: { timeZone?: string; phone?: string }, ambiguous?: 'all'): string {
  const place = client as { timeZone?: string; phone?: E164 };
  const terms = ambiguous === undefined ? policy : { ...policy, ambiguousZone: ambiguous };
  const next = nextInWindow(callWindow(telephony, group, terms, place), Date.parse(at));
  return next === undefined ? 'never' : new Date(next).toISOString();
}

describe('callWindow', () => {
  it('is the office hours of the group and the lawful hours of the client at once', () => {
    // 16:00 in Moscow is 23:00 in Vladivostok: the next good moment is 09:00 in Moscow, 16:00 there.
    expect(nextFor('2026-03-03T13:00:00Z', { timeZone: 'Asia/Vladivostok' })).toBe(
      '2026-03-04T06:00:00.000Z',
    );
    // 10:00 in Moscow is 08:00 in Berlin in winter: good at once.
    expect(nextFor('2026-03-03T07:00:00Z', { timeZone: 'Europe/Berlin' })).toBe('2026-03-03T07:00:00.000Z');
    // 09:00 in Moscow is 07:00 in Berlin: an hour later.
    expect(nextFor('2026-03-03T06:00:00Z', { timeZone: 'Europe/Berlin' })).toBe('2026-03-03T07:00:00.000Z');
  });

  it('takes the zone from the number when the lead says none, or one that does not exist', () => {
    const vladivostok = '+74232123456';
    expect(nextFor('2026-03-03T13:00:00Z', { phone: vladivostok })).toBe('2026-03-04T06:00:00.000Z');
    expect(nextFor('2026-03-03T13:00:00Z', { phone: vladivostok, timeZone: 'Mars/Olympus' })).toBe(
      '2026-03-04T06:00:00.000Z',
    );
  });

  it('takes the likeliest zone of a mobile, or all of them', () => {
    expect(nextFor('2026-03-03T13:30:00Z', { phone: '+79161234567' })).toBe('2026-03-03T13:30:00.000Z');
    // 08:00 in Kaliningrad is 09:00 in Moscow and 18:00 in Kamchatka.
    expect(nextFor('2026-03-03T13:30:00Z', { phone: '+79161234567' }, 'all')).toBe(
      '2026-03-04T06:00:00.000Z',
    );
  });

  it('is never when the hours do not meet', () => {
    const night: Telephony = {
      ...telephony,
      hours: { ...telephony.hours, lawful: everyDay('lawful', 1, 2) },
    };
    const window = callWindow(night, group, policy, { timeZone: 'Europe/Moscow' });
    expect(nextInWindow(window, 0)).toBeUndefined();
  });

  it('opens after the gap when the clocks skip the opening', () => {
    // Berlin skips 02:00–03:00 on 2026-03-29: a client hour of 02:00 begins at 03:00 summer time, 01:00 UTC.
    const hours = { ...telephony.hours, office: everyDay('office', 0, 24), lawful: everyDay('lawful', 2, 5) };
    const window = callWindow({ ...telephony, hours }, group, policy, { timeZone: 'Europe/Berlin' });
    expect(nextInWindow(window, Date.parse('2026-03-29T00:30:00Z'))).toBe(Date.parse('2026-03-29T01:00:00Z'));
  });
});

describe('nextDayAt', () => {
  it('is a time of the local next day, over a change of the clocks too', () => {
    const at = Date.parse('2026-03-28T20:00:00Z');
    expect(new Date(nextDayAt('Europe/Berlin', at, 600)).toISOString()).toBe('2026-03-29T08:00:00.000Z');
    expect(new Date(nextDayAt('Europe/Berlin', at, 150)).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
});

describe('number-zones', () => {
  it.each([
    ['+74951234567', 'Europe/Moscow'],
    ['+73431234567', 'Asia/Yekaterinburg'],
    ['+77011234567', 'Asia/Almaty'],
    ['+12125550100', 'America/New_York'],
    ['+13105550100', 'America/Los_Angeles'],
    ['+16025550100', 'America/Phoenix'],
    ['+842412345678', 'Asia/Ho_Chi_Minh'],
    ['+420212345678', 'Europe/Prague'],
    ['+37122345678', 'Europe/Riga'],
  ])('%s is in %s', (number, zone) => {
    expect(zonesOfNumber(number as E164)[0]).toBe(zone);
  });

  it('knows nothing of satellites', () => {
    expect(zonesOfNumber('+881612345678' as E164)).toEqual([]);
  });

  it('names only zones that exist', () => {
    expect(zonesOfTable().filter((zone) => !isTimeZone(zone))).toEqual([]);
  });
});
