/** When a client may be called: the group's hours and the law of his place, or always when neither says anything. */
import type { CallbackPolicy, Group, Telephony } from '../domain/routing/telephony.js';
import { callWindow, nextInWindow, type ClientPlace } from '../domain/schedule/call-window.js';
import type { Instant } from '../domain/values/ids.js';

/** First moment at or after `at` when the group may call this client; undefined when it never may. */
export function nextOpenOf(
  telephony: Telephony,
  group: Group | undefined,
  policy?: CallbackPolicy,
  client?: ClientPlace,
): (at: Instant) => Instant | undefined {
  const window = callWindow(telephony, group, policy, client);
  return (at) => nextInWindow(window, at);
}
