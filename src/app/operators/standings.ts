/** How each operator stands now: his own word, his schedule, his phones and his calls, read together. */
import {
  standingOf,
  freshState,
  type OperatorState,
  type Standing,
} from '../../domain/routing/operator-state.js';
import type { Group, Operator, Telephony } from '../../domain/routing/telephony.js';
import { isOpen } from '../../domain/schedule/opening-hours.js';
import type { Instant } from '../../domain/values/ids.js';
import { findLine, isReachable } from '../calls/routing/lines.js';
import { DEVICES, deviceLease } from '../calls/routing/resources.js';
import type { AppContext } from '../context.js';
import type { Repositories } from '../ports/store.js';

export interface OperatorNow {
  readonly operator: Operator;
  readonly state: OperatorState;
  readonly standing: Standing;
}

export interface StandingsOf {
  readonly telephony: Telephony;
  readonly operators: readonly Operator[];
  /** Whose zone his schedule is in; absent: the first group that has him. */
  readonly group?: Group | undefined;
}

/** In the order given. Inside a transaction `tx` is the transaction's, and what it answers holds until its end. */
export async function standingsOf(
  context: AppContext,
  tx: Repositories,
  wish: StandingsOf,
): Promise<readonly OperatorNow[]> {
  return (await readRoster(context, tx))(wish);
}

/** What was read once tells of any group. */
export type Roster = (wish: StandingsOf) => readonly OperatorNow[];

export async function readRoster({ ports }: AppContext, tx: Repositories): Promise<Roster> {
  const now = ports.clock.now();
  const states = new Map((await tx.operatorStates.all()).map((state) => [state.operator, state]));
  const held = new Set((await tx.leases.heldUnder(DEVICES, now)).map(({ resource }) => resource));
  return ({ telephony, operators, group }) =>
    operators.map((operator) => {
      const state = states.get(operator.name) ?? freshState(operator.name);
      const phones = reachablePhones({ ports }, telephony, operator);
      const standing = standingOf(state, {
        now,
        scheduled: isScheduled(telephony, operator, group, now),
        reachable: phones.length > 0 ? 'yes' : 'no',
        engaged: isEngaged(operator, held),
      });
      return { operator, state, standing };
    });
}

function isScheduled(
  telephony: Telephony,
  { name, hours }: Operator,
  group: Group | undefined,
  now: Instant,
): 'yes' | 'no' {
  const own = hours === undefined ? undefined : telephony.hours[hours];
  const { timeZone = 'UTC' } = group ?? groupWith(telephony, name) ?? {};
  return own === undefined || isOpen(own, timeZone, now) ? 'yes' : 'no';
}

/** The first one that has him. */
export function groupWith({ groups }: Telephony, operator: string): Group | undefined {
  return Object.values(groups).find(({ operators }) => operators.includes(operator));
}

/** Resource names of the devices that the switch can reach now. */
function reachablePhones(
  { ports }: Pick<AppContext, 'ports'>,
  telephony: Telephony,
  { name, devices }: Operator,
): readonly string[] {
  return devices.flatMap((_, device) => {
    const found = findLine({ kind: 'operator', operator: name, device }, { telephony });
    const reachable = found.kind === 'line' && isReachable(found.line, ports.switch);
    return reachable && found.line.device !== undefined ? [found.line.device] : [];
  });
}

/** A talk on one of his phones engages all of them. */
function isEngaged({ name, devices }: Operator, held: ReadonlySet<string>): 'yes' | 'no' {
  return devices.some((_, device) => held.has(deviceLease(name, device))) ? 'yes' : 'no';
}
