/** Advice about the ways through a plan: loops, variables that may not be set yet, waiting that adds up. */
import type { Group } from '../../routing/telephony.js';
import type { Expression } from '../expressions.js';
import { followsOf, namesOf } from '../lint.js';
import type { Dialplan } from '../schema.js';
import type { StepShape } from '../verb.js';
import type { LintWorld, PlanCheck } from './advice.js';
import { dearestWay, fieldOf, flowOf, hasCaller, leadsOut, loopsOf, numberField, type Flow } from './flow.js';

/** Verbs that learn nothing from outside: what they lead to is the same each time round. */
const DEAF: readonly string[] = [
  'say',
  'play',
  'wait',
  'goto',
  'if',
  'switch',
  'tag',
  'record',
  'answer',
  'early-media',
];

function stepOf(plan: Dialplan, id: string): StepShape {
  return plan.steps[id] ?? { do: '' };
}

function hasExit({ plan, next }: Flow, loop: readonly string[]): boolean {
  const inside = new Set(loop);
  return loop.some((id) => leadsOut(stepOf(plan, id)) || (next.get(id) ?? []).some((to) => !inside.has(to)));
}

export const endlessLoops: PlanCheck = (plan) => {
  const flow = flowOf(plan);
  return loopsOf(flow)
    .filter((loop) => !hasExit(flow, loop))
    .map((loop) => ({
      path: ['steps', firstOf(plan, loop)],
      message: `no way leads out of the loop ${loop.toReversed().join(' → ')}; the call ends at its step limit`,
    }));
};

export const deafLoops: PlanCheck = (plan) => {
  const flow = flowOf(plan);
  return loopsOf(flow)
    .filter((loop) => hasExit(flow, loop) && loop.every((id) => DEAF.includes(stepOf(plan, id).do)))
    .map((loop) => ({
      path: ['steps', firstOf(plan, loop)],
      message: `nothing that anybody does is heard in the loop ${loop.toReversed().join(' → ')}, so its way out is never taken`,
    }));
};

/** The step of a loop that is written first. */
function firstOf(plan: Dialplan, loop: readonly string[]): string {
  return Object.keys(plan.steps).find((id) => loop.includes(id)) ?? '';
}

/** Outcomes after which a step that collects something has not. */
const EMPTY_HANDED: readonly string[] = ['failed', 'hung-up', 'gone', 'no-input', 'timeout'];

export const unsetVariables: PlanCheck = (plan) => {
  const setSomewhere = new Set(
    Object.values(plan.steps).flatMap((step) => namesOf(step).setsVariables ?? []),
  );
  if (setSomewhere.size === 0) return [];
  const sure = surelySet(plan);
  return Object.entries(plan.steps).flatMap(([id, step]) =>
    (namesOf(step).expressions ?? []).flatMap(({ expression, path, read }) =>
      namesRead(expression)
        .filter((name) => setSomewhere.has(name) && sure.get(id)?.has(name) === false)
        .filter((name) => read !== 'after-setting' || namesOf(step).setsVariables?.includes(name) !== true)
        .map((name) => ({
          path: ['steps', id, ...path],
          message: `variable ${name} is not set on every way to this step`,
        })),
    ),
  );
};

/** For each step that is reached, the variables that every way to it sets. */
function surelySet(plan: Dialplan): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, ReadonlySet<string>>([[plan.start, new Set()]]);
  const changed = new Set([plan.start]);
  // A set may grow and shrink while it is walked. What is known of a step only shrinks, so this ends.
  for (const id of changed) {
    changed.delete(id);
    for (const { to, passed } of edgesOf(stepOf(plan, id), known.get(id) ?? new Set())) {
      const before = known.get(to);
      const after = before === undefined ? passed : new Set([...before].filter((name) => passed.has(name)));
      if (before?.size === after.size) continue;
      known.set(to, after);
      changed.add(to);
    }
  }
  return known;
}

interface Edge {
  readonly to: string;
  readonly passed: ReadonlySet<string>;
}

function edgesOf(step: StepShape, before: ReadonlySet<string>): readonly Edge[] {
  const after = new Set([...before, ...(namesOf(step).setsVariables ?? [])]);
  return followsOf(step)
    .filter(({ plan }) => plan === undefined)
    .map(({ step: to, path }) => ({
      to,
      passed: EMPTY_HANDED.includes(path.at(-1) ?? '') ? before : after,
    }));
}

/** Names whose absence matters: one that is compared with `none` is asked for it. */
function namesRead(expression: Expression): readonly string[] {
  switch (expression.op) {
    case 'literal':
      return [];
    case 'name':
      return [expression.name];
    case 'list':
      return expression.items.flatMap(namesRead);
    case 'not':
      return namesRead(expression.of);
    default:
      return isNone(expression.left) || isNone(expression.right)
        ? []
        : [...namesRead(expression.left), ...namesRead(expression.right)];
  }
}

function isNone(expression: Expression): boolean {
  return expression.op === 'literal' && expression.value === null;
}

const DEFAULT_RING_SECONDS = 20;

/** Options in which verbs say how long they may wait, and what they wait when it is not said. */
const WAITS: Readonly<Record<string, readonly [option: string, otherwise: number]>> = {
  originate: ['ringSeconds', 40],
  wait: ['seconds', 0],
  webhook: ['timeoutSeconds', 0],
  gather: ['timeoutSeconds', 0],
  menu: ['timeoutSeconds', 0],
};

/** Verbs that wait for the caller once a try. */
const ASKING: readonly string[] = ['gather', 'menu'];

/** What a caller may have to wait in a step without talking to anybody. */
function waitOf(step: StepShape, world: LintWorld): number {
  if (step.do === 'ring-group') return ringSeconds(step, groupsOf(world));
  const [option, otherwise] = WAITS[step.do] ?? ['maxSeconds', 0];
  // The tries of a queue are those of its operators.
  const times = ASKING.includes(step.do) ? (numberField(step, 'tries') ?? 1) : 1;
  return (numberField(step, option) ?? otherwise) * times;
}

function groupsOf({ telephony }: LintWorld): readonly Group[] {
  return Object.values(telephony?.groups ?? {});
}

/** Of the group that takes longest: a plan does not say which of them it will ring. */
function ringSeconds(step: StepShape, groups: readonly Group[]): number {
  const named = fieldOf(step, 'group');
  const meant = groups.filter(({ name }) => typeof named !== 'string' || name === named);
  const own = numberField(step, 'ringSeconds');
  if (meant.length === 0) return own ?? DEFAULT_RING_SECONDS;
  const each = meant.map((group) => {
    const oneByOne = (fieldOf(step, 'strategy') ?? group.strategy) === 'sequential';
    return (own ?? group.ringSeconds) * (oneByOne ? group.operators.length : 1);
  });
  return Math.max(...each);
}

export const longWaits: PlanCheck = (plan, world) => {
  if (!hasCaller(plan)) return [];
  const { patienceSeconds } = world.limits;
  const { cost, at } = dearestWay(
    flowOf(plan),
    (id) => waitOf(stepOf(plan, id), world),
    (id) => ['bridge', 'voicemail'].includes(stepOf(plan, id).do),
  );
  if (cost <= patienceSeconds) return [];
  const message = `a caller may wait ${Math.round(cost)} s in all before anybody talks to them; patience ends at ${patienceSeconds} s`;
  return [{ path: ['steps', at], message }];
};
