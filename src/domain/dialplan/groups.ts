/** Groups and operators as a step names them. Called by ring-group, queue and whoever speaks to an operator. */
import type { Group, Operator } from '../routing/telephony.js';
import { present } from '../values/present.js';
import type { Facts } from './facts.js';

type RungFacts = Pick<Facts, 'operators' | 'group' | 'ringStages' | 'groups'>;

export interface Rung {
  readonly group?: Group;
  /** On duty, in order. */
  readonly operators: readonly Operator[];
  readonly stages?: Readonly<Record<string, number>>;
}

/** The named group, else the one the call came with. A group that is not there has nobody. */
export function rungGroup(facts: RungFacts, name: string | undefined): Rung {
  if (name === undefined || name === facts.group?.name)
    return {
      operators: facts.operators,
      ...present({ group: facts.group, stages: facts.ringStages }),
    };
  const named = Object.hasOwn(facts.groups ?? {}, name) ? facts.groups?.[name] : undefined;
  if (named === undefined) return { operators: [] };
  const { group, operators, ringStages: stages } = named;
  if (stages === undefined) return { group, operators };
  const onDuty = operators.filter((operator) => Object.hasOwn(stages, operator.name));
  return { group, stages, operators: onDuty.toSorted((a, b) => stageOf(stages, a) - stageOf(stages, b)) };
}

function stageOf(stages: Readonly<Record<string, number>>, { name }: Operator): number {
  return stages[name] ?? 0;
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
