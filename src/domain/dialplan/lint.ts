/**
 * What a plan that parses can still get wrong: targets that do not exist, outcomes nobody handles, steps nobody reaches,
 * names and legs nobody made. Called by parseDialplan, and by the settings room for a whole set of plans.
 */
import { checkNames } from './names.js';
import { nearestName } from '../values/nearest.js';
import type { Dialplan, Problem } from './schema.js';
import type { StepNames, StepShape } from './verb.js';
import { VERBS } from './verbs/table.js';

/** A step that may come next, and where inside the step before it is named. */
export interface Follow {
  readonly step: string;
  readonly plan?: string | undefined;
  readonly path: readonly string[];
}

/** `stepIds` also holds steps that could not be parsed. */
export function lintPlan(plan: Dialplan, stepIds: readonly string[]): readonly Problem[] {
  const start = stepIds.includes(plan.start) ? [] : [unknown('step', plan.start, ['start'], stepIds)];
  const complete = Object.keys(plan.steps).length === stepIds.length;
  const perStep = Object.entries(plan.steps).flatMap(([id, step]) => lintStep(plan, id, step, stepIds));
  return [...start, ...perStep, ...(complete && start.length === 0 ? lintReach(plan) : [])];
}

/** Plans that name each other with `goto: {plan: …}`. Paths begin with the plan's name. */
export function lintPlans(plans: Readonly<Record<string, Dialplan>>): readonly Problem[] {
  return Object.entries(plans).flatMap(([name, plan]) =>
    Object.entries(plan.steps).flatMap(([id, step]) =>
      followsOf(step).flatMap((follow) => lintOtherPlan(plans, [name, 'steps', id], follow)),
    ),
  );
}

function lintOtherPlan(
  plans: Readonly<Record<string, Dialplan>>,
  base: readonly string[],
  follow: Follow,
): readonly Problem[] {
  if (follow.plan === undefined) return [];
  const other = Object.hasOwn(plans, follow.plan) ? plans[follow.plan] : undefined;
  if (other === undefined) return [unknown('plan', follow.plan, [...base, 'plan'], Object.keys(plans))];
  if (follow.step === '' || Object.hasOwn(other.steps, follow.step)) return [];
  return [unknown('step', follow.step, [...base, ...follow.path], Object.keys(other.steps))];
}

function lintStep(
  plan: Dialplan,
  id: string,
  step: StepShape,
  stepIds: readonly string[],
): readonly Problem[] {
  const base = ['steps', id];
  const targets = followsOf(step)
    .filter((follow) => follow.plan === undefined && !stepIds.includes(follow.step))
    .map((follow) => unknown('step', follow.step, [...base, ...follow.path], stepIds));
  return [
    ...targets,
    ...lintOutcomes(base, step),
    ...lintLegs(plan, base, step),
    ...lintExpressions(plan, base, step),
  ];
}

/** Names a step brings in or relies on. */
export function namesOf(step: StepShape): StepNames {
  return VERBS[step.do]?.names?.(step) ?? {};
}

/** Every step or plan that a step names: `on`, `next`, `keys`, `goto`. */
export function followsOf(step: StepShape): readonly Follow[] {
  const on = Object.entries(step.on ?? {}).flatMap(([outcome, target]) =>
    target === undefined ? [] : [{ step: target, path: ['on', outcome] }],
  );
  const next = step.next === undefined ? [] : [{ step: step.next, path: ['next'] }];
  return [...on, ...next, ...(namesOf(step).targets ?? [])];
}

function lintOutcomes(base: readonly string[], step: StepShape): readonly Problem[] {
  const [main, ...others] = Object.entries(VERBS[step.do]?.outcomes ?? {});
  if (main === undefined) return [];
  const twice = step.next !== undefined && step.on?.[main[0]] !== undefined;
  if (twice)
    return [
      {
        path: [...base, 'next'],
        code: 'outcome-twice',
        message: `next and on.${main[0]} say the same thing`,
      },
    ];
  const open = [...(step.next === undefined ? [main] : []), ...others].filter(
    ([name, row]) => row.otherwise === 'required' && step.on?.[name] === undefined,
  );
  return open.map(([name, row]) => ({
    path: base,
    code: 'outcome-unhandled',
    message: `outcome ${name} needs a step: ${row.when}`,
  }));
}

function lintLegs(plan: Dialplan, base: readonly string[], step: StepShape): readonly Problem[] {
  const made = Object.values(plan.steps).flatMap((one) => namesOf(one).makesLegs ?? []);
  // A plan that is entered by `goto` from another one may use the legs made there.
  const known = ['caller', 'operator', 'client', ...made];
  return (namesOf(step).usesLegs ?? [])
    .filter(({ leg }) => !known.includes(leg))
    .map(({ leg, path }) => unknown('leg', leg, [...base, ...path], known));
}

function lintExpressions(plan: Dialplan, base: readonly string[], step: StepShape): readonly Problem[] {
  const variables = Object.values(plan.steps).flatMap((one) => namesOf(one).setsVariables ?? []);
  return (namesOf(step).expressions ?? []).flatMap(({ expression, path }) =>
    checkNames(expression, variables).map((problem) => ({ ...problem, path: [...base, ...path] })),
  );
}

function lintReach(plan: Dialplan): readonly Problem[] {
  const reached = new Set([plan.start]);
  // A set grows while it is walked: every step found adds the ones that follow it.
  for (const id of reached) {
    const step = plan.steps[id];
    for (const follow of step === undefined ? [] : followsOf(step))
      if (follow.plan === undefined) reached.add(follow.step);
  }
  return Object.keys(plan.steps)
    .filter((id) => !reached.has(id))
    .map((id) => ({ path: ['steps', id], code: 'step-unreachable', message: `no way leads to step ${id}` }));
}

function unknown(
  kind: 'step' | 'leg' | 'plan',
  name: string,
  path: readonly string[],
  known: readonly string[],
): Problem {
  const suggestion = nearestName(name, known);
  const problem = { path, code: `${kind}-unknown`, message: `there is no ${kind} ${name}` };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}
