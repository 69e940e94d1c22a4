/**
 * When a client may be called: while the group works AND while the law of the client's place lets phones ring. Both are
 * hours in a zone of their own; a moment is good when it is inside all of them. Used at intake, before each attempt, and
 * for every retry.
 */
import { Temporal } from 'temporal-polyfill';
import type { CallbackPolicy, Group, Hours, Telephony } from '../routing/telephony.js';
import type { E164, Instant } from '../values/ids.js';
import { nextOpen } from './opening-hours.js';
import { zonesOfNumber } from './number-zones.js';

export interface ZonedHours {
  readonly hours: Hours;
  readonly zone: string;
}

/** Empty: at any time. */
export type CallWindow = readonly ZonedHours[];

export interface ClientPlace {
  /** What the lead says; one that does not exist is as good as none. */
  readonly timeZone?: string;
  readonly phone?: E164;
}

/** Hours that never come together within this many openings never do: each turn moves at least to the next opening. */
const MOST_TURNS = 1000;

export function callWindow(
  telephony: Telephony,
  group: Group | undefined,
  policy?: CallbackPolicy,
  client: ClientPlace = {},
): CallWindow {
  const zone = group?.timeZone ?? 'UTC';
  const known = clientZones(client, policy?.ambiguousZone);
  // A number of nowhere is judged by the group's clock: better than ringing it at any hour.
  const places = known.length === 0 ? [zone] : known;
  return [...zoned(telephony, group?.hours, [zone]), ...zoned(telephony, policy?.clientHours, places)];
}

function zoned({ hours }: Telephony, name: string | undefined, zones: readonly string[]): CallWindow {
  const found = name === undefined ? undefined : hours[name];
  return found === undefined ? [] : zones.map((zone) => ({ hours: found, zone }));
}

/** First moment at or after `at` inside all hours; undefined when there is none within sight. */
export function nextInWindow(window: CallWindow, at: Instant): Instant | undefined {
  let cursor = at;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    let moved = cursor;
    for (const { hours, zone } of window) {
      const open = nextOpen(hours, zone, moved);
      if (open === undefined) return undefined;
      moved = open;
    }
    if (moved === cursor) return cursor;
    cursor = moved;
  }
  return undefined;
}

/** The lead's own zone, else those of its number. */
function clientZones(
  { timeZone, phone }: ClientPlace,
  ambiguous: CallbackPolicy['ambiguousZone'],
): readonly string[] {
  if (timeZone !== undefined && isTimeZone(timeZone)) return [timeZone];
  const zones = phone === undefined ? [] : zonesOfNumber(phone);
  return ambiguous === 'all' ? zones : zones.slice(0, 1);
}

/** The zone whose days and hours are the client's; the group's when nobody knows. */
export function clientZone(client: ClientPlace, group: Group | undefined): string {
  return clientZones(client, 'likeliest')[0] ?? group?.timeZone ?? 'UTC';
}

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** The day after `at` in this zone, at this minute of it; a minute that the clocks skip is the first one after the gap. */
export function nextDayAt(zone: string, at: Instant, minute: number): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
  const time = Temporal.PlainTime.from({ hour: Math.floor(minute / 60), minute: minute % 60 });
  return local.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime: time })
    .epochMilliseconds;
}

/** Where the local day of `at` begins in this zone. */
export function startOfDay(zone: string, at: Instant): Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).startOfDay()
    .epochMilliseconds;
}
