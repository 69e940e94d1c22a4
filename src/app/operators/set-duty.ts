/** An operator goes on duty, pauses or leaves: by API, by page, by a star code of his phone. Whoever waits is looked at. */
import { freshState, withDuty, type Duty, type OperatorState } from '../../domain/routing/operator-state.js';
import { Fault } from '../../errors.js';
import { nearestName } from '../../domain/values/nearest.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { wakeLine } from '../leads/wake-line.js';

export interface DutyChange {
  readonly operator: string;
  readonly duty: Duty;
  /** `api`, `phone`. */
  readonly by: string;
}

/** Throws Fault `not-found`. Saying again what is so changes nothing and is told to nobody. */
export async function setDuty(
  context: AppContext,
  { operator, duty, by }: DutyChange,
): Promise<OperatorState> {
  const { telephony } = context.set();
  if (!Object.hasOwn(telephony.operators, operator))
    throw noOperator(operator, Object.keys(telephony.operators));
  return commit(context, async (unit) => {
    const before = (await unit.tx.operatorStates.byName(operator)) ?? freshState(operator);
    if (before.duty === duty) return before;
    const after = withDuty(before, duty, by, unit.now);
    await unit.tx.operatorStates.put(after);
    unit.tell({ name: 'operator.duty-changed', payload: { operator, duty, by } });
    if (duty === 'on') await wakeLine(context, unit, operator);
    return after;
  });
}

function noOperator(name: string, known: readonly string[]): Fault {
  const nearest = nearestName(name, known);
  return new Fault(
    'not-found',
    `there is no operator ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
  );
}
