/** A time typed on a phone: minutes from now, or a time of the day. Called by the `mark` verb. */
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../values/ids.js';

const MINUTE_MS = 60_000;

/**
 * One to three digits are minutes (`30`), four a local time (`1430`): its next coming, today or tomorrow. A time that the
 * clocks skip is taken after the gap. Undefined when the digits are neither.
 */
export function keyedTime(digits: string, now: Instant, timeZone: string): Instant | undefined {
  if (/^\d{1,3}$/.test(digits)) return Number(digits) === 0 ? undefined : now + Number(digits) * MINUTE_MS;
  const [, hour, minute] = /^([01]\d|2[0-3])([0-5]\d)$/.exec(digits) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const time = Temporal.PlainTime.from({ hour: Number(hour), minute: Number(minute) });
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(timeZone);
  const today = local.withPlainTime(time).epochMilliseconds;
  return today > now ? today : local.add({ days: 1 }).withPlainTime(time).epochMilliseconds;
}

export interface LocalTime {
  /** `2026-03-01`. */
  readonly day: string;
  /** `00` to `23`. */
  readonly hour: string;
}

/** Local times of instants in this zone; a day of 96 quarters is asked for 96 times at most. */
export function localTimes(timeZone: string): (at: Instant) => LocalTime {
  const known = new Map<number, LocalTime>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    const time = known.get(quarter) ?? dayAndHour(quarter * QUARTER_MS, timeZone);
    known.set(quarter, time);
    return time;
  };
}

function dayAndHour(at: Instant, timeZone: string): LocalTime {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return { day: zoned.toPlainDate().toString(), hour: String(zoned.hour).padStart(2, '0') };
}

/** Every zone is whole quarters of an hour from UTC. */
const QUARTER_MS = 15 * MINUTE_MS;

/** `14:30` in this zone, for reading back. */
export function localTime(at: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
  return local.toPlainTime().toString({ smallestUnit: 'minute' });
}
