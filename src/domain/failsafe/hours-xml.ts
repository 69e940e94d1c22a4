/**
 * Opening hours as FreeSWITCH conditions: extensions that every call passes and that leave `open` or `closed` in a channel
 * variable for each hours, on the zone's clock. The last that fits wins, as an exception wins over the week. Called by
 * freeswitch-xml.ts.
 */
import type { Hours } from '../routing/telephony.js';
import { escapeXml } from './escape-xml.js';

type Interval = Hours['week'][string][number];

/** Channel variable of the hours, by their place: names may hold what a variable may not. */
export function hoursVariable(names: readonly string[], name: string): string {
  return `dialtrace_hours_${names.indexOf(name)}`;
}

export function hoursXml(hours: readonly Hours[], zone: string): readonly string[] {
  if (hours.length === 0) return [];
  const names = hours.map(({ name }) => name);
  return [
    '  <extension name="time-zone" continue="true">',
    `    <condition>${inlineSet('timezone', zone)}</condition>`,
    '  </extension>',
    ...hours.flatMap((one) => oneXml(one, hoursVariable(names, one.name))),
  ];
}

function oneXml({ name, week, exceptions }: Hours, variable: string): readonly string[] {
  const opened = (day: string, intervals: readonly Interval[]): readonly string[] =>
    intervals.map((interval) => condition(`${day} ${timeOfDay(interval)}`, variable, 'open'));
  const special = Object.entries(exceptions).flatMap(([date, intervals]) => [
    condition(dateOf(date), variable, 'closed'),
    ...opened(dateOf(date), intervals),
  ]);
  return [
    `  <extension name="${escapeXml(`hours ${name}`)}" continue="true">`,
    `    <condition break="never">${inlineSet(variable, 'closed')}</condition>`,
    ...Object.entries(week).flatMap(([weekday, intervals]) => opened(wday(weekday), intervals)),
    ...special,
    '  </extension>',
  ];
}

function condition(when: string, variable: string, value: 'open' | 'closed'): string {
  return `    <condition ${when} break="never">${inlineSet(variable, value)}</condition>`;
}

/** While the dialplan is read, so that the conditions further down see it. */
function inlineSet(variable: string, value: string): string {
  return `<action application="set" data="${escapeXml(`${variable}=${value}`)}" inline="true"/>`;
}

/** FreeSWITCH counts from Sunday, 1. */
function wday(weekday: string): string {
  return `wday="${(Number(weekday) % 7) + 1}"`;
}

function dateOf(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `year="${year}" mon="${Number(month)}" mday="${Number(day)}"`;
}

/** Both ends count there. */
function timeOfDay({ from, to }: Interval): string {
  return `time-of-day="${clock(from, '00')}-${clock(to - 1, '59')}"`;
}

function clock(minutes: number, seconds: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${seconds}`;
}
