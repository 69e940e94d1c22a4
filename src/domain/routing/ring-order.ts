/**
 * In which order the operators of a group are rung, as numbered stages: those of one stage ring together, the next stage
 * begins when the one before is over. Pure: what was, and chance, come as arguments.
 */
import type { Instant } from '../values/ids.js';
import type { Group, Operator } from './telephony.js';

/** What is known of an operator's calls. */
export interface Workload {
  /** End of his last talk; absent: none yet. */
  readonly lastTalkAt?: Instant;
  readonly talksToday: number;
}

export interface RingOrderFacts {
  readonly workloads: Readonly<Record<string, Workload>>;
  /** Round-robin goes on behind the operator who talked last in this group. */
  readonly lastOperator?: string;
  /** Talked with this client last, within the group's sticky days. */
  readonly knowsClient?: string;
  /** One number 0 ≤ x < 1 for each operator. */
  readonly draws: readonly number[];
}

export interface RingPlace {
  readonly operator: Operator;
  readonly stage: number;
}

type Ordering = (
  operators: readonly Operator[],
  group: Group,
  facts: RingOrderFacts,
) => readonly Operator[][];

const ORDERINGS: Readonly<Record<Group['strategy'], Ordering>> = {
  simultaneous: (operators) => [[...operators]],
  sequential: oneByOne((operators) => operators),
  stages: inStages,
  'round-robin': oneByOne((operators, { lastOperator }) => {
    const last = operators.findIndex(({ name }) => name === lastOperator);
    return [...operators.slice(last + 1), ...operators.slice(0, last + 1)];
  }),
  'longest-idle': oneByOne((operators, { workloads }) =>
    sortedBy(operators, ({ name }) => workloads[name]?.lastTalkAt ?? -Infinity),
  ),
  'fewest-calls': oneByOne((operators, { workloads }) =>
    sortedBy(operators, ({ name }) => workloads[name]?.talksToday ?? 0),
  ),
  // Efraimidis and Spirakis 2006: sorting by -ln(u)/w draws without replacement in proportion to the weights.
  weighted: oneByOne((operators, { draws }) => {
    const keys = new Map(
      operators.map(({ name, weight = 1 }, n) => [name, -Math.log(1 - (draws[n] ?? 0)) / weight]),
    );
    return sortedBy(operators, ({ name }) => keys.get(name) ?? Infinity);
  }),
};

/** Every operator stands in exactly one stage; stages are numbered from 0 without gaps. */
export function ringOrder(
  operators: readonly Operator[],
  group: Group,
  facts: RingOrderFacts,
): readonly RingPlace[] {
  const first = operators.filter(({ name }) => name === facts.knowsClient);
  const others = operators.filter(({ name }) => name !== facts.knowsClient);
  const stages = [first, ...ORDERINGS[group.strategy](others, group, facts)].filter(
    (stage) => stage.length > 0,
  );
  return stages.flatMap((stage, number) => stage.map((operator) => ({ operator, stage: number })));
}

/** Has every tag that is asked for. */
export function hasSkills(operator: Operator, wanted: readonly string[] = []): boolean {
  return wanted.every((skill) => operator.skills?.includes(skill) === true);
}

function oneByOne(
  order: (operators: readonly Operator[], facts: RingOrderFacts) => readonly Operator[],
): Ordering {
  return (operators, _, facts) => order(operators, facts).map((operator) => [operator]);
}

function inStages(operators: readonly Operator[], { stages = [] }: Group): readonly Operator[][] {
  const named = stages.map((names) => operators.filter(({ name }) => names.includes(name)));
  return [...named, operators.filter(({ name }) => !stages.flat().includes(name))];
}

/** Stable: equals keep the order in which the group names them. */
function sortedBy(operators: readonly Operator[], key: (operator: Operator) => number): readonly Operator[] {
  return [...operators].sort((a, b) => {
    const [first, second] = [key(a), key(b)];
    return first === second ? 0 : first - second;
  });
}
