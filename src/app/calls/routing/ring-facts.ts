/** Whom a callback rings, and in which order: who is on duty and able, ordered by the group's strategy. */
import type { Facts } from '../../../domain/dialplan/facts.js';
import { talksOn } from '../../../domain/routing/operator-state.js';
import { hasSkills, ringOrder, type Workload } from '../../../domain/routing/ring-order.js';
import type { CallbackPolicy, Group, Telephony } from '../../../domain/routing/telephony.js';
import type { E164 } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import type { AppContext } from '../../context.js';
import { standingsOf, type OperatorNow } from '../../operators/standings.js';
import { operatorsOf } from './operators.js';

export interface RingWish {
  readonly telephony: Telephony;
  readonly group: Group;
  readonly policy?: CallbackPolicy;
  /** The client, for an operator who knows him. */
  readonly phone?: E164;
  /** Only this one. */
  readonly operator?: string | undefined;
}

export type RingFacts = Pick<Facts, 'operators' | 'ringStages'>;

/** Whoever is in a call may be free when his stage comes; whoever rests or is not at work is not rung. */
const RUNG: readonly OperatorNow['standing']['kind'][] = ['free', 'busy'];
const DAY_MS = 86_400_000;

export async function ringFacts(context: AppContext, wish: RingWish): Promise<RingFacts> {
  const { telephony, group, policy, operator } = wish;
  const { store, clock, random } = context.ports;
  const able = operatorsOf(telephony, group).filter(
    (one) => hasSkills(one, policy?.skills) && (operator === undefined || one.name === operator),
  );
  const standings = await standingsOf(context, store, { telephony, operators: able, group });
  const ready = standings.filter(({ standing }) => RUNG.includes(standing.kind));
  const places = ringOrder(
    ready.map((one) => one.operator),
    group,
    {
      workloads: workloadsOf(ready, clock.now()),
      draws: ready.map(() => random.next()),
      ...present({ lastOperator: lastOf(ready), knowsClient: await knownTo(context, wish) }),
    },
  );
  return {
    operators: places.map((place) => place.operator),
    ringStages: Object.fromEntries(places.map((place) => [place.operator.name, place.stage])),
  };
}

function workloadsOf(operators: readonly OperatorNow[], now: number): Readonly<Record<string, Workload>> {
  return Object.fromEntries(
    operators.map(({ operator, state }) => [
      operator.name,
      { talksToday: talksOn(state, now), ...present({ lastTalkAt: state.lastTalkAt }) },
    ]),
  );
}

function lastOf(operators: readonly OperatorNow[]): string | undefined {
  const talked = operators.filter(({ state }) => state.lastTalkAt !== undefined);
  const byTime = talked.sort((a, b) => (b.state.lastTalkAt ?? 0) - (a.state.lastTalkAt ?? 0));
  return byTime[0]?.operator.name;
}

async function knownTo({ ports }: AppContext, { group, phone }: RingWish): Promise<string | undefined> {
  if (group.stickyDays === undefined || phone === undefined) return undefined;
  const since = ports.clock.now() - group.stickyDays * DAY_MS;
  return (await ports.store.calls.latestTalkWith(phone, since))?.operator;
}
