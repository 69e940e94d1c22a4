/** What a plan may know beside its own call: every group and its opening hours, and who calls. Gathered once, at its begin. */
import type { CallerFacts, Facts } from '../../../domain/dialplan/facts.js';
import { DEFAULT_POLICY } from '../../../domain/leads/resolve-intake.js';
import { zonesOfNumber } from '../../../domain/schedule/number-zones.js';
import type { E164, Instant } from '../../../domain/values/ids.js';
import { regionOf } from '../../../domain/values/number-region.js';
import { parsePhone } from '../../../domain/values/phone.js';
import { present } from '../../../domain/values/present.js';
import type { AppContext } from '../../context.js';
import { groupFacts, type SetWish } from '../routing/ring-facts.js';

export type SetFacts = Pick<Facts, 'groups' | 'hours' | 'liveKeys'>;

export async function setFacts(context: AppContext, wish: SetWish): Promise<SetFacts> {
  const { callbacks, hours } = wish.set.telephony;
  const liveKeys = callbacks[DEFAULT_POLICY]?.liveKeys;
  return { groups: await groupFacts(context, wish), hours, ...present({ liveKeys }) };
}

/** From the calls with this number before `at`; a caller who hides it is nobody we know. */
export async function callerFacts(
  { ports }: AppContext,
  number: E164 | undefined,
  at: Instant,
): Promise<CallerFacts> {
  if (number === undefined) return { known: false, timesCalled: 0 };
  const { calls, last } = await ports.store.calls.historyWith(number, at);
  const parsed = parsePhone(number);
  return {
    known: calls > 0,
    timesCalled: calls,
    ...present({
      lastCallAt: last?.startedAt,
      lastOperator: last?.operator,
      lastDisposition: last?.disposition,
      country: parsed.ok ? parsed.country : undefined,
      region: regionOf(number),
      timeZone: zonesOfNumber(number)[0],
    }),
  };
}
