/** Who of a group could be rung now. A look ahead, not a claim: the claim is made when a device is really dialled. */
import type { Group, Operator, Telephony } from '../../../domain/routing/telephony.js';
import type { AppContext } from '../../context.js';
import { standingsOf, type OperatorNow } from '../../operators/standings.js';

/** `busy`: somebody will be free, but nobody is now. `unreachable`: nobody is on duty, or no phone of theirs is there. */
export type Availability = 'free' | 'busy' | 'unreachable';

export function operatorsOf(telephony: Telephony, group: Group): readonly Operator[] {
  return group.operators.flatMap((name) => telephony.operators[name] ?? []);
}

export async function availabilityOf(
  context: AppContext,
  telephony: Telephony,
  operators: readonly Operator[],
): Promise<Availability> {
  return availabilityAmong(await standingsOf(context, context.ports.store, { telephony, operators }));
}

export function availabilityAmong(operators: readonly OperatorNow[]): Availability {
  const kinds = operators.map(({ standing }) => standing.kind);
  if (kinds.includes('free')) return 'free';
  return kinds.some((kind) => kind === 'busy' || kind === 'wrap-up' || kind === 'resting')
    ? 'busy'
    : 'unreachable';
}
