/** Every operator of the settings with his state, for the page and the API. */
import { talksOn, type OperatorState, type Standing } from '../../domain/routing/operator-state.js';
import type { Operator } from '../../domain/routing/telephony.js';
import type { AppContext } from '../context.js';
import { standingsOf } from './standings.js';

export interface ListedOperator {
  readonly operator: Operator;
  readonly groups: readonly string[];
  readonly state: OperatorState;
  readonly standing: Standing;
  readonly talksToday: number;
}

export async function listOperators(context: AppContext): Promise<readonly ListedOperator[]> {
  const { telephony } = context.set();
  const { store, clock } = context.ports;
  const listed: ListedOperator[] = [];
  for (const operator of Object.values(telephony.operators)) {
    const groups = Object.values(telephony.groups).filter(({ operators }) =>
      operators.includes(operator.name),
    );
    const [now] = await standingsOf(context, store, { telephony, operators: [operator], group: groups[0] });
    if (now === undefined) continue;
    const talksToday = talksOn(now.state, clock.now());
    listed.push({ ...now, groups: groups.map(({ name }) => name), talksToday });
  }
  return listed;
}
