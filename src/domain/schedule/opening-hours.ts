/**
 * Opening hours: is a group open at an instant, and when does it open next. Exact across daylight saving: an hour that
 * the clocks skip does not exist, an hour they repeat counts twice. Called by takeLead, placeCallback and the console.
 */
import { Temporal } from 'temporal-polyfill';
import type { Hours } from '../routing/telephony.js';
import type { Instant } from '../values/ids.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Hours that do not open within this time never do. Longer than a year, for shops that open once a year. */
const HORIZON_MS = 400 * DAY_MS;

type Interval = Hours['exceptions'][string][number];

/** A stretch of time in which the zone's clocks run evenly: local time = instant + offset. */
interface Stretch {
  readonly offsetMs: number;
  /** The next change of the clocks; Infinity when none is known. */
  readonly until: Instant;
}

function stretchAt(zone: string, at: Instant): Stretch {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
  const change = local.getTimeZoneTransition('next');
  return { offsetMs: local.offsetNanoseconds / 1e6, until: change?.epochMilliseconds ?? Infinity };
}

/** Days since 1970-01-01 of a local date. */
function localDay(at: Instant, offsetMs: number): number {
  return Math.floor((at + offsetMs) / DAY_MS);
}

/** An exception wins over the week, an empty one too. */
function intervalsOf(hours: Hours, day: number): readonly Interval[] {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  // 1970-01-01 was a Thursday, weekday 4.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  return hours.exceptions[date] ?? hours.week[String(weekday)] ?? [];
}

export interface Clock {
  readonly hour: number;
  readonly minute: number;
  /** 1 is Monday. */
  readonly weekday: number;
  /** YYYY-MM-DD */
  readonly date: string;
}

/** What a clock on the wall there shows. An unknown zone throws RangeError. */
export function clockAt(zone: string, at: Instant): Clock {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
  return {
    hour: local.hour,
    minute: local.minute,
    weekday: local.dayOfWeek,
    date: local.toPlainDate().toString(),
  };
}

/** `zone` is an IANA name that the settings have checked; an unknown one throws RangeError. */
export function isOpen(hours: Hours, zone: string, at: Instant): boolean {
  const { offsetMs } = stretchAt(zone, at);
  const day = localDay(at, offsetMs);
  const minute = (at + offsetMs - day * DAY_MS) / MINUTE_MS;
  return intervalsOf(hours, day).some(({ from, to }) => from <= minute && minute < to);
}

/** `at` itself when open then; undefined when the hours never open again within 400 days. */
export function nextOpen(hours: Hours, zone: string, at: Instant): Instant | undefined {
  const last = at + HORIZON_MS;
  let cursor = at;
  while (cursor < last) {
    const stretch = stretchAt(zone, cursor);
    const until = Math.min(stretch.until, last);
    const found = firstOpenIn(hours, cursor, { ...stretch, until });
    if (found !== undefined) return found;
    cursor = until;
  }
  return undefined;
}

function firstOpenIn(hours: Hours, from: Instant, { offsetMs, until }: Stretch): Instant | undefined {
  for (let day = localDay(from, offsetMs); day * DAY_MS - offsetMs < until; day += 1) {
    const midnight = day * DAY_MS - offsetMs;
    const openings = intervalsOf(hours, day)
      .map((interval) => ({
        start: Math.max(from, midnight + interval.from * MINUTE_MS),
        end: Math.min(until, midnight + interval.to * MINUTE_MS),
      }))
      .filter(({ start, end }) => start < end);
    if (openings.length > 0) return Math.min(...openings.map(({ start }) => start));
  }
  return undefined;
}
