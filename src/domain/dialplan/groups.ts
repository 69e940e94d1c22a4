/** Groups and operators as a step names them. Called by ring-group, queue and whoever speaks to an operator. */
import type { Group, Operator } from '../routing/telephony.js';
import type { Facts } from './facts.js';

export interface Rung {
  readonly group?: Group;
  readonly operators: readonly Operator[];
}

/** The named group, else the one the call came with. A group that is not there has nobody. */
export function rungGroup(facts: Facts, name: string | undefined): Rung {
  if (name === undefined || name === facts.group?.name)
    return { operators: facts.operators, ...(facts.group === undefined ? {} : { group: facts.group }) };
  return facts.groups !== undefined && Object.hasOwn(facts.groups, name)
    ? (facts.groups[name] ?? { operators: [] })
    : { operators: [] };
}

export function operatorNamed(facts: Facts, name: string | undefined): Operator | undefined {
  const own = facts.operators.find((operator) => operator.name === name);
  if (own !== undefined || facts.groups === undefined) return own;
  const others = Object.values(facts.groups).flatMap(({ operators }) => operators);
  return others.find((operator) => operator.name === name);
}

/** By what a phone dials: an extension, else a name. */
export function operatorAt(facts: Facts, dialled: string): Operator | undefined {
  const everybody = everybodyOf(facts);
  return (
    everybody.find(({ extension }) => extension === dialled) ?? everybody.find(({ name }) => name === dialled)
  );
}

function everybodyOf(facts: Facts): readonly Operator[] {
  return [facts.operators, ...Object.values(facts.groups ?? {}).map(({ operators }) => operators)].flat();
}
