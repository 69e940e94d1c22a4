/**
 * What a plan that parses can still get wrong: targets that do not exist, outcomes nobody handles, steps nobody reaches,
 * names and legs nobody made. Called by parseDialplan, and by the settings room for a whole set of plans.
 */
import { namesIn } from './names-in.js';
import { checkNames } from './names.js';
import { nearestName } from '../values/nearest.js';
import type { Dialplan, Problem } from './schema.js';
import type { ReferenceKind, StepNames, StepShape } from './verb.js';
import { VERBS } from './verbs/table.js';

/** A step that may come next, and where inside the step before it is named. */
export interface Follow {
  readonly step: string;
  readonly plan?: string | undefined;
  readonly path: readonly string[];
  readonly label?: string;
}

/** `stepIds` also holds steps that could not be parsed. */
export function lintPlan(plan: Dialplan, stepIds: readonly string[]): readonly Problem[] {
  const start = stepIds.includes(plan.start) ? [] : [unknown('step', plan.start, ['start'], stepIds)];
  const complete = Object.keys(plan.steps).length === stepIds.length;
  const made = madeBy(plan, stepIds);
  const perStep = Object.entries(plan.steps).flatMap(([id, step]) => lintStep(made, id, step));
  return [...start, ...perStep, ...(complete && start.length === 0 ? lintReach(plan) : [])];
}

/** What the steps of a plan bring into being; collected once, for plans of thousands of steps. */
interface Made {
  readonly steps: ReadonlySet<string>;
  readonly legs: ReadonlySet<string>;
  readonly variables: readonly string[];
}

function madeBy(plan: Dialplan, stepIds: readonly string[]): Made {
  const all = Object.values(plan.steps).map(namesOf);
  return {
    steps: new Set(stepIds),
    // A plan that is entered by `goto` from another one may use the legs made there.
    legs: new Set(['caller', 'operator', 'client', ...all.flatMap(({ makesLegs }) => makesLegs ?? [])]),
    variables: [
      ...new Set([...(plan.parameters ?? []), ...all.flatMap(({ setsVariables }) => setsVariables ?? [])]),
    ],
  };
}

/** Plans that name each other with `goto`, `call` and `include`. Paths begin with the plan's name. */
export function lintPlans(plans: Readonly<Record<string, Dialplan>>): readonly Problem[] {
  return Object.entries(plans).flatMap(([name, plan]) =>
    Object.entries(plan.steps).flatMap(([id, step]) => [
      ...followsOf(step).flatMap((follow) => lintOtherPlan(plans, [name, 'steps', id], follow)),
      ...lintParameters(plans, [name, 'steps', id], step),
    ]),
  );
}

function lintParameters(
  plans: Readonly<Record<string, Dialplan>>,
  base: readonly string[],
  step: StepShape,
): readonly Problem[] {
  const { gives } = namesOf(step);
  const wanted =
    gives !== undefined && Object.hasOwn(plans, gives.plan) ? plans[gives.plan]?.parameters : undefined;
  if (gives === undefined || !Object.hasOwn(plans, gives.plan)) return [];
  const given = gives.parameters;
  const unknownOnes = given
    .filter((name) => !(wanted ?? []).includes(name))
    .map((name) => unknown('parameter', name, [...base, ...gives.path, name], wanted ?? []));
  const missing = (wanted ?? [])
    .filter((name) => !given.includes(name))
    .map((name) => ({
      path: [...base, ...gives.path],
      code: 'parameter-missing',
      message: `plan ${gives.plan} needs the parameter ${name}`,
    }));
  return [...unknownOnes, ...missing];
}

/** The names of the telephony set that plans may refer to. A kind that is absent is not checked. */
export type KnownReferences = Readonly<Partial<Record<ReferenceKind, readonly string[]>>>;

/** Groups, hours, trunks, … that plans name and the telephony set does not have. Paths begin with the plan's name. */
export function lintReferences(
  plans: Readonly<Record<string, Dialplan>>,
  known: KnownReferences,
): readonly Problem[] {
  return Object.entries(plans).flatMap(([name, plan]) =>
    Object.entries(plan.steps).flatMap(([id, step]) =>
      referencesOf(step)
        .filter(({ kind, name: wanted }) => known[kind] !== undefined && !known[kind].includes(wanted))
        .map(({ kind, name: wanted, path }) => ({
          ...unknown(kind, wanted, [name, 'steps', id, ...path], known[kind] ?? []),
          code: 'reference-unknown',
        })),
    ),
  );
}

function referencesOf(step: StepShape): NonNullable<StepNames['refersTo']> {
  const { refersTo = [], expressions = [] } = namesOf(step);
  const hours = expressions.flatMap(({ expression, path }) =>
    namesIn(expression)
      .filter((name) => name.startsWith('hours.'))
      .map((name) => ({ kind: 'hours' as const, name: name.slice('hours.'.length), path })),
  );
  return [...refersTo, ...hours];
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

function lintStep(made: Made, id: string, step: StepShape): readonly Problem[] {
  const base = ['steps', id];
  const targets = followsOf(step)
    .filter((follow) => follow.plan === undefined && !made.steps.has(follow.step))
    .map((follow) => unknown('step', follow.step, [...base, ...follow.path], made.steps));
  return [
    ...targets,
    ...lintOutcomes(base, step),
    ...lintLegs(made, base, step),
    ...lintExpressions(made, base, step),
  ];
}

/** Every rule asks for them, and reading the texts of a step for its names is dear. */
const NAMES_OF_STEPS = new WeakMap<StepShape, StepNames>();
const FOLLOWS_OF_STEPS = new WeakMap<StepShape, readonly Follow[]>();

function remembered<T>(known: WeakMap<StepShape, T>, step: StepShape, read: (step: StepShape) => T): T {
  const found = known.get(step) ?? read(step);
  known.set(step, found);
  return found;
}

/** Names a step brings in or relies on. */
export function namesOf(step: StepShape): StepNames {
  return remembered(NAMES_OF_STEPS, step, () => VERBS[step.do]?.names?.(step) ?? {});
}

/** Every step or plan that a step names: `on`, `next`, `keys`, `goto`. */
export function followsOf(step: StepShape): readonly Follow[] {
  return remembered(FOLLOWS_OF_STEPS, step, readFollows);
}

function readFollows(step: StepShape): readonly Follow[] {
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

function lintLegs({ legs }: Made, base: readonly string[], step: StepShape): readonly Problem[] {
  return (namesOf(step).usesLegs ?? [])
    .filter(({ leg }) => !legs.has(leg))
    .map(({ leg, path }) => unknown('leg', leg, [...base, ...path], legs));
}

function lintExpressions({ variables }: Made, base: readonly string[], step: StepShape): readonly Problem[] {
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
  kind: 'step' | 'leg' | 'plan' | 'parameter' | ReferenceKind,
  name: string,
  path: readonly string[],
  known: Iterable<string>,
): Problem {
  const suggestion = nearestName(name, known);
  const problem = { path, code: `${kind}-unknown`, message: `there is no ${kind} ${name}` };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}
