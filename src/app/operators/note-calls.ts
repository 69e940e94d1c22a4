/** What calls say of operators: written in the transaction in which it happened, and whoever waits for them is woken. */
import type { Ending, LegRecord } from '../../domain/calls/call.js';
import { legDisposition } from '../../domain/calls/disposition.js';
import {
  afterDeclined,
  afterTalk,
  afterUnanswered,
  freshState,
  type OperatorState,
} from '../../domain/routing/operator-state.js';
import type { Group } from '../../domain/routing/telephony.js';
import type { Instant } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { wakeLine } from '../leads/wake-line.js';
import { groupWith } from './standings.js';

export interface EndedOperatorLeg {
  readonly leg: LegRecord;
  readonly ending: Ending;
  /** Did this operator talk with the client? */
  readonly talked: 'yes' | 'no';
  /** Whose times of rest are meant; absent: the first group that has him. */
  readonly group?: Group | undefined;
}

/** Once a leg, after its lines were given back. */
export async function noteLegEnd(context: AppContext, unit: Unit, ended: EndedOperatorLeg): Promise<void> {
  const { leg, ending, talked } = ended;
  if (leg.role !== 'operator') return;
  const terms = ended.group ?? groupWith(context.set().telephony, leg.party);
  const how = talked === 'yes' ? 'talked' : legDisposition(ending, leg);
  const counted = how === 'no-answer' && (await hasSpoken(unit, leg));
  const after = await change(unit, leg.party, (state) => {
    if (how === 'talked') return afterTalk(state, ending.at, terms?.wrapUpSeconds ?? 0);
    if (how === 'no-answer' && !counted) return afterUnanswered(state, ending.at, terms ?? {});
    return how === 'rejected' || how === 'busy' ? afterDeclined(state, ending.at, terms ?? {}) : state;
  });
  await wakeLine(context, unit, leg.party, freeAgainAt(after));
}

/** What he did with another phone of his in this call counts: he was rung once, on however many. */
async function hasSpoken({ tx }: Unit, { id, callId, party }: LegRecord): Promise<boolean> {
  const legs = await tx.calls.legsOf(callId);
  return legs.some((other) => other.id !== id && other.party === party && SPOKEN.includes(other.disposition));
}

const SPOKEN: readonly LegRecord['disposition'][] = ['answered', 'no-answer', 'rejected', 'busy'];

/** He answered and pressed no key: a mailbox, or a phone lying on the desk. */
export async function noteSilence(unit: Unit, operator: string, group: Group | undefined): Promise<void> {
  await change(unit, operator, (state) => afterUnanswered(state, unit.now, group ?? {}));
}

async function change(
  { tx, tell }: Unit,
  operator: string,
  how: (state: OperatorState) => OperatorState,
): Promise<OperatorState> {
  const before = (await tx.operatorStates.byName(operator)) ?? freshState(operator);
  const after = how(before);
  if (after === before) return before;
  await tx.operatorStates.put(after);
  if (after.duty !== before.duty)
    tell({ name: 'operator.duty-changed', payload: { operator, duty: after.duty, by: after.changedBy } });
  return after;
}

/** The latest of what keeps him from the next call; undefined when nothing does. */
function freeAgainAt({ wrapUpUntil, restingUntil }: OperatorState): Instant | undefined {
  const times = [wrapUpUntil, restingUntil].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}
