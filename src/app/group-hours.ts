/** When a group may call: its opening hours, or always when it has none. */
import type { Group, Telephony } from '../domain/routing/telephony.js';
import { nextOpen } from '../domain/schedule/opening-hours.js';
import type { Instant } from '../domain/values/ids.js';

/** First moment at or after `at` when the group is open; undefined when it never is. */
export function nextOpenOf(
  telephony: Telephony,
  group: Group | undefined,
): (at: Instant) => Instant | undefined {
  const hours = group?.hours === undefined ? undefined : telephony.hours[group.hours];
  if (group === undefined || hours === undefined) return (at) => at;
  return (at) => nextOpen(hours, group.timeZone, at);
}
