/** Whom a call rings, and in which order: who is on duty and able, ordered by the group's strategy. */
import type { Facts, GroupFacts } from '../../../domain/dialplan/facts.js';
import { talksOn } from '../../../domain/routing/operator-state.js';
import { namedGroups } from '../../../domain/dialplan/named-groups.js';
import { hasSkills, ringOrder, type RingPlace, type Workload } from '../../../domain/routing/ring-order.js';
import type { CallbackPolicy, Group, Telephony } from '../../../domain/routing/telephony.js';
import type { E164 } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import type { TelephonySet } from '../../config.js';
import type { AppContext } from '../../context.js';
import { readRoster, type OperatorNow, type Roster } from '../../operators/standings.js';
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
  return factsOf(await ringing(context, wish, await readRoster(context, context.ports.store)));
}

/** Those whom a call may ring as things stand, in ringing order. */
export interface Ringing {
  readonly places: readonly RingPlace[];
  readonly standings: readonly OperatorNow[];
}

export async function ringing(context: AppContext, wish: RingWish, roster: Roster): Promise<Ringing> {
  const { telephony, group, policy, operator } = wish;
  const { clock, random } = context.ports;
  const able = operatorsOf(telephony, group).filter(
    (one) => hasSkills(one, policy?.skills) && (operator === undefined || one.name === operator),
  );
  const standings = roster({ telephony, operators: able, group });
  const ready = standings.filter(({ standing }) => RUNG.includes(standing.kind));
  const places = ringOrder(
    ready.map((one) => one.operator),
    group,
    {
      workloads: workloadsOf(ready, clock.now()),
      draws: group.strategy === 'weighted' ? ready.map(() => random.next()) : [],
      ...present({ lastOperator: lastOf(ready), knowsClient: await knownTo(context, wish) }),
    },
  );
  return { places, standings };
}

function factsOf({ places }: Ringing): RingFacts {
  return {
    operators: places.map((place) => place.operator),
    ringStages: Object.fromEntries(places.map((place) => [place.operator.name, place.stage])),
  };
}

export interface SetWish {
  readonly set: Pick<TelephonySet, 'telephony' | 'plans'>;
  /** The call's own, unless it is asked for by itself. */
  readonly own?: Group | undefined;
  /** The client of the call. */
  readonly phone?: E164 | undefined;
}

/** Every group with all of its members; of those that the call may ring, who is rung when. */
export async function groupFacts(
  context: AppContext,
  { set: { telephony, plans }, own, phone }: SetWish,
): Promise<NonNullable<Facts['groups']>> {
  const named = namedGroups(plans);
  const rung = Object.values(telephony.groups).filter(({ name }) => named.has(name) || name === own?.name);
  const roster = rung.length === 0 ? undefined : await readRoster(context, context.ports.store);
  const groups: Record<string, GroupFacts> = {};
  for (const [name, group] of Object.entries(telephony.groups)) {
    const wish = { telephony, group, ...present({ phone }) };
    const ringStages =
      roster && rung.includes(group) ? factsOf(await ringing(context, wish, roster)).ringStages : undefined;
    groups[name] = { group, operators: operatorsOf(telephony, group), ...present({ ringStages }) };
  }
  return groups;
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
  if (phone === undefined) return undefined;
  const now = ports.clock.now();
  const stickyMs = (group.stickyDays ?? 0) * DAY_MS;
  const latest = await ports.store.calls.latestTalkWith(phone, now - Math.max(stickyMs, CUT_MS));
  const isTheirs = latest?.tags.includes('cut') === true || stickyMs > 0;
  return isTheirs ? latest?.operator : undefined;
}

/** How long a talk that was cut off belongs to its operator, in every group. */
const CUT_MS = 900_000;
