/**
 * An IANA zone as POSIX TZ text (`STD-1DST,M3.5.0/2,M10.5.0/3`), for programs that know rules and no zone database:
 * FreeSWITCH's timezones.conf. Right for as long as the country keeps its rules of that year.
 */
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../values/ids.js';

const HOUR_NS = 3_600_000_000_000;

/** `at`: the rules of the year that follows. An unknown zone throws RangeError. */
export function posixZone(zone: string, at: Instant): string {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
  const first = now.getTimeZoneTransition('next');
  const second = first?.getTimeZoneTransition('next') ?? null;
  const year = now.add({ years: 1 });
  // A zone may have changes behind it, or ahead of it only once: no rule follows from those.
  if (first === null || second === null || Temporal.ZonedDateTime.compare(second, year) > 0)
    return `STD${hours(-now.offsetNanoseconds)}`;
  const [toSummer, toWinter] =
    first.offsetNanoseconds > second.offsetNanoseconds ? [first, second] : [second, first];
  const offsets = `STD${hours(-toWinter.offsetNanoseconds)}DST${hours(-toSummer.offsetNanoseconds)}`;
  return `${offsets},${rule(toSummer, toWinter.offsetNanoseconds)},${rule(toWinter, toSummer.offsetNanoseconds)}`;
}

function hours(nanoseconds: number): string {
  const minutes = Math.round(nanoseconds / (HOUR_NS / 60));
  const rest = Math.abs(minutes % 60);
  return `${Math.trunc(minutes / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** `M<month>.<week, 5 is the last>.<day, 0 is Sunday>/<hour on the clock before the change>`. */
function rule(change: Temporal.ZonedDateTime, offsetBefore: number): string {
  const before = change.toInstant().add({ nanoseconds: offsetBefore }).toZonedDateTimeISO('UTC');
  const isLast = before.day + 7 > before.daysInMonth;
  const week = isLast ? 5 : Math.ceil(before.day / 7);
  return `M${before.month}.${week}.${before.dayOfWeek % 7}/${before.hour}`;
}
