/** Which steps and branches of a set of plans some runs went through. Called by `dialplan test`. */
import { followsOf } from '../dialplan/lint.js';
import type { Plans, TraceEntry } from '../dialplan/session.js';

export interface Covered {
  readonly covered: number;
  readonly total: number;
  /** `plan/step`; for a branch with the row that leads on, `plan/step on.busy`. */
  readonly missing: readonly string[];
}

/** A branch is a row of a step that names what comes next; an outcome that no row names has no branch. */
export interface Coverage {
  readonly steps: Covered;
  readonly branches: Covered;
}

/** `runs`: the steps each run entered, in order. Steps of plans that are not in `plans` do not count. */
export function coverageOf(plans: Plans, runs: readonly (readonly TraceEntry[])[]): Coverage {
  const steps = new Set(runs.flatMap((run) => run.map(stepKey)));
  const branches = new Set(runs.flatMap(branchesTaken));
  return {
    steps: coveredOf(allSteps(plans), steps),
    branches: coveredOf(allBranches(plans), branches),
  };
}

function stepKey({ plan, step }: Pick<TraceEntry, 'plan' | 'step'>): string {
  return `${plan}/${step}`;
}

function branchesTaken(run: readonly TraceEntry[]): readonly string[] {
  return run.flatMap(({ row, from: named }, index) => {
    const from = named ?? run[index - 1];
    return row === undefined || from === undefined ? [] : [`${stepKey(from)} ${row}`];
  });
}

function allSteps(plans: Plans): readonly string[] {
  return Object.entries(plans).flatMap(([name, plan]) =>
    Object.keys(plan.steps).map((id) => `${name}/${id}`),
  );
}

function allBranches(plans: Plans): readonly string[] {
  return Object.entries(plans).flatMap(([name, plan]) =>
    Object.entries(plan.steps).flatMap(([id, step]) =>
      followsOf(step).map(({ path }) => `${name}/${id} ${path.join('.')}`),
    ),
  );
}

function coveredOf(all: readonly string[], seen: ReadonlySet<string>): Covered {
  const missing = all.filter((key) => !seen.has(key));
  return { covered: all.length - missing.length, total: all.length, missing };
}
